import type { Tx } from '../../../platform/database/index.ts';
import type { SourceSummary } from '../source.ts';
import { insertRun, insertTask } from './runs.ts';
import { priorities } from './priorities.ts';

/** True when a discovery has listed the slice: then what it belongs to is stored. */
export async function isKnown(tx: Tx, integrationId: number, slice: string): Promise<boolean> {
  const { known } = await tx.one<{ known: boolean }>(
    `select exists (select from ingestion.sync_wants where integration_id = $1 and slice = $2)
         or exists (select from ingestion.slices where integration_id = $1 and slice = $2) as known`,
    [integrationId, slice],
  );
  return known;
}

/**
 * A run with a task for each wanted slice and phase; one that waits anyway is made urgent instead. Joins a webhook run
 * nobody has begun, since one that is under way may be ending at this moment.
 */
export async function runForWants(
  tx: Tx,
  source: SourceSummary,
  reads: readonly { slice: string; phases: readonly ('current' | 'history')[] }[],
): Promise<number | null> {
  const wanted = reads.flatMap(({ slice, phases }) =>
    phases.map((phase) => ({ slice, phase, priority: priorityOf(phase) })),
  );
  const missing: typeof wanted = [];
  let waiting: number | undefined;
  // Every task before any run, as a claim takes them: the other way round the two would wait for each other.
  for (const task of wanted) {
    const runId = await hurryTask(tx, source.id, task);
    if (runId === undefined) missing.push(task);
    waiting ??= runId;
  }
  if (missing.length === 0) return waiting ?? null;
  const runId = (await waitingWebhookRun(tx, source.id)) ?? (await insertWebhookRun(tx, source.id));
  for (const task of missing) {
    const { id: integrationId, place, hostKey } = source;
    await insertTask(tx, { runId, integrationId, place, hostKey, ...task });
  }
  return runId;
}

/** The past never delays the present. */
export const priorityOf = (phase: 'current' | 'history'): number =>
  phase === 'history' ? priorities.background : priorities.webhook;

/** The run whose task for this slice waits, now at least as urgent; a backoff after a failure stays. */
async function hurryTask(
  tx: Tx,
  integrationId: number,
  { slice, phase, priority }: { slice: string; phase: string; priority: number },
): Promise<number | undefined> {
  const rows = await tx.query<{ run_id: number }>(
    `update ingestion.tasks set priority = least(priority, $4)
      where integration_id = $1 and slice = $2 and phase = $3 and state = 'pending' returning run_id`,
    [integrationId, slice, phase, priority],
  );
  return rows[0]?.run_id;
}

async function waitingWebhookRun(tx: Tx, integrationId: number): Promise<number | undefined> {
  const row = await tx.maybeOne<{ id: number }>(
    `select id from ingestion.runs
      where integration_id = $1 and kind = 'webhook' and status = 'pending' and cancel_requested_at is null
      order by id desc limit 1 for update`,
    [integrationId],
  );
  return row?.id;
}

async function insertWebhookRun(tx: Tx, integrationId: number): Promise<number> {
  const { id } = await tx.one<{ id: number }>(
    `insert into ingestion.runs (integration_id, kind, status, priority, requested_by) values ($1, 'webhook', 'pending', $2, 'webhook')
     returning id`,
    [integrationId, priorities.webhook],
  );
  return id;
}

/** Seconds between two discoveries that deliveries of unknown slices may cause. */
const discoveryPauseSeconds = 5;

/**
 * A discovery that looks for what deliveries named, or for everything: one that waits answers this one too. One of
 * everything pauses after another; one of single slices costs little and does not.
 */
export async function lookForSlices(tx: Tx, source: SourceSummary, named: readonly string[] | null): Promise<number> {
  const waiting = await hurryTask(tx, source.id, {
    slice: 'discovery',
    phase: 'discovery',
    priority: priorities.webhook,
  });
  if (waiting !== undefined) {
    await nameMore(tx, source.id, named);
    return waiting;
  }
  const runId = await insertRun(tx, {
    integrationId: source.id,
    hostKey: source.hostKey,
    place: source.place,
    kind: 'webhook',
    priority: priorities.webhook,
    requestedBy: 'webhook',
    fullListing: false,
  });
  await tx.execute(
    `update ingestion.tasks t
        set named = $3, not_before = coalesce((select max(d.started_at) + make_interval(secs => ${discoveryPauseSeconds}) from ingestion.tasks d
                                    join ingestion.runs r on r.id = d.run_id
                                   where d.integration_id = $2 and d.slice = 'discovery' and r.kind = 'webhook'
                                     and $3::text[] is null and d.named is null), now())
      where t.run_id = $1 and t.slice = 'discovery'`,
    [runId, source.id, named],
  );
  return runId;
}

/** More than these are looked for with everything else. */
const mostNamed = 50;

/** A waiting discovery of everything stays one. */
async function nameMore(tx: Tx, integrationId: number, named: readonly string[] | null): Promise<void> {
  const together = 'array(select distinct n from unnest(named || $2::text[]) n order by n)';
  await tx.execute(
    `update ingestion.tasks set named = case when $2::text[] is not null and cardinality(${together}) <= ${mostNamed} then ${together} end
      where integration_id = $1 and slice = 'discovery' and phase = 'discovery' and state = 'pending' and named is not null`,
    [integrationId, named],
  );
}
