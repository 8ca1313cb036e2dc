import type { Queryable } from '../../../platform/database/index.ts';
import type { Bucket } from './buckets.ts';
import type { Scope } from './scope.ts';

/** The server's own count of what we count, the nearest first. */
const metrics = ['software_quality_security_issues', 'vulnerabilities'];

/**
 * Per bucket, what to add to the reconstructed number so that projects not yet followed then are counted by the server's
 * own measure history: the measure less the reconstruction, over those projects that have one. Null where none has.
 * The measures know neither severity nor asset type, and the main branch only.
 */
export async function estimateCorrections(
  db: Queryable,
  scope: Scope,
  buckets: readonly Bucket[],
): Promise<(number | null)[]> {
  const filtered = scope.severities !== null || scope.assetTypes !== null || scope.branchClasses.length > 1;
  if (filtered || buckets.length === 0) return buckets.map(() => null);
  const rows = await db.query<{ n: number; correction: number | null }>(
    `with ends as (
       select n, day::date as day from unnest($1::date[]) with ordinality as e (day, n)),
     followed as (
       select p.id, b.id as branch_id, (p.reliable_from at time zone 'UTC')::date as from_day,
              (select m.id from code_quality.metrics m where m.integration_id = p.integration_id and m.source_key = any($3)
                 and exists (select from code_quality.measures v where v.branch_id = b.id and v.metric_id = m.id and v.measured_at is not null)
               order by array_position($3, m.source_key) limit 1) as metric_id
       from code_quality.projects p join code_quality.branches b on b.project_id = p.id and b.is_main and b.kind = 'branch'
       where p.deleted_at is null and ($2::bigint[] is null or p.id = any($2))
         and (p.reliable_from at time zone 'UTC')::date > (select min(day) from ends)),
     measured as (
       select f.id, e.n, e.day, v.numeric_value as value
       from followed f join ends e on e.day < f.from_day
       cross join lateral (
         select numeric_value from code_quality.measures v
         where v.branch_id = f.branch_id and v.metric_id = f.metric_id and v.measured_at < (e.day + 1)::timestamp at time zone 'UTC'
         order by v.measured_at desc limit 1) v
       where v.numeric_value is not null),
     changed as (
       select d.project_id, (select min(e.n) from ends e where e.day >= d.day) as n, sum(d.opened - d.closed) as net
       from code_quality.project_daily d
       where d.project_id in (select id from measured) and d.branch_class = 'main' and d.class = 'vulnerability' and d.state = 'open'
       group by 1, 2),
     reconstructed as (
       select m.id, m.n, coalesce((select sum(c.net) from changed c where c.project_id = m.id and c.n <= m.n), 0) as open
       from measured m)
     select m.n::int as n, sum(m.value - r.open)::float8 as correction
     from measured m join reconstructed r using (id, n) group by m.n`,
    [buckets.map((bucket) => bucket.to), scope.projects, metrics],
  );
  const byBucket = new Map(rows.map((row) => [row.n, row.correction]));
  return buckets.map((_, index) => {
    const correction = byBucket.get(index + 1);
    return correction === undefined || correction === null ? null : Math.round(correction);
  });
}
