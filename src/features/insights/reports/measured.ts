import type { Queryable } from '../../../platform/database/index.ts';
import type { Bucket } from '../security/buckets.ts';
import type { ReportMetric } from './contract.ts';

export interface MeasuredProject {
  id: number;
  name: string;
  /** By metric, one for each bucket; null: no value is known. */
  values: ReadonlyMap<string, readonly (number | null)[]>;
}

interface Wanted {
  buckets: readonly Bucket[];
  today: string;
  projects: readonly number[] | null;
  metrics: readonly ReportMetric[];
}

/** Main branches as servers list them now. */
const mains = `
  mains as (
    select b.id, b.project_id, p.name from shared.branches b join shared.projects p on p.id = b.project_id
     where b.kind = 'branch' and b.is_main and b.deleted_at is null and p.counts and ($1::bigint[] is null or p.id = any ($1)))`;

/**
 * What is known of the past: the server's history of measures; of new code, which it keeps none of, what was noted at
 * each analysis that was read, and what conditions of gates were judged by.
 */
const past = `
  past as (
    select h.branch_id, h.metric, h.measured_at as at, h.numeric_value as value
      from shared.measure_history h join mains on mains.id = h.branch_id where h.measured_at is not null and h.metric = any ($2)
    union all
    select n.branch_id, n.metric, n.analyzed_at, n.value from shared.new_code_values n join mains on mains.id = n.branch_id where n.metric = any ($2)
    union all
    select a.branch_id, c.metric, a.analyzed_at, c.actual_value::double precision
      from shared.analyses a join mains on mains.id = a.branch_id join shared.gate_conditions c on c.analysis_id = a.id
     where a.scope = 'branch' and starts_with(c.metric, 'new_') and c.metric = any ($2) and c.actual_value ~ '^-?[0-9]{1,15}(\\.[0-9]{1,15})?$')`;

/**
 * The value of each project at the end of each bucket: that of the last analysis until then. That of today is the one the
 * server has now: where it has none any more there is none.
 */
export async function readMeasured(tx: Queryable, wanted: Wanted): Promise<MeasuredProject[]> {
  const { buckets, today, projects, metrics } = wanted;
  const last = buckets.at(-1)?.to ?? today;
  const named = await tx.query<{ id: number; name: string }>(
    `with ${mains} select distinct on (project_id) project_id as id, name from mains order by project_id`,
    [projects],
    'report measured projects',
  );
  const points = await tx.query<{ id: number; metric: string; bucket: number; value: number | null }>(
    `with ${mains}, ${past}
     select distinct on (mains.project_id, past.metric, width_bucket(past.at, $3::timestamptz[]))
            mains.project_id as id, past.metric, width_bucket(past.at, $3::timestamptz[]) as bucket, past.value
       from past join mains on mains.id = past.branch_id
      where past.at < ($4::date + 1)::timestamp at time zone 'UTC'
      order by mains.project_id, past.metric, width_bucket(past.at, $3::timestamptz[]), past.at desc`,
    [projects, metrics, buckets.map(({ from }) => `${from}T00:00:00Z`), last],
    'report measures',
  );
  const current = await tx.query<{ id: number; metric: string; value: number | null }>(
    `with ${mains} select mains.project_id as id, h.metric, h.numeric_value as value
       from shared.measure_history h join mains on mains.id = h.branch_id where h.measured_at is null and h.metric = any ($2)`,
    [projects, metrics],
    'report measures now',
  );
  const placed = new Map<string, (number | null)[]>();
  const series = (id: number, metric: string): (number | null)[] => {
    const key = `${id} ${metric}`;
    const own = placed.get(key) ?? Array.from({ length: buckets.length + 1 }, () => null);
    placed.set(key, own);
    return own;
  };
  const seen = new Set<string>();
  for (const { id, metric, bucket, value } of points) {
    series(id, metric)[bucket] = value;
    seen.add(`${id} ${metric} ${bucket}`);
  }
  for (const [key, own] of placed) {
    for (let n = 1; n < own.length; n++) if (!seen.has(`${key} ${n}`)) own[n] = own[n - 1] ?? null;
  }
  if (last >= today) {
    for (const own of placed.values()) own[buckets.length] = null;
    for (const { id, metric, value } of current) series(id, metric)[buckets.length] = value;
  }
  const nothing = buckets.map(() => null);
  return named.map((project) => ({
    ...project,
    values: new Map(metrics.map((metric) => [metric, placed.get(`${project.id} ${metric}`)?.slice(1) ?? nothing])),
  }));
}
