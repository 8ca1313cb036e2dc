import type { Queryable } from '../../../platform/database/index.ts';
import type { AssetType, Severity } from '../contract.ts';
import type { ListedState } from './counts.ts';

/** One run of rows in the order of their creation: everything of the scope, or of one severity or project of it. */
export interface Segment {
  listed: ListedState;
  /** Null: every project. */
  projects: readonly number[] | null;
  assetTypes: readonly AssetType[] | null;
  allBranches: boolean;
  /** Pairs of axis and level. */
  levels: readonly Level[];
}

export interface Level {
  axis: string;
  raw_level: string;
  severity: Severity;
}

export interface Position {
  opened_at: Date;
  id: number;
}

/** Levels that findings of that class and state have, with their severity by today's mapping. */
export async function readLevels(db: Queryable, listed: ListedState): Promise<Level[]> {
  return db.query(
    `select distinct l.axis, l.raw_level, coalesce(m.severity, 'unrated') as severity
     from (
       select axis, raw_level from insights.present where node_kind = 'organization' and node_id = 0 and class = $1 and state = $2
       union
       select axis, raw_level from code_quality.daily_changes where class = $1 and state = $2) l
     left join code_quality.severity_mapping m using (axis, raw_level) order by 1, 2`,
    [listed.class, listed.state],
    'insights levels',
  );
}

/** Up to this many projects each branch's own index is asked; with more, the common one is read and filtered. */
const fewProjects = 60;

const columnsOfLevels = '($1::text[], $2::text[])';

/** $1 axes, $2 levels, $3 asset types, $4 class, $5 state, $6 all branches, $7 projects, $8 position, $9 id, $10 limit. */
function statement(options: {
  byBranch: boolean;
  filtered: boolean;
  direction: 'asc' | 'desc';
  after: boolean;
}): string {
  const { byBranch, filtered, direction, after } = options;
  const order = `order by f.opened_at ${direction}, f.id ${direction}`;
  const beyond = `and ($8::timestamptz is null or (f.opened_at, f.id) ${direction === 'asc' ? '>' : '<'} ($8, $9::bigint))`;
  const levels = `unnest${columnsOfLevels} as l (axis, raw_level) cross join unnest($3::text[]) as a (asset_type)`;
  const rows = `
    select f.opened_at, f.id from code_quality.findings f
    where f.class = $4 and f.counted_state = $5 and f.period_to is null and f.class in ('vulnerability', 'hotspot')
      and f.axis = l.axis and f.raw_level = l.raw_level and f.asset_type = a.asset_type
      ${after ? beyond : 'and ($8::timestamptz is null and $9::bigint is null)'}`;
  // The index of a branch gives its rows in order; the planner must not be tempted to read them all and sort.
  const ofBranch = `${rows} and f.branch_id = b.id ${order} limit $10`;
  const ofAll = `${rows} and exists (select from listed_branches b where b.id = f.branch_id) ${order} limit $10`;
  const branches = `
    select b.id from code_quality.branches b join code_quality.projects p on p.id = b.project_id
    where b.kind = 'branch' and (b.is_main or $6) and b.deleted_at is null and p.deleted_at is null
      and ${filtered ? 'b.project_id = any($7::bigint[])' : '$7::bigint[] is null'}`;
  const top = byBranch
    ? `select t.* from (${branches}) b cross join ${levels} cross join lateral (${ofBranch}) t`
    : `select t.* from ${levels} cross join lateral (${ofAll}) t`;
  return `with listed_branches as materialized (${branches}) select f.opened_at, f.id from (${top}) f ${order} limit $10`;
}

/** The next rows of a segment, after a position. */
export async function nextOfSegment(
  db: Queryable,
  segment: Segment,
  page: { direction: 'asc' | 'desc'; limit: number; after: Position | null },
): Promise<Position[]> {
  if (segment.levels.length === 0) return [];
  const byBranch = segment.projects !== null && segment.projects.length <= fewProjects;
  const text = statement({
    byBranch,
    filtered: segment.projects !== null,
    direction: page.direction,
    after: page.after !== null,
  });
  return db.query(text, [
    segment.levels.map((level) => level.axis),
    segment.levels.map((level) => level.raw_level),
    segment.assetTypes ?? ['repository', 'iac_file'],
    segment.listed.class,
    segment.listed.state,
    segment.allBranches,
    segment.projects,
    page.after?.opened_at ?? null,
    page.after?.id ?? null,
    page.limit,
  ]);
}

export interface FindingRow {
  id: number;
  source_key: string;
  class: string;
  message: string;
  severity: Severity;
  raw_level: string;
  asset_type: AssetType;
  opened_at: Date;
  line: number | null;
  path: string | null;
  rule: string | null;
  rule_name: string | null;
  cwe: string[] | null;
  branch: string;
  is_main: boolean;
  project_id: number;
  project_key: string;
  project_name: string;
  base_url: string | null;
}

/** What a list shows of findings, in the order of the ids. */
export async function readFindings(db: Queryable, ids: readonly number[]): Promise<FindingRow[]> {
  return db.query(
    `select f.id, f.source_key, f.class, f.message, coalesce(m.severity, 'unrated') as severity, f.raw_level, f.asset_type,
            f.opened_at, f.line, path.path, rule.source_key as rule, rule.name as rule_name, rule.cwe,
            b.name as branch, b.is_main, p.id as project_id, p.source_key as project_key, p.name as project_name,
            i.settings ->> 'url' as base_url
     from unnest($1::bigint[]) with ordinality as wanted (id, n)
     join code_quality.findings f on f.id = wanted.id
     join code_quality.branches b on b.id = f.branch_id
     join code_quality.projects p on p.id = f.project_id
     left join code_quality.rules rule on rule.id = f.rule_id
     left join code_quality.paths path on path.id = f.path_id
     left join code_quality.severity_mapping m on m.axis = f.axis and m.raw_level = f.raw_level
     left join integrations.integrations i on i.id = f.integration_id
     order by wanted.n`,
    [ids],
    'insights findings',
  );
}
