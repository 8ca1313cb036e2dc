import { endOfWindow } from '../../../domain/weekly-window.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { SourceSummary } from '../source.ts';

/**
 * Notes which integrations are in a blackout window and until when. Claims look at it: what runs ends its slice, what
 * waits goes on waiting. A run that falls due in a window begins when it ends.
 */
export async function noteBlackouts(db: Database, sources: readonly SourceSummary[], now: Date): Promise<void> {
  const ends = sources.map((source) => endOfWindow(source.blackouts, now)?.toISOString() ?? null);
  await db.execute(
    `update ingestion.schedules s
        set blackout_until = n.until, next_run_at = greatest(s.next_run_at, n.until)
       from unnest($1::bigint[], $2::timestamptz[]) as n (id, until)
      where s.integration_id = n.id
        and (s.blackout_until is distinct from n.until or n.until is not null and s.next_run_at < n.until)`,
    [sources.map((source) => source.id), ends],
  );
}
