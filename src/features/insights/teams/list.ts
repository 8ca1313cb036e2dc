import type { z } from 'zod';
import { targetSeverities } from '../../../domain/age-targets.ts';
import { dayOf } from '../../../domain/time-buckets.ts';
import { containing, type Queryable, visibleNow } from '../../../platform/database/index.ts';
import { openByNode } from '../security/below.ts';
import { noCounts } from '../security/counts.ts';
import { readDataState } from '../security/data-state.ts';
import { recomputingOf } from '../security/node-scope.ts';
import { scopeOf } from '../security/scope.ts';
import { pendingProjects } from '../security/spans.ts';
import { readTargetsInForce } from '../targets/groups.ts';
import type { TeamNumbers, TeamNumbersList, TeamNumbersQuery, TeamSort } from './contract.ts';

export const pageSize = 50;

type Found = Omit<TeamNumbers, 'open' | 'broken' | 'projects'>;

/** Teams with their numbers: those of a page, or of all where they are sorted by a number. */
export async function listTeams(
  db: Queryable,
  { search, sort, direction, page }: z.output<typeof TeamNumbersQuery>,
  now: Date,
): Promise<TeamNumbersList> {
  const found = await findTeams(db, containing(search));
  const onPage = (all: readonly TeamNumbers[]): TeamNumbers[] => all.slice((page - 1) * pageSize, page * pageSize);
  const isNumber = !['name', 'tree', 'people'].includes(sort);
  const sorted = isNumber ? found : ordered(found, keyOf[sort] as (team: Found) => string | number, direction);
  const counted = await withNumbers(db, isNumber ? sorted : sorted.slice((page - 1) * pageSize, page * pageSize), now);
  const teams = isNumber ? onPage(ordered(counted, keyOf[sort], direction)) : counted;
  const recomputing = await recomputingOf(
    db,
    teams.map(({ id }) => id),
  );
  return { state: await readDataState(db, { recomputing }), teams, total: found.length, page, pageSize };
}

const keyOf: Record<TeamSort, (team: TeamNumbers) => string | number> = {
  name: ({ name }) => name.toLowerCase(),
  tree: ({ tree }) => tree.name.toLowerCase(),
  people: ({ people }) => people,
  projects: ({ projects }) => projects,
  open: ({ open }) => open.total,
  critical: ({ open }) => open.critical,
  high: ({ open }) => open.high,
  medium: ({ open }) => open.medium,
  low: ({ open }) => open.low,
  broken: ({ broken }) => broken ?? -1,
};

/** What is equal stays by name. */
function ordered<T>(rows: readonly T[], of: (row: T) => string | number, direction: 'asc' | 'desc'): T[] {
  const sign = direction === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [one, other] = [of(a), of(b)];
    return one === other ? 0 : one < other ? -sign : sign;
  });
}

async function findTeams(db: Queryable, text: string | null): Promise<Found[]> {
  const rows = await db.query<Omit<Found, 'tree'> & { treeId: number; treeName: string }>(
    `select t.id, t.name, t.tree_id as "treeId", t.tree as "treeName", t.manager, t.people from shared.teams t
      where ($1::text is null or t.name ilike $1 or t.tree ilike $1 or t.manager ilike $1) and ($2::bigint[] is null or t.id = any ($2))
      order by lower(t.name), lower(t.tree), t.id`,
    [text, visibleNow()?.nodes ?? null],
    'insights teams',
  );
  return rows.map(({ treeId, treeName, ...team }) => ({ ...team, tree: { id: treeId, name: treeName } }));
}

async function withNumbers(db: Queryable, teams: readonly Found[], now: Date): Promise<TeamNumbers[]> {
  const ids = teams.map(({ id }) => id);
  const held = await db.query<{ node: number; projects: number[] }>(
    `select h.node_id as node, array_agg(h.project_id order by h.project_id)::bigint[] as projects
       from insights.node_projects h where h.node_id = any ($1::bigint[]) group by 1`,
    [ids],
    'insights teams hold',
  );
  const projects = new Map(held.map((row) => [row.node, row.projects.map(Number)]));
  const open = await openByNode(db, scopeOf({ branchScope: 'main' }), projects, ids);
  const broken = await brokenOf(db, ids, now);
  return teams.map((team) => ({
    ...team,
    projects: projects.get(team.id)?.length ?? 0,
    open: open.get(team.id) ?? noCounts(),
    broken: broken === null ? null : (broken.get(team.id) ?? 0),
  }));
}

/**
 * Open vulnerabilities that are older than the targets of their projects: from the rows that ages are counted from. Null
 * where there is no target at all.
 */
async function brokenOf(db: Queryable, teams: readonly number[], now: Date): Promise<Map<number, number> | null> {
  const inForce = await readTargetsInForce(db);
  const all = [inForce.organization, ...inForce.groups.map(({ targets }) => targets)];
  const limits = all.flatMap((targets, group) =>
    targetSeverities.flatMap((severity) => {
      const days = targets[severity];
      return days === null ? [] : [{ group, severity, days }];
    }),
  );
  if (limits.length === 0) return null;
  const own = inForce.groups.flatMap(({ projects }, index) =>
    projects.map((project) => ({ project, group: index + 1 })),
  );
  const rows = await db.query<{ node: number; broken: number }>(
    `with own as materialized (select * from unnest($2::bigint[], $3::int[]) g (project, own)),
     limits as materialized (select * from unnest($4::int[], $5::text[], $6::int[]) l (own, severity, days)),
     held as materialized (
       select h.node_id, h.project_id, coalesce(g.own, 0) as own
         from insights.node_projects h left join own g on g.project = h.project_id where h.node_id = any ($1::bigint[])),
     aged as (
       select h.node_id, h.own, a.axis, a.raw_level, a.day, a.findings
         from held h join insights.open_ages a on a.node_kind = 'project' and a.node_id = h.project_id
        where a.counting = 'server' and a.branch_class = 'main' and h.project_id <> all ($7::bigint[])
       union all
       select h.node_id, h.own, s.axis, s.raw_level, s.created_on, 1
         from held h join shared.vulnerability_spans s on s.project_id = h.project_id
        where s.is_open and s.counting = 'server' and s.branch_class = 'main' and h.project_id = any ($7::bigint[]))
     select a.node_id as node, sum(a.findings)::bigint as broken
       from aged a join shared.severity_mapping m on m.axis = a.axis and m.raw_level = a.raw_level
       join limits l on l.own = a.own and l.severity = m.severity
      where a.day + l.days < $8::date group by 1`,
    [
      teams,
      own.map(({ project }) => project),
      own.map(({ group }) => group),
      limits.map(({ group }) => group),
      limits.map(({ severity }) => severity),
      limits.map(({ days }) => days),
      await pendingProjects(db),
      dayOf(now),
    ],
    'insights teams broken',
  );
  return new Map(rows.map((row) => [row.node, row.broken]));
}
