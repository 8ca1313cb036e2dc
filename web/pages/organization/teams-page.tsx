import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Team } from '../../../src/features/teams/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { teamsQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf } from '../../words/numbers.ts';
import type { TeamsSearch } from './search.ts';

const route = getRouteApi('/shell/organization/teams');

/** The leaves of all trees; each leads to its settings. */
export function TeamsPage(): ReactElement {
  const { q, page } = route.useSearch();
  const change = useChange<TeamsSearch>('/organization/teams');
  const list = useQuery(teamsQuery(useApi(), { search: q, page }));
  return (
    <Page title="Teams" wide>
      <Toolbar label="Filters">
        <SearchBox
          label="Find a team"
          placeholder="Team, tree or who leads it"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
      </Toolbar>
      <Card title={list.data === undefined ? 'Teams' : countOf(list.data.total, 'team')} label="Teams">
        <QueryTable
          query={list}
          label="Teams"
          columns={columns}
          rows={(data) => data.teams}
          rowKey={(row) => row.id}
          paging={pagingOf(list.data, change)}
          empty={q === undefined ? 'There is no team yet: an org tree makes them.' : 'No team is called like this.'}
        />
      </Card>
    </Page>
  );
}

const columns: readonly Column<Team>[] = [
  {
    id: 'name',
    header: 'Team',
    fixed: true,
    className: 'name-cell',
    cell: (row) => (
      <Link to="/organization/teams/$id/integrations" params={{ id: String(row.id) }} data-row-link="">
        {row.name}
      </Link>
    ),
    text: (row) => row.name,
  },
  {
    id: 'tree',
    header: 'Org tree',
    phone: 'stay',
    cell: ({ tree }) => (
      <Link to="/organization/trees/$id" params={{ id: String(tree.id) }}>
        {tree.name}
      </Link>
    ),
    text: ({ tree }) => tree.name,
  },
  { id: 'manager', header: 'Led by', cell: (row) => row.manager ?? '' },
  { id: 'people', header: 'People', numeric: true, cell: (row) => row.people },
];
