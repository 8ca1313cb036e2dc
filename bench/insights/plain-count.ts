import type { Database } from '../../src/platform/database/index.ts';
import type { CreatedRange } from '../../src/domain/finding-age.ts';
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
    select x.id, x.opened_at, x.project_id, case when b.is_main then 'main' else 'branch' end as branch_class, x.class, x.state, x.raw_level,
           coalesce(m.severity, 'unrated') as severity, x.asset_type,
           (x.from_at at time zone 'UTC')::date as from_day, (x.to_at at time zone 'UTC')::date as to_day
    from (
      select f.id, f.opened_at, f.project_id, f.branch_id, f.class, f.counted_state as state, f.axis, f.raw_level, f.asset_type,
             f.period_from as from_at, f.period_to as to_at
      from code_quality.findings f where f.counted_state is not null
      union all
      select f.id, f.opened_at, f.project_id, f.branch_id, p.class, p.state, p.axis, p.raw_level, f.asset_type, p.from_at, p.to_at
      from code_quality.finding_past_periods p join code_quality.findings f on f.id = p.finding_id) x
    join code_quality.branches b on b.id = x.branch_id and b.kind = 'branch'
    left join code_quality.severity_mapping m on m.axis = x.axis and m.raw_level = x.raw_level
    where x.class in ('vulnerability', 'hotspot')`);
  await db.execute('analyze bench.periods');
  await makeFixes(db);
}

/**
 * Every time a vulnerability was fixed after the first reading of its project, and since when it had been there: since its
 * creation, or since it was reopened.
 */
async function makeFixes(db: Database): Promise<void> {
  await db.execute('drop table if exists bench.fixes');
  await db.execute(`
    create unlogged table bench.fixes as
    with period as (
      select f.id, f.opened_at, f.project_id, f.branch_id, f.asset_type, p.class, p.axis, p.raw_level, p.state, p.from_at, p.to_at, p.ended_by = 'closed' as fixed
      from code_quality.finding_past_periods p join code_quality.findings f on f.id = p.finding_id
      union all
      select f.id, f.opened_at, f.project_id, f.branch_id, f.asset_type, f.class, f.axis, f.raw_level, f.counted_state, f.period_from, f.period_to, f.state = 'fixed'
      from code_quality.findings f where f.counted_state is not null),
    numbered as (
      select *, count(*) filter (where fixed) over (partition by id order by from_at, to_at nulls last rows between unbounded preceding and 1 preceding) as before
      from period),
    life as (select *, case when before = 0 then opened_at else min(from_at) over (partition by id, before) end as since from numbered)
    select l.project_id, case when b.is_main then 'main' else 'branch' end as branch_class, l.asset_type, coalesce(m.severity, 'unrated') as severity,
           (l.to_at at time zone 'UTC')::date as day, (l.to_at at time zone 'UTC')::date - (l.since at time zone 'UTC')::date as days
    from life l
    join code_quality.branches b on b.id = l.branch_id and b.kind = 'branch'
    join code_quality.projects p on p.id = l.project_id
    left join code_quality.severity_mapping m on m.axis = l.axis and m.raw_level = l.raw_level
    where l.fixed and l.class = 'vulnerability' and l.state = 'open'
      and (l.to_at at time zone 'UTC')::date >= (p.reliable_from at time zone 'UTC')::date`);
  await db.execute('analyze bench.fixes');
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

export interface PlainDay {
  day: string;
  severity: string;
  began: number;
  ended: number;
}

/** On which day how many periods of open vulnerabilities began and ended, of all severities and all times. */
export async function plainDays(db: Database, scope: Scope): Promise<PlainDay[]> {
  return db.query(
    `select day, severity, sum(began)::int as began, sum(ended)::int as ended
     from bench.periods p cross join lateral (values (p.from_day, 1, 0), (p.to_day, 0, 1)) as moved (day, began, ended)
     where p.class = 'vulnerability' and p.state = 'open' and day is not null and ${inScope}
     group by 1, 2`,
    parameters(scope),
  );
}

/** Vulnerabilities open at the end of each bucket, and begun and ended in it, by severity. */
export function plainTrend(
  days: readonly PlainDay[],
  scope: Scope,
  buckets: readonly { from: string; to: string }[],
): PlainBucket[] {
  const counted = days.filter(({ severity }) => scope.severities?.some((wanted) => wanted === severity) ?? true);
  return buckets.map(({ from, to }) => {
    const bucket: PlainBucket = { open: {}, created: {}, resolved: {} };
    const add = (counts: Counts, severity: string, n: number): void => {
      counts[severity] = (counts[severity] ?? 0) + n;
    };
    for (const { day, severity, began, ended } of counted) {
      if (day > to) continue;
      add(bucket.open, severity, began - ended);
      if (day < from) continue;
      add(bucket.created, severity, began);
      add(bucket.resolved, severity, ended);
    }
    return bucket;
  });
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

/** A page of a list, found by reading and sorting everything. */
export async function plainFindings(
  db: Database,
  scope: Scope,
  listing: { list: string; sort: string; direction: 'asc' | 'desc'; created: readonly CreatedRange[] | null },
  page: number,
): Promise<{ id: number }[]> {
  const kind = listing.list === 'hotspots' ? 'hotspot' : 'vulnerability';
  const state = listing.list === 'hotspots' ? 'open' : listing.list;
  const rank = "array_position(array['unrated', 'low', 'medium', 'high', 'critical'], f.severity)";
  const newestFirst = 'f.opened_at desc, f.id desc';
  const order = {
    created: `f.opened_at ${listing.direction}, f.id ${listing.direction}`,
    severity: `${rank} ${listing.direction}, ${newestFirst}`,
    project: `p.name ${listing.direction}, p.id ${listing.direction}, ${newestFirst}`,
  }[listing.sort];
  return db.query(
    `select f.id from bench.periods f join code_quality.projects p on p.id = f.project_id
     where branch_class = any($1) and ($2::bigint[] is null or f.project_id = any($2)) and ($3::text[] is null or f.asset_type = any($3))
       and f.class = $4 and f.state = $5 and f.to_day is null
       and ($6::text[] is null or $4 = 'hotspot' or f.severity = any($6))
       and ($8::date[] is null or exists (select from unnest($8::date[], $9::date[]) as r (first, last)
              where (f.opened_at at time zone 'UTC')::date between coalesce(r.first, '-infinity') and coalesce(r.last, 'infinity')))
     order by ${order} limit 50 offset $7`,
    [
      ...parameters(scope),
      kind,
      state,
      scope.severities,
      (page - 1) * 50,
      listing.created?.map(({ from }) => from) ?? null,
      listing.created?.map(({ to }) => to) ?? null,
    ],
  );
}

/** Open vulnerabilities by days since they were created: bounds are the last days of each age but the last. */
export async function plainAges(
  db: Database,
  scope: Scope,
  { today, bounds }: { today: string; bounds: readonly number[] },
): Promise<Counts[]> {
  const rows = await db.query<{ age: number; severity: string; n: number }>(
    `select (select count(*) from unnest($4::int[]) bound where bound < $5::date - (opened_at at time zone 'UTC')::date) as age, severity, count(*) as n
     from bench.periods where class = 'vulnerability' and state = 'open' and to_day is null and ${inScope} group by 1, 2`,
    [...parameters(scope), bounds, today],
  );
  return [...bounds, Number.POSITIVE_INFINITY].map((_, index) =>
    Object.fromEntries(rows.filter(({ age }) => age === index).map(({ severity, n }) => [severity, n])),
  );
}

/** When each fix in a range was, and how many days it took, the shortest first. */
export async function plainTimes(
  db: Database,
  scope: Scope,
  range: { from: string; to: string },
): Promise<{ day: string; severity: string; days: number }[]> {
  return db.query(
    `select day, severity, days from bench.fixes
     where day between $4::date and $5::date and ${inScope} and ($6::text[] is null or severity = any($6)) order by days`,
    [...parameters(scope), range.from, range.to, scope.severities],
  );
}
