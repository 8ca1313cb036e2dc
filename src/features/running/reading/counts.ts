import type { Queryable } from '../../../platform/database/index.ts';
import type { RunningCounts } from '../contract.ts';
import { momentValues, said } from './base.ts';

/** How many images run with which verdict, of all or of a node of an org tree: what the page Running counts, for whoever shows the same numbers. */
export async function runningCounts(db: Queryable, node?: number): Promise<RunningCounts> {
  const { values } = await momentValues(db, { at: null, maxAge: null, node });
  return countsFrom(db, values);
}

export async function countsFrom(db: Queryable, values: readonly unknown[]): Promise<RunningCounts> {
  const row = await db.one<Omit<RunningCounts, 'criticalsSince'> & { criticalsSince: Date | null }>(
    `${said},
     production as (
       select distinct on (a.analysis) a.analysis, a.critical, r.seen_criticals_since as criticals_since
         from r cross join lateral (
           select p -> 'analysis' ->> 'id' as analysis, (p -> 'open' ->> 'critical')::integer as critical
             from jsonb_array_elements(r.evidence -> 'projects') p) a
        where r.environment_type = 'production' and r.seen_critical > 0 and a.critical > 0
        order by a.analysis, r.seen_criticals_since)
     select count(*) as total, count(*) filter (where r.state = 'failed') as failed, count(*) filter (where r.state = 'stale') as stale,
            count(*) filter (where r.state = 'no_verdict') as "noVerdict", count(*) filter (where r.state = 'waived') as waived,
            count(*) filter (where r.state = 'passed') as passed,
            count(distinct r.service) filter (where r.state = 'failed') as "failingServices",
            count(distinct coalesce(r.image_id::text, r.row_key)) filter (where r.state = 'failed') as "failingImages",
            count(*) filter (where r.seen_critical > 0) as "withCriticals",
            (select coalesce(sum(p.critical), 0) from production p) as "criticalsInProduction",
            (select min(p.criticals_since) from production p) as "criticalsSince"
       from r`,
    values,
  );
  const { criticalsSince, ...counts } = row;
  return {
    ...counts,
    criticalsInProduction: Number(counts.criticalsInProduction),
    criticalsSince: criticalsSince?.toISOString() ?? null,
  };
}
