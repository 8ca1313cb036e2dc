import type { Database } from '../../platform/database/index.ts';
import type { MetricFamily } from '../../platform/telemetry/index.ts';
import { databasePlace, hubPlace } from './store/places.ts';

type Rows = { labels: string[]; value: number }[];

/** What ingestion tells a monitoring system, per integration by its name. */
export function ingestionMetrics(db: Pick<Database, 'query'>): MetricFamily[] {
  const read = (sql: string) => (): Promise<Rows> => db.query<Rows[number]>(sql);
  const integrations = `shared.integrations i where i.state <> 'deleting'`;
  return [
    {
      name: 'plumbline_rows_gone_total',
      help: 'Rows ever marked as gone, by integration and stream.',
      kind: 'counter',
      labels: ['integration', 'stream'],
      read: read(
        `select array[i.name, g.stream] as labels, g.rows as value
           from ingestion.rows_gone g join shared.integrations i on i.id = g.integration_id`,
      ),
    },
    {
      name: 'plumbline_rows_held',
      help: 'Rows missing at the source that are not marked as gone until that is confirmed, by integration and stream.',
      kind: 'gauge',
      labels: ['integration', 'stream'],
      read: read(
        `select array[i.name, h.stream] as labels, sum(h.missing)::bigint as value
           from ingestion.held_absences h join shared.integrations i on i.id = h.integration_id group by 1`,
      ),
    },
    {
      name: 'plumbline_incomplete_projects',
      help: 'Projects (of a registry: repositories) that were not yet read, or not proven complete when they were read last, by integration.',
      kind: 'gauge',
      labels: ['integration'],
      read: read(
        `select array[i.name] as labels, (
                  select count(*) from ingestion.sync_wants w
                    left join ingestion.slices s on s.integration_id = w.integration_id and s.slice = w.slice
                   where w.integration_id = i.id and w.phase = 'current'
                     and (s.current_published_at is null or s.incomplete_since is not null)) as value
           from ${integrations}`,
      ),
    },
    {
      name: 'plumbline_satellite_tasks',
      help: 'Tasks of integrations that satellites read, by integration and state: waiting or reading.',
      kind: 'gauge',
      labels: ['integration', 'state'],
      read: read(
        `select array[i.name, case t.state when 'pending' then 'waiting' else 'reading' end] as labels, count(*) as value
           from ingestion.tasks t join shared.integrations i on i.id = t.integration_id
          where t.state in ('pending', 'leased') and t.reading is null and t.place not in ('${hubPlace}', '${databasePlace}') group by 1`,
      ),
    },
    {
      name: 'plumbline_audit_differences',
      help: 'Rows in which store and server differed at the last audit that ended, by integration.',
      kind: 'gauge',
      labels: ['integration'],
      read: read(
        `select array[i.name] as labels, coalesce((
                  select sum(s.difference_count) from ingestion.audit_scopes s where s.audit_id = a.id and not s.behind), 0)::bigint as value
           from shared.integrations i
          cross join lateral (select id from ingestion.audits
                               where integration_id = i.id and status in ('equal', 'different') order by id desc limit 1) a
          where i.state <> 'deleting'`,
      ),
    },
    {
      name: 'plumbline_last_good_sync_age_seconds',
      help: 'Seconds since a sync of the integration succeeded, or since it was connected when none has.',
      kind: 'gauge',
      labels: ['integration'],
      read: read(
        `select array[i.name] as labels, extract(epoch from now() - coalesce((
                  select r.finished_at from ingestion.runs r
                   where r.integration_id = i.id and r.status = 'success' and r.kind in ('backfill', 'full_sync', 'incremental_sync')
                   order by r.id desc limit 1), i.created_at))::float8 as value
           from ${integrations}`,
      ),
    },
  ];
}

/** Tasks by state, and runs of the last day by how they ended. */
export function countWork(
  db: Pick<Database, 'query'>,
): Record<'tasks' | 'runs', () => Promise<Record<string, number>>> {
  const counts = async (sql: string): Promise<Record<string, number>> => {
    const rows = await db.query<{ label: string; n: number }>(sql);
    return Object.fromEntries(rows.map(({ label, n }) => [label, n]));
  };
  return {
    tasks: () => counts('select state as label, count(*) as n from ingestion.tasks group by 1'),
    runs: () =>
      counts(
        `select status as label, count(*) as n from ingestion.runs where created_at > now() - interval '1 day' group by 1`,
      ),
  };
}
