import type { Database } from '../../platform/database/index.ts';
import type { MetricFamily } from '../../platform/telemetry/index.ts';

/** What reports tell a monitoring system, per integration by its name. */
export function reportMetrics(db: Pick<Database, 'query'>): MetricFamily[] {
  return [
    {
      name: 'plumbline_reports',
      help: 'Reports on heads of open pull requests, by integration and state: published, waiting, failed or skipped.',
      kind: 'gauge',
      labels: ['integration', 'state'],
      read: () =>
        db.query<{ labels: string[]; value: number }>(
          `select array[i.name, r.state] as labels, count(*) as value
             from reports.reports r join shared.integrations i on i.id = r.integration_id and i.state <> 'deleting'
            where exists (select from shared.pull_requests p
                           where p.repository_id = r.repository_id and p.head = r.commit and p.state = 'open' and p.deleted_at is null)
            group by 1`,
        ),
    },
  ];
}
