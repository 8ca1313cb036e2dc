import type { Queryable } from '../../../platform/database/index.ts';
import type { RunningCounts, RunningList } from '../contract.ts';
import { type Asked, askedAt } from './base.ts';

/** How many images run with which verdict, of all or of a node of an org tree: what the page Running counts, for whoever shows the same numbers. */
export async function runningCounts(db: Queryable, node?: number): Promise<RunningCounts> {
  const all = { matching: 'true', order: 's.id', filter: [], page: 1, pageSize: 0 };
  const { counts } = await summaryOf(db, await askedAt(db, { at: null, maxAge: null, node }), all);
  return counts;
}

export interface Summary extends Pick<RunningList, 'total' | 'counts' | 'environments' | 'teams'> {
  /** Of the page. */
  ids: number[];
}

interface Wanted {
  /** A condition on `r`, with the values of `filter` from $10 on. */
  matching: string;
  filter: readonly unknown[];
  /** By columns of `s`. */
  order: string;
  page: number;
  pageSize: number;
}

/** What is told of all that runs, and which of what matches is on the page, in one look at everything. */
export async function summaryOf(
  db: Queryable,
  { said, values }: Asked,
  { matching, filter, order, page, pageSize }: Wanted,
): Promise<Summary> {
  const row = await db.one<
    Omit<RunningCounts, 'total' | 'criticalsSince'> &
      Omit<Summary, 'counts'> & { running: number; criticalsSince: Date | null }
  >(
    `${said},
     s as materialized (
       select r.id, r.row_key, r.state, r.service, r.environment, r.environment_type, r.infrastructure, r.image_id, r.seen_critical, r.seen_criticals_since as criticals_since,
              r.team_ids, r.teams, ${matching} as matches
         from r),
     production as (
       select distinct on (a.analysis) a.critical, s.criticals_since
         from s join running.verdicts v on v.id = s.id
        cross join lateral (
           select p -> 'analysis' ->> 'id' as analysis, (p -> 'open' ->> 'critical')::integer as critical
             from jsonb_array_elements(v.evidence -> 'projects') p) a
        where s.environment_type = 'production' and s.seen_critical > 0 and a.critical > 0
        order by a.analysis, s.criticals_since)
     select array(select s.id from s where s.matches order by ${order} limit $9 offset $8) as ids,
            count(*) as running, count(*) filter (where s.matches) as total,
            count(*) filter (where s.state = 'failed') as failed, count(*) filter (where s.state = 'stale') as stale,
            count(*) filter (where s.state = 'no_verdict') as "noVerdict", count(*) filter (where s.state = 'waived') as waived,
            count(*) filter (where s.state = 'passed') as passed,
            count(distinct s.service) filter (where s.state = 'failed') as "failingServices",
            count(distinct coalesce(s.image_id::text, s.row_key)) filter (where s.state = 'failed') as "failingImages",
            count(*) filter (where s.seen_critical > 0) as "withCriticals",
            (select coalesce(sum(p.critical), 0) from production p) as "criticalsInProduction",
            (select min(p.criticals_since) from production p) as "criticalsSince",
            (select coalesce(jsonb_agg(jsonb_build_object('name', e.name, 'type', e.type) order by e.type desc nulls last, e.name), '[]') from (
               select s.environment as name, max(s.environment_type) as type from s group by 1 order by 2 desc nulls last, 1 limit 200) e) as environments,
            (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by t.name, t.id), '[]') from (
               select distinct t.id, t.name from (select distinct s.team_ids, s.teams from s) of
                cross join lateral unnest(of.team_ids, of.teams) as t (id, name) order by 2, 1 limit 500) t) as teams
       from s`,
    [...values, (page - 1) * pageSize, pageSize, ...filter],
  );
  const { ids, total, environments, teams, running, criticalsSince, criticalsInProduction, ...counts } = row;
  return {
    ids: ids.map(Number),
    total,
    environments,
    teams,
    counts: {
      ...counts,
      total: running,
      criticalsInProduction: Number(criticalsInProduction),
      criticalsSince: criticalsSince?.toISOString() ?? null,
    },
  };
}
