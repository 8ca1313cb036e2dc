import { type Queryable, visibleNow } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { SecurityNodes, Severity, SeverityCounts } from '../contract.ts';
import { noCounts, openCounts, presentByLevel, presentByProject } from './counts.ts';
import { readDataState } from './data-state.ts';
import { recomputingOf, stoodAt } from './node-scope.ts';
import { includesSeverity, type Scope } from './scope.ts';

const mostNodes = 500;

interface NodeRow {
  id: number;
  name: string;
  isTeam: boolean;
  projects: number;
}

interface Asked {
  tree: number | undefined;
  node: number | undefined;
  treeAt: string | undefined;
}

/**
 * Open vulnerabilities of what lies directly below a node, or of the top of a tree, with what several of them share and
 * what is nobody's: so that the numbers add up. Throws `org_tree_not_found`.
 */
export async function securityBelow(db: Queryable, scope: Scope, asked: Asked): Promise<SecurityNodes> {
  const place = await placeOf(db, asked);
  const held = await heldBelow(db, place.tree.id, asked);
  const rows = await nodesBelow(db, place.tree.id, asked);
  const shown = rows.slice(0, mostNodes).map((row) => ({ ...row, projects: held.of(row.id).length }));
  const ids = shown.map(({ id }) => id);
  const recomputing =
    asked.treeAt === undefined
      ? await recomputingOf(db, [...ids, ...(asked.node === undefined ? [] : [asked.node])])
      : 0;
  const counts = await (asked.treeAt === undefined && recomputing === 0 ? openOfNodes : openOfHeld)(
    db,
    scope,
    ids,
    held,
  );
  const nodes = shown.map((row) => ({ ...row, open: counts.get(row.id) ?? noCounts() }));
  const ofProjects = async (projects: readonly number[]): Promise<SeverityCounts> =>
    openCounts(await presentByLevel(db, { ...scope, node: null, projects }), scope);
  // What a node holds are the projects of its teams: each once.
  const total = await ofProjects(held.all);
  // What is nobody's is of the organization.
  const unowned = async (): Promise<SeverityCounts> =>
    differenceOf(openCounts(await presentByLevel(db, { ...scope, node: null, projects: null }), scope), total);
  return {
    state: await readDataState(db, { recomputing }),
    ...place,
    nodes,
    nodesInAll: rows.length,
    total,
    shared: { projects: held.shared.length, open: await ofProjects(held.shared) },
    unowned: asked.node === undefined && visibleNow() === undefined ? await unowned() : null,
  };
}

/** Nodes as they stand, or as they stood at the end of day `$n`. */
const nodesAt = (parameter: string): string =>
  `(select n.id, n.tree_id, n.parent_id, n.name, n.is_team from shared.org_node_periods n
     where case when ${parameter}::text is null then n.valid_to = 'infinity' else ${stoodAt('n', parameter)} end)`;

/**
 * Directly below the node $2, or at the top of the tree. The top of who works in some nodes ($4) are those of them that lie
 * below none of the others.
 */
const isBelow = `(case when $2::bigint is not null then n.parent_id = $2
    when $4::bigint[] is null then n.parent_id is null
    else coalesce(n.parent_id <> all ($4), true) end and ($4::bigint[] is null or n.id = any ($4)))`;

/** The tree, and the nodes above the one that is asked for, from the top down, it included. */
async function placeOf(db: Queryable, { tree, node, treeAt }: Asked): Promise<Pick<SecurityNodes, 'tree' | 'path'>> {
  const path =
    node === undefined
      ? []
      : await db.query<{ id: number; name: string; tree: number }>(
          `with recursive stood as materialized ${nodesAt('$2')},
           above as (
             select n.id, n.name, n.parent_id, n.tree_id, 0 as up from stood n where n.id = $1
             union all
             select n.id, n.name, n.parent_id, n.tree_id, a.up + 1 from above a join stood n on n.id = a.parent_id)
           select id, name, tree_id as tree from above order by up desc`,
          [node, treeAt ?? null],
        );
  const found = await db.maybeOne<{ id: number; name: string }>(
    `select t.id, coalesce(p.name, t.name) as name
       from shared.org_trees t left join shared.org_tree_periods p on p.id = t.id
        and case when $2::text is null then p.valid_to = 'infinity' else ${stoodAt('p', '$2')} end where t.id = $1`,
    [path[0]?.tree ?? tree ?? null, treeAt ?? null],
  );
  if (found === undefined) throw new PlumblineError('org_tree_not_found');
  return { tree: found, path: path.map(({ id, name }) => ({ id, name })) };
}

function nodesBelow(db: Queryable, tree: number, { node, treeAt }: Asked): Promise<Omit<NodeRow, 'projects'>[]> {
  return db.query(
    `select n.id, n.name, n.is_team as "isTeam" from ${nodesAt('$3')} n
      where n.tree_id = $1 and ${isBelow} order by lower(n.name), n.id limit ${mostNodes + 1}`,
    [tree, node ?? null, treeAt ?? null, visibleNow()?.nodes ?? null],
  );
}

/** Projects that the nodes directly below hold, and those of them that several hold. */
interface Held {
  all: number[];
  shared: number[];
  of(node: number): readonly number[];
}

async function heldBelow(db: Queryable, tree: number, { node, treeAt }: Asked): Promise<Held> {
  const holds =
    treeAt === undefined
      ? 'insights.node_projects h where $3::text is null'
      : `(select distinct p.node_id, p.project_id from shared.node_project_periods p where ${stoodAt('p', '$3')}) h where true`;
  const rows = await db.query<{ node: number; project: number }>(
    `select h.node_id as node, h.project_id as project
       from ${holds} and h.node_id in (
         select n.id from ${nodesAt('$3')} n
          where n.tree_id = $1 and (${isBelow} or (n.id = $2 and n.is_team)))
      order by 2, 1`,
    [tree, node ?? null, treeAt ?? null, visibleNow()?.nodes ?? null],
  );
  const byNode = Map.groupBy(rows, (row) => row.node);
  const byProject = Map.groupBy(rows, (row) => row.project);
  return {
    all: [...byProject.keys()],
    shared: [...byProject].filter(([, holders]) => holders.length > 1).map(([project]) => project),
    of: (id) => (byNode.get(id) ?? []).map(({ project }) => project),
  };
}

/** Open vulnerabilities of nodes as they hold their projects now, each of them once. */
export async function openByNode(
  db: Queryable,
  scope: Scope,
  held: ReadonlyMap<number, readonly number[]>,
  nodes: readonly number[],
): Promise<Map<number, SeverityCounts>> {
  if ((await recomputingOf(db, nodes)) === 0) return openOfNodes(db, scope, nodes);
  const all = [...new Set([...held.values()].flat())];
  return openOfHeld(db, scope, nodes, { all, of: (id) => held.get(id) ?? [] });
}

/** Of a tree as it stood once no numbers are kept, and a node may hold a part of a project that moves: those of its projects are added up. */
async function openOfHeld(
  db: Queryable,
  scope: Scope,
  nodes: readonly number[],
  held: Pick<Held, 'all' | 'of'>,
): Promise<Map<number, SeverityCounts>> {
  const open = { class: 'vulnerability', state: 'open' } as const;
  const projects = await presentByProject(db, { ...scope, node: null, projects: held.all }, open);
  const counts = new Map(projects.map((project) => [project.id, project.counts]));
  return new Map(nodes.map((node) => [node, sumOf(held.of(node).map((id) => counts.get(id) ?? noCounts()))]));
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

function sumOf(all: readonly SeverityCounts[]): SeverityCounts {
  const sum = noCounts();
  for (const counts of all) for (const name of names(sum)) sum[name] += counts[name];
  return sum;
}

const names = (counts: SeverityCounts): (keyof SeverityCounts)[] => Object.keys(counts) as (keyof SeverityCounts)[];

function differenceOf(a: SeverityCounts, b: SeverityCounts): SeverityCounts {
  return Object.fromEntries(names(a).map((name) => [name, a[name] - b[name]])) as SeverityCounts;
}
