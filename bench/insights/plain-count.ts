import type { Database } from '../../src/platform/database/index.ts';
import type { Scope } from '../../src/features/insights/security/scope.ts';

/**
 * Every period of every vulnerability and hotspot, without any roll-up: what the answers are held against. Days as the
 * answers count them.
 */
export async function makePeriods(db: Database): Promise<void> {
  await db.execute('create schema if not exists bench');
  await db.execute('drop table if exists bench.periods');
  await db.execute(`
    create unlogged table bench.periods as
    select x.project_id, case when b.is_main then 'main' else 'branch' end as branch_class, x.class, x.state, x.raw_level,
           coalesce(m.severity, 'unrated') as severity, x.asset_type,
           (x.from_at at time zone 'UTC')::date as from_day, (x.to_at at time zone 'UTC')::date as to_day
    from (
      select f.project_id, f.branch_id, f.class, f.counted_state as state, f.axis, f.raw_level, f.asset_type,
             f.period_from as from_at, f.period_to as to_at
      from code_quality.findings f where f.counted_state is not null
      union all
      select f.project_id, f.branch_id, p.class, p.state, p.axis, p.raw_level, f.asset_type, p.from_at, p.to_at
      from code_quality.finding_past_periods p join code_quality.findings f on f.id = p.finding_id) x
    join code_quality.branches b on b.id = x.branch_id and b.kind = 'branch'
    left join code_quality.severity_mapping m on m.axis = x.axis and m.raw_level = x.raw_level
    where x.class in ('vulnerability', 'hotspot')`);
  await db.execute('analyze bench.periods');
}

const inScope = `
  branch_class = any($1) and ($2::bigint[] is null or project_id = any($2)) and ($3::text[] is null or asset_type = any($3))`;

const parameters = (scope: Scope): unknown[] => [scope.branchClasses, scope.projects, scope.assetTypes];

export type Counts = Record<string, number>;

/** `<class> <state> <severity>` and `<class> <state> <raw level>` of what there is at present. */
export async function plainPresent(db: Database, scope: Scope): Promise<Counts> {
  const rows = await db.query<{ name: string; n: number }>(
    `select name, count(*) as n
     from (select unnest(array[class || ' ' || state || ' ' || severity, class || ' ' || state || ' level ' || raw_level]) as name
           from bench.periods where to_day is null and ${inScope}) x group by 1`,
    parameters(scope),
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.n]));
}

export interface PlainBucket {
  open: Counts;
  created: Counts;
  resolved: Counts;
}

/** Vulnerabilities open at the end of each bucket, and begun and ended in it, by severity. */
export async function plainTrend(
  db: Database,
  scope: Scope,
  buckets: readonly { from: string; to: string }[],
): Promise<PlainBucket[]> {
  const rows = await db.query<{ n: number; severity: string; open: number; created: number; resolved: number }>(
    `select b.n::int as n, p.severity,
       count(*) filter (where p.from_day <= b.until and (p.to_day is null or p.to_day > b.until)) as open,
       count(*) filter (where p.from_day between b.since and b.until) as created,
       count(*) filter (where p.to_day between b.since and b.until) as resolved
     from bench.periods p
     cross join unnest($4::date[], $5::date[]) with ordinality as b (since, until, n)
     where p.class = 'vulnerability' and p.state = 'open' and ${inScope}
       and ($6::text[] is null or p.severity = any($6))
     group by 1, 2`,
    [...parameters(scope), buckets.map((b) => b.from), buckets.map((b) => b.to), scope.severities],
  );
  const result = buckets.map((): PlainBucket => ({ open: {}, created: {}, resolved: {} }));
  for (const row of rows) {
    const bucket = result[row.n - 1] as PlainBucket;
    bucket.open[row.severity] = row.open;
    bucket.created[row.severity] = row.created;
    bucket.resolved[row.severity] = row.resolved;
  }
  return result;
}

/** Open vulnerabilities of each project that has some. */
export async function plainProjects(db: Database, scope: Scope): Promise<Map<number, Counts>> {
  const rows = await db.query<{ project_id: number; severity: string; n: number }>(
    `select project_id, severity, count(*) as n from bench.periods
     where class = 'vulnerability' and state = 'open' and to_day is null and ${inScope} and ($4::text[] is null or severity = any($4))
     group by 1, 2`,
    [...parameters(scope), scope.severities],
  );
  const projects = new Map<number, Counts>();
  for (const row of rows) {
    const counts = projects.get(row.project_id) ?? {};
    counts[row.severity] = row.n;
    projects.set(row.project_id, counts);
  }
  return projects;
}

export interface PlainFinding {
  id: number;
  opened_at: Date;
  severity: string;
  project_name: string;
}

/** A page of a list, found by reading and sorting everything. */
export async function plainFindings(
  db: Database,
  scope: Scope,
  listing: { list: string; sort: string; direction: 'asc' | 'desc' },
  page: number,
): Promise<PlainFinding[]> {
  const kind = listing.list === 'hotspots' ? 'hotspot' : 'vulnerability';
  const state = listing.list === 'hotspots' ? 'open' : listing.list;
  const rank = "array_position(array['unrated', 'low', 'medium', 'high', 'critical'], coalesce(m.severity, 'unrated'))";
  const newestFirst = 'f.opened_at desc, f.id desc';
  const order = {
    created: `f.opened_at ${listing.direction}, f.id ${listing.direction}`,
    severity: `${rank} ${listing.direction}, ${newestFirst}`,
    project: `p.name ${listing.direction}, p.id ${listing.direction}, ${newestFirst}`,
  }[listing.sort];
  return db.query(
    `select f.id, f.opened_at, coalesce(m.severity, 'unrated') as severity, p.name as project_name
     from code_quality.findings f join code_quality.branches b on b.id = f.branch_id join code_quality.projects p on p.id = f.project_id
     left join code_quality.severity_mapping m on m.axis = f.axis and m.raw_level = f.raw_level
     where b.kind = 'branch' and (case when b.is_main then 'main' else 'branch' end) = any($1)
       and ($2::bigint[] is null or f.project_id = any($2)) and ($3::text[] is null or f.asset_type = any($3))
       and f.class = $4 and f.counted_state = $5 and f.period_to is null
       and ($6::text[] is null or $4 = 'hotspot' or coalesce(m.severity, 'unrated') = any($6))
     order by ${order} limit 50 offset $7`,
    [...parameters(scope), kind, state, scope.severities, (page - 1) * 50],
  );
}
