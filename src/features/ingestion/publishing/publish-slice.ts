import type { Database, TransactionOptions, Tx } from '../../../platform/database/index.ts';
import type { PublishContext, PublishedPart, PublishSummary, Sink, StreamPublished } from '../sink.ts';
import { markRepaired } from '../store/audits.ts';
import { countRowsGone, keepHeldAbsences, readHeldAbsences, settleUnlisted } from '../store/held-absences.ts';
import { forgetBookmarks, saveBookmarks, savePoll } from '../store/bookmarks.ts';
import { advanceSlice, type PublishedCounts, saveCursors, writeCompleteness } from '../store/publishing.ts';
import { wantAgain, type WantBehind, wantBehind } from '../store/repeats.ts';
import { clearTaskStage } from '../store/stage.ts';
import { requireEpoch, requireWholeStage } from '../store/stage-proof.ts';
import { type LeasedTask, requireHeld, updateHeldTask } from '../store/tasks.ts';
import { priorities } from '../store/priorities.ts';
import { endWaiting, planDueTasks, type WaitingSlice, waitingSlices, want, wantMovedSlices } from '../store/wants.ts';
import { judgeTask, lostStreams, placesOf, type TaskVerdict } from './judge-task.ts';
import { hoursUntilRepeated, hoursUntilTriedAgain, judgeWaiting } from './judge-waiting.ts';
import type { SliceReading } from './slice-reading.ts';

export interface PublishOptions {
  db: Database;
  sink: Sink;
  task: LeasedTask;
  reading: SliceReading;
  knownUnavailable: ReadonlySet<string>;
  hashVersion: number;
  /** How far back the past is wanted. */
  historySince: Date;
  /** False where slices have no past to be read. */
  hasHistory: boolean;
  /** Streams whose records a run counts. */
  headline: ReadonlySet<string>;
  /** Scopes that begin so are in none of its totals. */
  besideTotals: string | null;
  /** Called after each part of a change too large for one transaction. */
  partPublished(): void;
  /** Enqueues what other rooms do about the change, in the same transaction. */
  enqueueReactions(tx: Tx, changes: PublishSummary['changes']): Promise<void>;
}

/** A publish of a slice: merge, completeness, cursor, reactions and the end of the task, all or nothing. */
export async function publishSlice(options: PublishOptions): Promise<TaskVerdict> {
  const { db, task, reading } = options;
  const parts = await publishParts(options);
  // The task's row is written last, so that heartbeats go on during a long publish; its fence rolls back a publish
  // whose lease was lost meanwhile.
  return db.transaction(async (tx) => {
    const { now } = await requireHeld(tx, task);
    await requireWholeStage(tx, task.id, reading.tally);
    requireWord(task, reading);
    requireAsked(task, reading);
    const behind = await wantBehind(tx, task);
    const context = await publishContext(tx, task, { reading, behind, now });
    const summary = withParts(await options.sink.publish(context), parts);
    const counts = await writeCompleteness(tx, task, reading, {
      published: summary.streams,
      headline: options.headline,
      besideTotals: options.besideTotals,
    });
    const listing = judgeTask(reading, summary.streams, options.knownUnavailable, task.slice);
    const versionRead = reading.slices.find(({ slice }) => slice === task.slice)?.version ?? null;
    const isComplete = listing.state === 'success';
    await advanceSlice(tx, task, { historySince: options.historySince, versionRead, isComplete });
    if (task.phase === 'current' && !context.trustHashes) await markRepaired(tx, task);
    await saveCursors(tx, task.integrationId, reading.cursors);
    await saveBookmarks(tx, task, reading.outcomes, {
      fingerprints: reading.fingerprints,
      hashVersion: options.hashVersion,
    });
    await readAnew(tx, task.integrationId, summary.anew ?? []);
    const waiting = task.phase === 'discovery' ? await planSlices(tx, task, options, summary.returned ?? []) : [];
    await keepHeldAbsences(tx, task, summary.streams);
    await countRowsGone(tx, task.integrationId, summary.streams);
    if (listing.state === 'partial')
      await repeat(tx, options, { verdict: listing, behind, published: summary.streams });
    else if (task.phase === 'discovery' && task.named === null)
      await settleUnlisted(
        tx,
        task.integrationId,
        reading.slices.map(({ slice }) => slice),
      );
    const verdict = judgeWaiting(listing, waiting);
    await endPublishedTask(tx, task, verdict, { ...options, counts });
    if (summary.changes.length > 0) await options.enqueueReactions(tx, summary.changes);
    return verdict;
  }, plansOf(task));
}

/** Slices are published by the thousand, with few values each. The lists of a discovery are planned for their length. */
const plansOf = ({ phase }: LeasedTask): TransactionOptions => ({ prepared: phase !== 'discovery' });

/** Nothing said is not nothing there: such a publish would call an unread slice complete. */
function requireWord({ phase, slice }: LeasedTask, { outcomes }: SliceReading): void {
  if (phase === 'current' && outcomes.length === 0) throw new Error(`nothing was said about ${slice}`);
}

/** Only who was asked for single things may say nothing of the others. */
function requireAsked({ named, slice }: LeasedTask, { outcomes }: SliceReading): void {
  if (named === null && outcomes.some(({ coverage }) => coverage === 'named'))
    throw new Error(`all of ${slice} was asked for, and a part of it was read`);
}

/** Each part is fenced, and one merged before a crash is found unchanged after it. */
async function publishParts(options: PublishOptions): Promise<PublishedPart[]> {
  const { db, sink, task, reading } = options;
  const parts: PublishedPart[] = [];
  const { tally } = reading;
  const staged = [...tally.places.values()].reduce((sum, place) => sum + place.staged, 0);
  while (sink.publishPart !== undefined && staged >= (sink.partsFrom ?? 0)) {
    const part = await db.transaction(async (tx) => {
      const { now } = await requireHeld(tx, task);
      // A part marks nothing as gone: the publish that ends them counts once more.
      await (parts.length === 0 ? requireWholeStage(tx, task.id, tally) : requireEpoch(tx, tally.epoch));
      const context = await publishContext(tx, task, { reading, behind: await wantBehind(tx, task), now });
      const merged = await sink.publishPart?.(context, parts.at(-1)?.last ?? '');
      if (merged !== undefined) await updateHeldTask(tx, task, 'stage_name = $3', ['Publishing a large change']);
      return merged;
    }, plansOf(task));
    if (part === undefined) break;
    parts.push(part);
    options.partPublished();
  }
  return parts;
}

/** What the parts wrote counts as written by the publish that ends them. */
function withParts(summary: PublishSummary, parts: readonly PublishedPart[]): PublishSummary {
  const streams = summary.streams.map((stream) => {
    const written = parts
      .flatMap((part) => part.streams)
      .filter((part) => part.stream === stream.stream && part.scope === stream.scope);
    return {
      ...stream,
      inserted: written.reduce((sum, part) => sum + part.inserted, stream.inserted),
      updated: written.reduce((sum, part) => sum + part.updated, stream.updated),
    };
  });
  return { ...summary, streams };
}

async function publishContext(
  tx: Tx,
  task: LeasedTask,
  { reading, behind, now }: { reading: SliceReading; behind: WantBehind; now: Date },
): Promise<PublishContext> {
  const heldAbsences = await readHeldAbsences(tx, task);
  return {
    tx,
    integrationId: task.integrationId,
    runId: task.runId,
    taskId: task.id,
    phase: task.phase === 'discovery' || task.phase === 'history' ? task.phase : 'current',
    slice: task.slice,
    outcomes: reading.outcomes,
    now,
    heldAbsences,
    setAside: reading.setAside,
    trustHashes: !behind.reasons.includes('audit'),
  };
}

/** Adds a task for each slice that is due; returns those that are not proven complete and yet wait. */
async function planSlices(
  tx: Tx,
  task: LeasedTask,
  { reading, historySince, hasHistory }: PublishOptions,
  returned: readonly string[],
): Promise<WaitingSlice[]> {
  const run = await tx.one<{ full_listing: boolean; priority: number }>(
    'select full_listing, priority from ingestion.runs where id = $1',
    [task.runId],
  );
  await wantMovedSlices(tx, task.integrationId, reading.slices, {
    everything: run.full_listing,
    priority: run.priority,
    historySince,
    hasHistory,
  });
  for (const slice of returned)
    await want(tx, task.integrationId, slice, 'current', { reason: 'discovery', priority: run.priority });
  for (const poll of reading.polled) {
    if (!(await savePoll(tx, task.integrationId, poll))) continue;
    await want(tx, task.integrationId, poll.slice, 'current', { reason: 'poll', priority: run.priority });
  }
  const listed = reading.slices.map((slice) => slice.slice);
  await noteListed(tx, task, listed);
  // Whoever asks in person does not wait for what a schedule would put off.
  if (run.priority === priorities.person) await endWaiting(tx, task.integrationId);
  const { runId, integrationId, place, hostKey } = task;
  await planDueTasks(tx, { id: runId, integrationId, place, hostKey }, listed);
  return waitingSlices(tx, task.integrationId, listed);
}

/** Nothing that was remembered of these slices holds any more: the next discovery finds them as if for the first time. */
async function readAnew(tx: Tx, integrationId: number, slices: readonly string[]): Promise<void> {
  if (slices.length === 0) return;
  await forgetBookmarks(tx, integrationId, slices);
  await tx.execute('delete from ingestion.slices where integration_id = $1 and slice = any ($2)', [
    integrationId,
    slices,
  ]);
}

/** Slices that no discovery lists any more are shown apart. */
async function noteListed(tx: Tx, { integrationId, named }: LeasedTask, listed: readonly string[]): Promise<void> {
  await tx.execute(
    `update ingestion.slices set listed = not listed
      where integration_id = $1 and slice <> 'discovery' and listed <> (slice = any ($2)) and (not $3 or slice = any ($2))`,
    [integrationId, listed, named !== null],
  );
}

async function repeat(
  tx: Tx,
  { task, reading, knownUnavailable }: PublishOptions,
  after: { verdict: TaskVerdict; behind: WantBehind; published: readonly StreamPublished[] },
): Promise<void> {
  if (task.phase === 'discovery') return;
  const { verdict, behind, published } = after;
  const code = verdict.failure?.code ?? 'partial';
  const lost = lostStreams(reading, knownUnavailable);
  const attempts = behind.reasons.includes(code) ? behind.attempts + 1 : 1;
  const hours = lost.length === 0 ? hoursUntilRepeated(code, behind.reasons) : hoursUntilTriedAgain(attempts);
  const rest = judgeTask({ ...reading, unavailable: [] }, published, knownUnavailable, task.slice);
  const unread = rest.state === 'success' ? placesOf(lost) : null;
  await wantAgain(tx, task, { code, hours, unread, attempts });
}

async function endPublishedTask(
  tx: Tx,
  task: LeasedTask,
  verdict: TaskVerdict,
  options: PublishOptions & { counts: PublishedCounts },
): Promise<void> {
  const { counts } = options;
  await updateHeldTask(
    tx,
    task,
    `state = $3, finished_at = now(), holder = null, lease_until = null, error_code = $4, error_message = $5, error_upstream = $6,
     newest_at = $7, stage_name = null, checkpoint = '{}', reading = null, staged = 0,
     done = coalesce(total, done), headline_stored = $8, headline_source = $9, headline_unproven = $10, rows_changed = $11, rows_gone = $12, rows_held = $13,
     expected_records = $14`,
    [
      verdict.state,
      verdict.failure?.code ?? null,
      verdict.failure?.message ?? null,
      verdict.failure?.upstream ?? null,
      options.reading.newestAt ?? null,
      counts.headlineStored,
      counts.headlineSource,
      counts.headlineUnproven,
      counts.rowsChanged,
      counts.rowsGone,
      counts.rowsHeld,
      options.reading.expected ?? null,
    ],
  );
  await clearTaskStage(tx, task.id);
}
