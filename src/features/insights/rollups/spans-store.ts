import type { Tx } from '../../../platform/database/index.ts';
import { forgetChangedProjects, takeChangedProjects } from '../../code-quality/index.ts';
import { isWhole, movingProjects, type Stage } from './stages.ts';

/** One table of counts that single findings add up to. */
interface SpanTable {
  name: string;
  key: readonly string[];
  /** What is summed up. */
  sum: 'findings' | 'days';
  /** What projects have by spans `s`; where these come from stands before the condition. */
  ofProjects: { select: string; where: string };
  /** `of` as the rows of the organization, or of each node that holds the projects: their own key and a count. */
  ofOwners(of: string, owner: Owner): string;
}

/** moved: of nodes that `p.holder` names. */
type Owner = 'organization' | 'tree_node' | 'moved';

/** Rows of projects `p` beside whom they are summed up for: one of them, or as many as hold the project. */
const held: Record<Owner, { node: string; join: string }> = {
  organization: { node: `'organization' as node_kind, 0::bigint as node_id`, join: '' },
  tree_node: {
    node: `'tree_node' as node_kind, h.node_id`,
    join: 'join insights.node_projects h on h.project_id = p.node_id',
  },
  moved: { node: `'tree_node' as node_kind, p.holder as node_id`, join: '' },
};

const level = ['axis', 'raw_level', 'asset_type'];

const openAges: SpanTable = {
  name: 'insights.open_ages',
  key: ['node_kind', 'node_id', 'counting', 'branch_class', 'day', ...level],
  sum: 'findings',
  ofProjects: {
    select: `'project' as node_kind, s.project_id as node_id, s.counting, s.branch_class, s.created_on as day, s.axis, s.raw_level, s.asset_type, count(*)::int as findings`,
    where: 's.is_open',
  },
  ofOwners: (of, owner) =>
    `select ${held[owner].node}, counting, branch_class, day, axis, raw_level, asset_type, sum(findings)::int as findings from ${of} p ${held[owner].join} group by 2, 3, 4, 5, 6, 7, 8`,
};

const resolveTimes: SpanTable = {
  name: 'insights.resolve_times',
  key: ['node_kind', 'node_id', 'unit', 'counting', 'branch_class', 'start', ...level, 'days'],
  sum: 'findings',
  ofProjects: {
    select: `'project' as node_kind, s.project_id as node_id, 'day' as unit, s.counting, s.branch_class, s.fixed_on as start, s.axis, s.raw_level, s.asset_type,
             insights.time_class(s.fixed_on - s.counted_from) as days, count(*)::int as findings`,
    where: 'not s.is_open',
  },
  ofOwners: (of, owner) =>
    `select ${held[owner].node}, u.unit, counting, branch_class, date_trunc(u.unit, start::timestamp)::date as start, axis, raw_level, asset_type, days, sum(findings)::int as findings
       from ${of} p ${held[owner].join} cross join (values ('week'), ('month')) u (unit) group by 2, 3, 4, 5, 6, 7, 8, 9, 10`,
};

/** What was open for less than a day adds nothing. */
const resolveDays: SpanTable = {
  name: 'insights.resolve_days',
  key: ['node_kind', 'node_id', 'unit', 'counting', 'branch_class', 'start', ...level],
  sum: 'days',
  ofProjects: {
    select: `'project' as node_kind, s.project_id as node_id, 'day' as unit, s.counting, s.branch_class, s.fixed_on as start, s.axis, s.raw_level, s.asset_type,
             sum(s.fixed_on - s.counted_from)::bigint as days`,
    where: 'not s.is_open and s.fixed_on > s.counted_from',
  },
  ofOwners: (of, owner) =>
    `select ${held[owner].node}, u.unit, counting, branch_class, date_trunc(u.unit, start::timestamp)::date as start, axis, raw_level, asset_type, sum(days)::bigint as days
       from ${of} p ${held[owner].join} cross join (values ('week'), ('month')) u (unit) group by 2, 3, 4, 5, 6, 7, 8, 9`,
};

const tables = [openAges, resolveTimes, resolveDays];

const owners: readonly Owner[] = ['organization', 'tree_node'];
const ofAllOwners = (table: SpanTable, of: string): string =>
  owners.map((owner) => table.ofOwners(of, owner)).join(' union all ');
const ofStoredProjects = ({ name }: SpanTable): string => `(select * from ${name} where node_kind = 'project')`;

const groupOf = ({ key }: SpanTable): string => key.map((_, index) => index + 1).join(', ');
/** Of every project, or of those that a condition on `s.project_id` leaves. */
const wantedOf = (table: SpanTable, condition = 'true'): string =>
  `select ${table.ofProjects.select} from shared.vulnerability_spans s
    where ${table.ofProjects.where} and ${condition} group by ${groupOf(table)}`;

/** Spans of the projects in $1, each looked at by itself: whatever the planner takes the tables for, no other one is. */
const spansOfSome = `
  select s.* from unnest($1::bigint[]) wanted (id)
   cross join lateral (select project_id, counting, branch_class, axis, raw_level, asset_type, is_open, created_on, counted_from, fixed_on
                         from shared.vulnerability_spans where project_id = wanted.id offset 0) s`;
const named = (alias: string, names: readonly string[]): string => names.map((name) => `${alias}.${name}`).join(', ');

/** Projects taken at once: of a large one every finding is looked at. */
const batchProjects = 50;

/** Takes some changed projects and counts their findings anew. Returns how many projects were taken. */
export async function moveChangedProjects(tx: Tx): Promise<number> {
  const ids = await takeChangedProjects(tx, batchProjects, await movingProjects(tx));
  if (ids.length > 0) await tx.execute(refresh, [ids]);
  return ids.length;
}

/** Writes what differs of one table to the projects’ rows, and the same differences to those of the organization and of nodes. */
function refreshOf(table: SpanTable, id: string): string {
  const { name, key, sum } = table;
  const columns = key.join(', ');
  const same = (a: string, b: string): string => `(${named(a, key)}) = (${named(b, key)})`;
  return `
    wanted_${id} as materialized (select ${table.ofProjects.select} from spans s where ${table.ofProjects.where} group by ${groupOf(table)}),
    differing_${id} as materialized (
      select ${key.map((column) => `coalesce(w.${column}, s.${column}) as ${column}`).join(', ')},
             coalesce(w.${sum}, 0) - coalesce(s.${sum}, 0) as ${sum}, s.node_id is null as is_new, w.node_id is null as is_gone
        from wanted_${id} w
        full join (select * from ${name} where node_kind = 'project' and node_id = any ($1)) s on ${same('w', 's')}
       where w.${sum} is distinct from s.${sum}),
    added_${id} as (
      insert into ${name} (${columns}, ${sum}) select ${columns}, ${sum} from differing_${id} where is_new order by ${columns}),
    removed_${id} as (
      delete from ${name} t using differing_${id} d where d.is_gone and ${same('t', 'd')}),
    altered_${id} as (
      update ${name} t set ${sum} = t.${sum} + d.${sum} from differing_${id} d where not d.is_new and not d.is_gone and ${same('t', 'd')}),
    summed_up_${id} as (
      insert into ${name} as t (${columns}, ${sum})
      select * from (${ofAllOwners(table, `differing_${id}`)}) o where o.${sum} <> 0 order by ${named('o', key)}
      on conflict (${columns}) do update set ${sum} = t.${sum} + excluded.${sum})`;
}

/** All tables in one statement, so that the findings of a project are gone through once. */
const refresh = `with spans as materialized (${spansOfSome}), ${tables.map((table, at) => refreshOf(table, `of_${at}`)).join(',')} select`;

/** Rows of projects that nodes gain or lose: `moved` has the node, the project and 1 or -1. */
export const movedSpans = (moved: string): string[] => tables.map((table) => movedOf(table, moved, 'true'));

function movedOf(table: SpanTable, moved: string, condition: string): string {
  const columns = table.key.join(', ');
  const gained = `(select ${table.key.map((column) => `t.${column}`).join(', ')}, t.${table.sum} * m.sign as ${table.sum}, m.node_id as holder
                     from ${moved} m join (select * from ${table.name} where node_kind = 'project' and ${condition}) t on t.node_id = m.project_id)`;
  return `insert into ${table.name} as t (${columns}, ${table.sum})
    select * from (${table.ofOwners(gained, 'moved')}) o where o.${table.sum} <> 0 order by ${named('o', table.key)}
    on conflict (${columns}) do update set ${table.sum} = t.${table.sum} + excluded.${table.sum}`;
}

/** The same part by part, for a project $1 that has much of it. */
export const spanStages = (moved: string): Stage[] =>
  tables.map((table) => {
    const day = table === openAges ? 'day' : 'start';
    const own = `node_id = $1${day === 'start' ? ` and unit = 'day'` : ''}`;
    return {
      place: [
        { column: 'counting', type: 'text' },
        { column: 'branch_class', type: 'text' },
        { column: day, type: 'date' },
      ],
      rows: (condition) => [`select * from ${table.name} where node_kind = 'project' and ${own} and ${condition}`],
      move: (condition) => movedOf(table, moved, `${own} and ${condition}`),
    };
  });

export async function deleteSpans(tx: Tx): Promise<void> {
  await forgetChangedProjects(tx);
  for (const { name } of tables) await tx.execute(`delete from ${name}`);
}

/**
 * For statements over all findings. A branch and its project are taken for two conditions, and what is left for a single
 * row: for each finding all projects would be gone through.
 */
const lookUpNothingOneByOne = (tx: Tx): Promise<unknown> => tx.execute('set local enable_nestloop = off');

export async function insertSpans(tx: Tx): Promise<void> {
  await lookUpNothingOneByOne(tx);
  for (const table of tables) {
    const columns = `${table.key.join(', ')}, ${table.sum}`;
    await tx.execute(
      `insert into ${table.name} (${columns}) ${wantedOf(table)} order by ${table.key.map((_, i) => i + 1).join(', ')}`,
    );
    await tx.execute(
      `insert into ${table.name} (${columns}) select ${columns} from (${ofAllOwners(table, ofStoredProjects(table))}) o order by ${groupOf(table)}`,
    );
  }
  await tx.execute('set local enable_nestloop to default');
}

/** Rows that differ from their findings; of the organization and of nodes, from those of the projects. What waits is left out of the first. */
export async function countSpanDifferences(
  tx: Tx,
): Promise<{ open_ages: number; resolve_times: number; resolve_days: number }> {
  await lookUpNothingOneByOne(tx);
  const counts = [];
  const wholeOwner = `(node_kind = 'organization' or ${isWhole})`;
  for (const table of tables) {
    const columns = `${table.key.join(', ')}, ${table.sum}`;
    const waiting = 'select project_id from shared.changed_projects';
    const projects = `select ${columns} from ${table.name} where node_kind = 'project' and node_id not in (${waiting})`;
    const summedUp = `select ${columns} from ${table.name} where node_kind <> 'project' and ${table.sum} <> 0 and ${wholeOwner}`;
    const summed = `select ${columns} from (${ofAllOwners(table, ofStoredProjects(table))}) o where ${wholeOwner}`;
    const plain = `select ${columns} from (${wantedOf(table, `s.project_id not in (${waiting})`)}) w`;
    const either = (a: string, b: string): string =>
      `(select * from (${a}) a except all select * from (${b}) b) union all (select * from (${b}) b except all select * from (${a}) a)`;
    const { n } = await tx.one<{ n: number }>(
      `select count(*) as n from (${either(projects, plain)} union all ${either(summedUp, summed)}) d`,
    );
    counts.push(n);
  }
  await tx.execute('set local enable_nestloop to default');
  return { open_ages: counts[0] ?? 0, resolve_times: counts[1] ?? 0, resolve_days: counts[2] ?? 0 };
}
