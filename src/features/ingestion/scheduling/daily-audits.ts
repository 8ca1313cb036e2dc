import { nextDailyTime } from '../../../domain/daily-time.ts';
import { endOfWindow } from '../../../domain/weekly-window.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { startAudit } from '../runs/start-run.ts';
import type { SourceSummary } from '../source.ts';
import { isFirstRun } from '../store/runs.ts';

/**
 * Plans the next daily audit of each integration and starts those that are due: not in a blackout window, not before the
 * first sync is done, not while an earlier audit runs. Returns how many were started.
 */
export async function startDueAudits(db: Database, sources: readonly SourceSummary[], now: Date): Promise<number> {
  await planAudits(db, sources, now);
  const due = await db.query<{ integration_id: number }>(
    'select integration_id from ingestion.schedules where next_audit_at <= $1',
    [now],
  );
  let started = 0;
  for (const { integration_id: id } of due) {
    const source = sources.find((candidate) => candidate.id === id);
    if (source === undefined || endOfWindow(source.blackouts, now) !== null) continue;
    if (await db.transaction((tx) => startIfStillDue(tx, source, now))) started += 1;
  }
  return started;
}

/** A new or changed setting counts from now on. */
async function planAudits(db: Database, sources: readonly SourceSummary[], now: Date): Promise<void> {
  const planned = sources.map(({ id, auditTime }) => ({
    id,
    time: auditTime,
    at: auditTime === null ? null : (nextDailyTime(auditTime, now)?.toISOString() ?? null),
  }));
  await db.execute(
    `update ingestion.schedules s set audit_time = n.time, next_audit_at = n.at
       from jsonb_to_recordset($1) as n (id bigint, time text, at timestamptz)
      where s.integration_id = n.id and s.audit_time is distinct from n.time`,
    [JSON.stringify(planned)],
  );
}

/** The row lock makes one process of several start it. */
async function startIfStillDue(tx: Tx, source: SourceSummary, now: Date): Promise<boolean> {
  const row = await tx.maybeOne(
    'select 1 from ingestion.schedules where integration_id = $1 and next_audit_at <= $2 for update skip locked',
    [source.id, now],
  );
  if (row === undefined) return false;
  const next = source.auditTime === null ? null : nextDailyTime(source.auditTime, now);
  await tx.execute('update ingestion.schedules set next_audit_at = $2 where integration_id = $1', [source.id, next]);
  const { running } = await tx.one<{ running: boolean }>(
    `select exists (select from ingestion.audits where integration_id = $1 and status = 'running') as running`,
    [source.id],
  );
  if (running || (await isFirstRun(tx, source.id))) return false;
  await startAudit(tx, source, { requestedBy: 'schedule', depth: 'counts' });
  return true;
}
