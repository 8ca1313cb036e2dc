import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { RepositoryRow } from '../../../src/features/images/contract.ts';
import { repositoriesQuery } from '../../api/images.ts';
import { useChange } from '../../address/use-change.ts';
import { useApi } from '../../app/context.ts';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { CompactSelect, SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { ImagesTabs, NoImages } from './images-tabs.tsx';
import type { RepositoriesSearch } from './search.ts';

const route = getRouteApi('/shell/images/repositories');

type State = 'watched' | 'outside' | 'gone';

const stateWords: Readonly<Record<State, { label: string; note: string }>> = {
  watched: { label: 'Watched', note: 'what the registries have and the settings ask for' },
  outside: { label: 'Left out by the settings', note: 'in no number; what was read of them is kept' },
  gone: { label: 'Gone from the registry', note: 'in no number; what was read of them is kept' },
};

const columns: readonly Column<RepositoryRow>[] = [
  {
    id: 'name',
    header: 'Repository',
    fixed: true,
    sortable: true,
    className: 'name-cell',
    cell: (row) => (
      <Link to="/images" search={{ repository: row.id }} data-row-link="">
        {row.name}
      </Link>
    ),
  },
  { id: 'registry', header: 'Registry', cell: (row) => row.integration.name },
  { id: 'tags', header: 'Tags', numeric: true, cell: (row) => formatCount(row.tags) },
  {
    id: 'images',
    header: 'Images',
    phone: 'stay',
    numeric: true,
    sortable: true,
    cell: (row) => formatCount(row.images),
  },
  {
    id: 'withCommit',
    header: 'With a commit',
    numeric: true,
    cell: (row) => (row.images === 0 ? <span className="note">no image</span> : formatCount(row.withCommit)),
  },
  {
    id: 'newest',
    header: 'Newest image',
    sortable: true,
    cell: (row) => (row.newestAt === null ? <span className="note">none yet</span> : <Ago at={row.newestAt} />),
  },
  {
    id: 'read',
    header: 'Read',
    cell: (row) => (row.readAt === null ? <span className="note">not yet</span> : <Ago at={row.readAt} />),
  },
];

export function RepositoriesPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<RepositoriesSearch>('/images/repositories');
  const { q, ...rest } = search;
  const repositories = useQuery(repositoriesQuery(useApi(), { ...rest, search: q }));
  const { data } = repositories;
  return (
    <Page
      title="Images"
      wide
      tabs={<ImagesTabs />}
      actions={
        <span className="note">{data === undefined ? '' : countOf(data.total, 'repository', 'repositories')}</span>
      }
    >
      {data?.total === 0 && q === undefined && search.state === undefined ? (
        <NoImages />
      ) : (
        <>
          <Toolbar label="Filters">
            <SearchBox
              label="Find a repository"
              placeholder="Name"
              value={q ?? ''}
              onChange={(text) => change({ q: text === '' ? undefined : text })}
            />
            <CompactSelect
              label="Which"
              value={search.state ?? 'watched'}
              choices={Object.entries(stateWords).map(([value, { label }]) => ({ value: value as State, label }))}
              onChoose={(state) => change({ state: state === 'watched' ? undefined : state })}
            />
          </Toolbar>
          <Card title="Repositories" note={stateWords[search.state ?? 'watched'].note}>
            <QueryTable
              query={repositories}
              label="Repositories"
              columns={columns}
              rows={(data) => data.repositories}
              rowKey={(row) => row.id}
              sorting={{
                by: search.sort ?? 'name',
                direction: search.direction ?? 'asc',
                onSort: (by, direction) =>
                  change({
                    sort: by === 'images' || by === 'newest' ? by : undefined,
                    direction: direction === 'desc' ? 'desc' : undefined,
                  }),
              }}
              paging={pagingOf(data, change)}
              empty="No repository matches."
            />
          </Card>
        </>
      )}
    </Page>
  );
}
