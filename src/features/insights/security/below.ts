import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { SecurityNodes, Severity, SeverityCounts } from '../contract.ts';
import { noCounts, openCounts, presentByLevel } from './counts.ts';
import { readDataState } from './data-state.ts';
import { includesSeverity, type Scope } from './scope.ts';

const mostNodes = 500;

interface NodeRow {
  id: number;
  name: string;
  isTeam: boolean;
  projects: number;
}

/**
 * Open vulnerabilities of what lies directly below a node, or of the top of a tree, with what several of them share and
 * what is nobody's: so that the numbers add up. Throws `org_tree_not_found`.
 */
export async function securityBelow(
  db: Queryable,
  scope: Scope,
  { tree, node }: { tree: number | undefined; node: number | undefined },
): Promise<SecurityNodes> {
  const place = await placeOf(db, { tree, node });
  const rows = await db.query<NodeRow>(
    `select n.id, n.name, n.is_team as "isTeam", (select count(*) from insights.node_projects h where h.node_id = n.id) as projects
       from shared.org_nodes n where n.tree_id = $1 and n.parent_id is not distinct from $2
      order by lower(n.name), n.id limit ${mostNodes + 1}`,
    [place.tree.id, node ?? null],
  );
  const shown = rows.slice(0, mostNodes);
  const counts = await openOfNodes(
    db,
    scope,
    shown.map(({ id }) => id),
  );
  const nodes = shown.map((row) => ({ ...row, open: counts.get(row.id) ?? noCounts() }));
  const held = await heldBelow(db, place.tree.id, node);
  const ofProjects = async (projects: readonly number[]): Promise<SeverityCounts> =>
    openCounts(await presentByLevel(db, { ...scope, node: null, projects }), scope);
  // What a node holds are the projects of its teams: each once.
  const total = await ofProjects(held.all);
  const everything = openCounts(await presentByLevel(db, { ...scope, node: null, projects: null }), scope);
  return {
    state: await readDataState(db),
    ...place,
    nodes,
    nodesInAll: rows.length,
    total,
    shared: { projects: held.shared.length, open: await ofProjects(held.shared) },
    unowned: node === undefined ? differenceOf(everything, total) : null,
  };
}

/** The tree, and the nodes above the one that is asked for, from the top down, it included. */
async function placeOf(
  db: Queryable,
  { tree, node }: { tree: number | undefined; node: number | undefined },
): Promise<Pick<SecurityNodes, 'tree' | 'path'>> {
  const path =
    node === undefined
      ? []
      : await db.query<{ id: number; name: string; tree: number }>(
          `with recursive above as (
             select n.id, n.name, n.parent_id, n.tree_id, 0 as up from shared.org_nodes n where n.id = $1
             union all
             select n.id, n.name, n.parent_id, n.tree_id, a.up + 1 from above a join shared.org_nodes n on n.id = a.parent_id)
           select id, name, tree_id as tree from above order by up desc`,
          [node],
        );
  const found = await db.maybeOne<{ id: number; name: string }>('select id, name from shared.org_trees where id = $1', [
    path[0]?.tree ?? tree ?? null,
  ]);
  if (found === undefined) throw new PlumblineError('org_tree_not_found');
  return { tree: found, path: path.map(({ id, name }) => ({ id, name })) };
}

/** Projects that the nodes directly below hold, and those of them that several hold. */
async function heldBelow(
  db: Queryable,
  tree: number,
  node: number | undefined,
): Promise<{ all: number[]; shared: number[] }> {
  const rows = await db.query<{ project: number; holders: number }>(
    `select h.project_id as project, count(*) as holders from insights.node_projects h
       join shared.org_nodes n on n.id = h.node_id and n.tree_id = $1
      where case when $2::bigint is null then n.parent_id is null else n.parent_id = $2 or (n.id = $2 and n.is_team) end
      group by 1 order by 1`,
    [tree, node ?? null],
  );
  return {
    all: rows.map(({ project }) => project),
    shared: rows.filter(({ holders }) => holders > 1).map(({ project }) => project),
  };
}

async function openOfNodes(
  db: Queryable,
  scope: Scope,
  nodes: readonly number[],
): Promise<Map<number, SeverityCounts>> {
  const rows = await db.query<{ node: number; severity: Severity; present: number }>(
    `select c.node_id as node, coalesce(m.severity, 'unrated') as severity, sum(c.present)::bigint as present
       from (
         select p.node_id, p.axis, p.raw_level, p.present from insights.present p
          where p.node_kind = 'tree_node' and p.node_id = any ($1::bigint[]) and p.counting = $4 and p.branch_class = any ($2)
            and p.class = 'vulnerability' and p.state = 'open' and ($3::text[] is null or p.asset_type = any ($3))
         union all
         select h.node_id, d.axis, d.raw_level, d.opened - d.closed
           from shared.daily_changes d join insights.node_projects h on h.project_id = d.project_id and h.node_id = any ($1::bigint[])
          where d.part = 'all' and d.class = 'vulnerability' and d.state = 'open' and d.counting = $4 and d.branch_class = any ($2) and ($3::text[] is null or d.asset_type = any ($3))) c
       left join shared.severity_mapping m on m.axis = c.axis and m.raw_level = c.raw_level
      group by 1, 2`,
    [nodes, scope.branchClasses, scope.assetTypes, scope.counting],
    'insights nodes',
  );
  const counts = new Map<number, SeverityCounts>();
  for (const { node, severity, present } of rows) {
    if (!includesSeverity(scope, severity)) continue;
    const own = counts.get(node) ?? noCounts();
    own[severity] += present;
    own.total += present;
    counts.set(node, own);
  }
  return counts;
}

function differenceOf(a: SeverityCounts, b: SeverityCounts): SeverityCounts {
  const names = Object.keys(a) as (keyof SeverityCounts)[];
  return Object.fromEntries(names.map((name) => [name, a[name] - b[name]])) as SeverityCounts;
}
