import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { OrgTree, OrgTreeList } from '../../../src/features/teams/contract.ts';
import { treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, Loaded, Skeleton } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { levelsWords } from './words.ts';

/** How people are put into teams: several ways beside each other. */
export function TreesPage(): ReactElement {
  const query = useQuery(treesQuery(useApi()));
  const mayWrite = useCan('teams:write');
  return (
    <Page
      title="Org trees"
      wide
      pending={query.data === undefined && query.error === null}
      actions={
        mayWrite && query.data !== undefined && query.data.people > 0 ? (
          <Link to="/organization/trees/new" className="button primary">
            Make an org tree
          </Link>
        ) : null
      }
    >
      <Loaded query={query} skeleton={<Skeleton height={200} />}>
        {(list) => (list.trees.length === 0 ? <None list={list} /> : <Trees trees={list.trees} />)}
      </Loaded>
    </Page>
  );
}

function None({ list: { people } }: { list: OrgTreeList }): ReactElement {
  const mayWrite = useCan('teams:write');
  const nobody = people === 0;
  return (
    <EmptyState
      title={nobody ? 'There is nobody to put into teams yet' : 'No org tree yet'}
      action={
        mayWrite ? (
          <Link to={nobody ? '/organization/people/upload' : '/organization/trees/new'} className="button primary">
            {nobody ? 'Upload people' : 'Make an org tree'}
          </Link>
        ) : null
      }
    >
      An org tree puts people into teams, by their attributes or by who leads whom. Its leaves are the teams.
      {mayWrite ? null : ' An administrator can make one.'}
    </EmptyState>
  );
}

function Trees({ trees }: { trees: readonly OrgTree[] }): ReactElement {
  return (
    <Card title="Org trees">
      <DataTable label="Org trees" columns={columns} rows={trees} rowKey={(row) => row.id} empty="None" />
    </Card>
  );
}

export function BuiltChip({ tree }: { tree: OrgTree }): ReactElement {
  return tree.outdated ? (
    <Chip tone="warn" glyph="!">
      People changed
    </Chip>
  ) : (
    <Chip tone="passed" glyph="✓">
      Up to date
    </Chip>
  );
}

const columns: readonly Column<OrgTree>[] = [
  {
    id: 'name',
    header: 'Name',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <Link to="/organization/trees/$id" params={{ id: String(row.id) }} data-row-link="">
        {row.name}
      </Link>
    ),
    text: (row) => row.name,
  },
  { id: 'levels', header: 'By', cell: (row) => levelsWords(row.levels) },
  { id: 'teams', header: 'Teams', numeric: true, cell: (row) => row.teams },
  { id: 'people', header: 'People', numeric: true, cell: (row) => row.people },
  { id: 'state', header: 'State', phone: 'first', keep: true, cell: (row) => <BuiltChip tree={row} /> },
  { id: 'automatic', header: 'Rebuilt', cell: (row) => (row.automatic ? 'by itself' : 'by a person') },
  {
    id: 'built',
    header: 'Built',
    cell: (row) =>
      row.builtAt === null ? (
        <span className="note">not yet</span>
      ) : (
        <>
          <Ago at={row.builtAt} /> <span className="note">by {row.builtBy}</span>
        </>
      ),
  },
];
