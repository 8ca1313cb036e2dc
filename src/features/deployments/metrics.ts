import type { Database } from '../../platform/database/index.ts';
import type { MetricFamily } from '../../platform/telemetry/index.ts';

/** What deployments tell a monitoring system. */
export function deploymentMetrics(db: Pick<Database, 'query'>): MetricFamily[] {
  return [
    {
      name: 'plumbline_deployed_places',
      help: 'Services in environments, by type of the environment and what is known: running, doubtful (something happened since that leaves it open) or nothing.',
      kind: 'gauge',
      labels: ['environment_type', 'state'],
      read: () =>
        db.query<{ labels: string[]; value: number }>(
          `select array[coalesce(environment_type, 'none'), case when running_id is null then 'nothing' when doubt is null then 'running' else 'doubtful' end] as labels,
                  count(*) as value
             from deployments.places where newest_id is not null group by 1`,
        ),
    },
  ];
}
