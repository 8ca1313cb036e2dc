import { setTimeout as delay } from 'node:timers/promises';
import { endOfWindow } from '../../../domain/weekly-window.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { listAuditEvents } from '../../access/index.ts';
import { maxLeaseLosses } from '../work/retry-policy.ts';
import type { Sources, SourceSummary } from '../source.ts';
import { finishRun, insertRun, isFirstRun, lockStarting, unfinishedRun } from '../store/runs.ts';
import { sweepStage } from '../store/stage.ts';
import { expireLeases } from '../store/tasks.ts';
import { priorities } from '../store/priorities.ts';
import { noteBlackouts } from './blackouts.ts';
import { startDueAudits } from './daily-audits.ts';

export interface Scheduler {
  stop(): Promise<void>;
}

export interface SchedulerOptions {
  db: Database;
  sources: Sources;
  log: Log;
  /** 0 to 1: spreads integrations so that they do not all start at the same second. */
  random(): number;
  onDue(): void;
  /** True while nothing may start by itself: this is a copy of another installation. */
  held?(): Promise<boolean>;
}

const tickMs = 1_000;
/** What a killed process left in the stage is looked for once a minute. */
const ticksPerSweep = 60;
/** Up to a tenth of the interval earlier or later. */
const jitter = 0.1;

/**
 * Every second: plan runs that are due, return expired leases, end runs whose tasks have all ended. Any number of
 * processes may do so at once; each step is one guarded statement.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const stopping = new AbortController();
  const running = (async () => {
    for (let count = 0; !stopping.signal.aborted; count++) {
      if (count % ticksPerSweep === 0) await options.db.transaction(sweepStage).catch(() => undefined);
      await tick(options).catch((error: Error) => options.log.warn({ error: error.message }, 'scheduler tick failed'));
      await delay(tickMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

export async function tick(options: SchedulerOptions): Promise<void> {
  const { db } = options;
  if ((await expireLeases(db, maxLeaseLosses)) > 0) options.onDue();
  await finishRun(db);
  const sources = await options.sources.active();
  await ensureSchedules(db, sources);
  const { now } = await db.one<{ now: Date }>('select now() as now');
  await noteBlackouts(db, sources, now);
  if ((await options.held?.()) === true) return;
  if ((await startDueAudits(db, sources, now)) > 0) options.onDue();
  const due = await db.query<{ integration_id: number }>(
    'select integration_id from ingestion.schedules where next_run_at <= now()',
  );
  for (const row of due) {
    const source = sources.find((candidate) => candidate.id === row.integration_id);
    if (source === undefined || endOfWindow(source.blackouts, now) !== null) continue;
    if (await startScheduledRun(source, options)) options.onDue();
  }
}

/** A new integration is due at once; a changed interval counts from now. */
async function ensureSchedules(db: Database, sources: readonly SourceSummary[]): Promise<void> {
  if (sources.length === 0) return;
  const values = [sources.map((source) => source.id), sources.map((source) => source.intervalSeconds)];
  await db.execute(
    `insert into ingestion.schedules (integration_id, next_run_at, interval_seconds)
     select s.id, now(), s.seconds from unnest($1::bigint[], $2::int[]) as s (id, seconds)
      where not exists (select from ingestion.schedules present where present.integration_id = s.id)
     on conflict do nothing`,
    values,
  );
  await db.execute(
    `update ingestion.schedules present
        set interval_seconds = s.seconds, next_run_at = least(present.next_run_at, now() + make_interval(secs => s.seconds))
       from unnest($1::bigint[], $2::int[]) as s (id, seconds)
      where present.integration_id = s.id and present.interval_seconds <> s.seconds`,
    values,
  );
}

async function startScheduledRun(source: SourceSummary, options: SchedulerOptions): Promise<boolean> {
  return options.db.transaction(async (tx) => {
    // The row lock makes one process of several start the run.
    const schedule = await tx.maybeOne<{ interval_seconds: number }>(
      'select interval_seconds from ingestion.schedules where integration_id = $1 and next_run_at <= now() for update skip locked',
      [source.id],
    );
    if (schedule === undefined) return false;
    const factor = 1 - jitter + 2 * jitter * options.random();
    await tx.execute(
      'update ingestion.schedules set next_run_at = now() + make_interval(secs => $2) where integration_id = $1',
      [source.id, schedule.interval_seconds * factor],
    );
    await lockStarting(tx, source.id);
    if ((await unfinishedRun(tx, source.id)) !== undefined) return false;
    const first = await isFirstRun(tx, source.id);
    await insertRun(tx, {
      integrationId: source.id,
      hostKey: source.hostKey,
      place: source.place,
      kind: first ? 'backfill' : 'incremental_sync',
      priority: priorities.schedule,
      requestedBy: first ? await makerOf(tx, source.id) : 'schedule',
      fullListing: first,
    });
    return true;
  });
}

/** Who made the integration: its first reading is theirs. */
async function makerOf(tx: Tx, integrationId: number): Promise<string> {
  const made = { action: 'integration.created', objectKind: 'integration', objectId: String(integrationId) };
  const [event] = await listAuditEvents(tx, made, { before: undefined, limit: 1 });
  return event?.actorName ?? 'schedule';
}
