import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TeamNumbers } from '../../../src/features/insights/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { teamNumbersQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { FreshnessChip } from '../../components/freshness.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { severityLabel } from '../../words/labels.ts';
import { countOf, formatCount } from '../../words/numbers.ts';
import { isTeamSort, type TeamsSearch } from './search.ts';

const route = getRouteApi('/shell/organization/teams');

/** The leaves of all trees; each leads to its settings. */
export function TeamsPage(): ReactElement {
  const { q, sort, direction, page } = route.useSearch();
  const change = useChange<TeamsSearch>('/organization/teams');
  const list = useQuery(teamNumbersQuery(useApi(), { search: q, sort, direction, page }));
  return (
    <Page title="Teams" actions={<FreshnessChip state={list.data?.state} />} wide>
      <Toolbar label="Filters">
        <SearchBox
          label="Find a team"
          placeholder="Team, tree or who leads it"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
      </Toolbar>
      <Card
        title={list.data === undefined ? 'Teams' : countOf(list.data.total, 'team')}
        label="Teams"
        note="open vulnerabilities of main branches"
      >
        <QueryTable
          query={list}
          label="Teams"
          columns={columns}
          rows={(data) => data.teams}
          rowKey={(row) => row.id}
          sorting={{
            by: sort ?? 'name',
            direction: direction ?? 'asc',
            onSort: (by, way) =>
              change({
                sort: isTeamSort(by) && by !== 'name' ? by : undefined,
                direction: way === 'desc' ? way : undefined,
              }),
          }}
          paging={pagingOf(list.data, change)}
          empty={q === undefined ? <NoTeam /> : 'No team is called like this.'}
        />
      </Card>
    </Page>
  );
}

/** The page of org trees knows what comes first: people, or a tree of them. */
function NoTeam(): ReactElement {
  const mayWrite = useCan('teams:write');
  return (
    <EmptyState
      title="There is no team yet"
      action={
        mayWrite ? (
          <Link to="/organization/trees" className="button primary">
            Make an org tree
          </Link>
        ) : null
      }
    >
      An org tree puts people into teams: its leaves are the teams.
      {mayWrite ? null : ' An administrator can make one.'}
    </EmptyState>
  );
}

const columns: readonly Column<TeamNumbers>[] = [
  {
    id: 'name',
    header: 'Team',
    fixed: true,
    sortable: true,
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
    sortable: true,
    cell: ({ tree }) => (
      <Link to="/organization/trees/$id" params={{ id: String(tree.id) }}>
        {tree.name}
      </Link>
    ),
    text: ({ tree }) => tree.name,
  },
  { id: 'manager', header: 'Led by', cell: (row) => row.manager ?? '' },
  { id: 'people', header: 'People', numeric: true, sortable: true, cell: (row) => formatCount(row.people) },
  { id: 'projects', header: 'Projects', numeric: true, sortable: true, cell: (row) => formatCount(row.projects) },
  ...(['critical', 'high', 'medium', 'low'] as const).map(
    (severity): Column<TeamNumbers> => ({
      id: severity,
      header: severityLabel[severity],
      numeric: true,
      sortable: true,
      cell: (row) => <Open row={row} count={row.open[severity]} severity={severity} />,
    }),
  ),
  {
    id: 'open',
    header: 'Open',
    numeric: true,
    sortable: true,
    phone: 'stay',
    cell: (row) => <Open row={row} count={row.open.total} />,
  },
  {
    id: 'broken',
    header: 'Broken targets',
    numeric: true,
    sortable: true,
    phone: 'stay',
    cell: (row) => <Broken row={row} />,
  },
];

/** The number is that of the team’s own page, and leads there. */
function Open({
  row,
  count,
  severity,
}: {
  row: TeamNumbers;
  count: number;
  severity?: 'critical' | 'high' | 'medium' | 'low';
}): ReactElement {
  if (row.projects === 0) return severity === undefined ? <span className="note">no project</span> : <></>;
  return (
    <Link
      to="/insights/security"
      search={{ node: row.id, ...(severity === undefined ? {} : { severity: [severity] }) }}
    >
      {formatCount(count)}
    </Link>
  );
}

function Broken({ row }: { row: TeamNumbers }): ReactElement {
  if (row.projects === 0) return <></>;
  if (row.broken === null) return <span className="note">no target</span>;
  return (
    <Link to="/insights/security" search={{ node: row.id, list: 'open', target: ['broken'] }} hash="findings">
      {formatCount(row.broken)}
    </Link>
  );
}
