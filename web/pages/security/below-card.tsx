import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { SecurityNodes } from '../../../src/features/insights/contract.ts';
import { nodesQuery } from '../../api/insights.ts';
import { treesQuery } from '../../api/organization.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { ScopeLink } from '../scope/scope-trail.tsx';
import { nodeParameters } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

/** What lies directly below a node or at the top of a tree: drilling down to a team. Nothing at a team, and without a tree. */
export function BelowCard(): ReactElement | null {
  const [search] = useSecuritySearch();
  const api = useApi();
  const mayRead = useCan('teams:read');
  const trees = useQuery({ ...treesQuery(api), enabled: mayRead && search.node === undefined });
  const tree = trees.data?.trees[0]?.id;
  const asked = search.node !== undefined || tree !== undefined;
  const below = useQuery({
    ...nodesQuery(api, { ...nodeParameters(search), ...(search.node === undefined ? { tree } : {}) }),
    enabled: asked,
  });
  // Of single projects no node has a number of its own.
  if (!asked || search.projects !== undefined || below.data?.nodesInAll === 0) return null;
  const { data } = below;
  return (
    <Card
      title={data === undefined ? 'By team' : `Below ${data.path.at(-1)?.name ?? data.tree.name}`}
      label="By team"
      note={data === undefined ? undefined : countOf(data.nodesInAll, 'node')}
      actions={
        data === undefined || data.nodes.length < 2 ? null : (
          <Link
            to="/insights/compare"
            className="button bare"
            search={{ tree: data.tree.id, nodes: data.nodes.slice(0, 6).map(({ id }) => id) }}
          >
            Compare
          </Link>
        )
      }
      footer={data === undefined ? undefined : <Sums data={data} />}
    >
      <QueryTable
        query={below}
        label="Open vulnerabilities by team"
        columns={columns}
        rows={({ nodes }) => nodes.toSorted((a, b) => b.open.total - a.open.total)}
        rowKey={(row) => row.id}
        empty="Nothing lies below it."
      />
    </Card>
  );
}

/** Why the rows do not simply add up. */
function Sums({ data: { tree, total, shared, unowned } }: { data: SecurityNodes }): ReactElement {
  return (
    <p className="note">
      {formatCount(total.total)} together, each project once.
      {shared.projects === 0
        ? null
        : ` ${countOf(shared.projects, 'project')} with ${formatCount(shared.open.total)} ${shared.projects === 1 ? 'is' : 'are'} of several and ${shared.projects === 1 ? 'counts' : 'count'} in each row.`}{' '}
      {unowned === null ? null : (
        <>
          {formatCount(unowned.total)} are{' '}
          <Link to="/organization/trees/$id/belongings" params={{ id: String(tree.id) }}>
            nobody’s
          </Link>
          .
        </>
      )}
    </p>
  );
}

type Row = SecurityNodes['nodes'][number];

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Team or node',
    fixed: true,
    className: 'name-cell',
    cell: (row) => <ScopeLink node={row.id}>{row.name}</ScopeLink>,
    text: (row) => row.name,
  },
  { id: 'projects', header: 'Projects', numeric: true, cell: (row) => formatCount(row.projects) },
  { id: 'critical', header: 'Critical', numeric: true, cell: (row) => formatCount(row.open.critical) },
  { id: 'high', header: 'High', numeric: true, cell: (row) => formatCount(row.open.high) },
  { id: 'total', header: 'All', phone: 'stay', numeric: true, cell: (row) => formatCount(row.open.total) },
];
