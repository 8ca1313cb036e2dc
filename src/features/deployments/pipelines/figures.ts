import type { Queryable } from '../../../platform/database/index.ts';
import type { PipelineDay, PipelineFigures } from './contract.ts';

export interface PipelineKey {
  integrationId: number;
  organization: string;
  project: string;
  pipeline: string;
}

/** A run whose place a retry took counts with its retry. */
const counts = `e.deleted_at is null and e.settled and e.status_class in ('success', 'failure', 'cancelled')
  and not exists (select from deployments.executions r
                   where r.integration_id = e.integration_id and r.is_retry and r.previous_execution = e.source_key)`;

const judged = "status_class in ('success', 'failure')";
const seconds = 'extract(epoch from ended_at - started_at)';
const percentile = (share: number): string =>
  `percentile_cont(${share}) within group (order by ${seconds}) filter (where ${judged} and ended_at is not null)::float8`;

/** Selects figures of runs `e` between two moments, which are given as expressions. */
export const figuresOf = (key: string, from: string, to: string): string =>
  `select count(*) filter (where status_class = 'success') as succeeded, count(*) filter (where status_class = 'failure') as failed,
          count(*) filter (where status_class = 'cancelled') as cancelled,
          count(*) filter (where status_class = 'success')::float8 / nullif(count(*) filter (where ${judged}), 0) as "successRate",
          ${percentile(0.5)} as "medianSeconds", ${percentile(0.9)} as "p90Seconds"
     from deployments.executions e
    where ${key} and e.started_at >= ${from} and e.started_at < ${to} and ${counts}`;

export const ofKey = 'e.integration_id = $1 and e.organization = $2 and e.project = $3 and e.pipeline = $4';

export const keyValues = ({ integrationId, organization, project, pipeline }: PipelineKey): unknown[] => [
  integrationId,
  organization,
  project,
  pipeline,
];

/** Of as many whole days before the days that are looked at. */
export async function figuresBefore(db: Queryable, key: PipelineKey, days: number): Promise<PipelineFigures> {
  return db.one<PipelineFigures>(figuresOf(ofKey, beginOf('$5::int * 2'), beginOf('$5::int')), [
    ...keyValues(key),
    days,
  ]);
}

/** Midnight UTC of the first of so many days, of which today is the last. */
export const beginOf = (days: string): string =>
  `((date_trunc('day', now() at time zone 'UTC') - make_interval(days => ${days} - 1)) at time zone 'UTC')`;

/** Every day, also those on which nothing ran. */
export async function figuresByDay(db: Queryable, key: PipelineKey, days: number): Promise<PipelineDay[]> {
  return db.query<PipelineDay>(
    `select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(f.succeeded, 0) as succeeded, coalesce(f.failed, 0) as failed,
            coalesce(f.cancelled, 0) as cancelled, f."medianSeconds"
       from generate_series(date_trunc('day', now() at time zone 'UTC') - make_interval(days => $5::int - 1),
                            date_trunc('day', now() at time zone 'UTC'), interval '1 day') d (day)
      cross join lateral (${figuresOf(ofKey, "(d.day at time zone 'UTC')", "((d.day + interval '1 day') at time zone 'UTC')")}) f
      order by d.day`,
    [...keyValues(key), days],
  );
}
