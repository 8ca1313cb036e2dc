import type { Database } from '../../../platform/database/index.ts';

/** What stopped a run though neither the source nor a setting is at fault: it ends by itself. */
const interruptions = ['stage_lost', 'database_unavailable', 'database_busy', 'worker_lost'];

/**
 * The next run after one that left something unread is due within a minute, not an interval later: always after an
 * interruption, else once, since a run that follows another of its kind would repeat a fault that lasts.
 */
export async function repeatSoon(db: Database, runId: number): Promise<void> {
  await db.execute(
    `update ingestion.schedules s set next_run_at = least(s.next_run_at, now() + interval '1 minute')
       from ingestion.runs r
      where r.id = $1 and s.integration_id = r.integration_id
        and r.status in ('partial', 'failed') and r.kind not in ('audit', 'aggregation')
        and (r.error_code = any ($2)
             or exists (select from ingestion.sync_wants w
                         where w.integration_id = r.integration_id and w.wanted_generation > w.done_generation and w.not_before <= now())
                and coalesce((select p.status = 'success' from ingestion.runs p
                               where p.integration_id = r.integration_id and p.id < r.id and p.finished_at is not null
                                 and p.kind not in ('audit', 'aggregation') order by p.id desc limit 1), true))`,
    [runId, interruptions],
  );
}
