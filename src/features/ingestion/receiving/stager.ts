import type { ControlEvent, Json } from '../../../connectors/contract.ts';
import { redactUrls } from '../../../domain/redact-urls.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { redactText } from '../../../platform/telemetry/index.ts';
import type { StageForm } from '../sink.ts';
import { appendToStage, blockOf, clearStage, type StagedBlock, type StagedRecord, stagedKeys } from '../store/stage.ts';
import { enterEpoch, nothingStaged, type PlaceTally, requireEpoch, type StageTally } from '../store/stage-proof.ts';
import { appendEvents, type EventBlock, eventPlace } from '../store/staged-events.ts';
import { type LeasedTask, updateHeldTask } from '../store/tasks.ts';
import { type Checkpoint, type Mark, resume } from './checkpoint.ts';
import { finishTask, type ReadFacts } from '../store/staged-tasks.ts';

/** A flush is a transaction well under a second. */
const flushRecords = 1_000;

interface SetAside {
  stream: string;
  scope: string;
  reason: string;
  text: string;
}

export interface Stager {
  /** Key `<stream> <scope>`: what an interrupted attempt already staged. */
  readonly checkpoint: Readonly<Checkpoint>;
  /** Keys that lie in the stage for a stream and scope, a page at a time. */
  keys(stream: string, scope: string, from: number): ReturnType<typeof stagedKeys>;
  /** Takes the records, one after the other, before it returns. */
  add(
    records: Iterable<StagedRecord>,
    of: { stream: string; scope: string; form: StageForm; cursor?: Json },
  ): Promise<void>;
  setAside(record: SetAside): void;
  /** Everything else that the publish must know. A restart, or a stream that cannot be read, drops what it had staged. */
  say(event: ControlEvent): Promise<void>;
  progress(progress: { stage: string; done: number; total: number | null }): void;
  /** Commits everything added, and says what lies in the stage. */
  flush(): Promise<StageTally>;
  /** Commits everything added and gives the task away, to whoever publishes it. */
  finish(facts: ReadFacts): Promise<void>;
}

/** Not committed yet. */
interface Pending {
  blocks: StagedBlock[];
  events: (EventBlock & { events: ControlEvent[] })[];
  aside: SetAside[];
  /** Records and events. */
  count: number;
}

const nothingPending = (): Pending => ({ blocks: [], events: [], aside: [], count: 0 });

/**
 * Collects records and what is said beside them, and writes them with the task's own checkpoint and progress in one
 * fenced transaction per batch. One batch is written while the next is being read. Each write finds the epoch of the
 * unlogged stage as it was, or throws `stage_lost`: after a crash of PostgreSQL what this process remembers is not what
 * lies there.
 */
export async function openStager(db: Database, task: LeasedTask, hashVersion: number): Promise<Stager> {
  const resumed = await resume(db, task, hashVersion);
  const marks: Record<string, Mark> = { ...resumed.checkpoint };
  const tallies = new Map<string, PlaceTally>(
    Object.entries(resumed.checkpoint).map(([place, { staged, setAside, said }]) => [
      place,
      { staged, setAside, said },
    ]),
  );
  let { nextSeq, epoch } = resumed;
  let pending = nothingPending();
  let progress: { stage: string; done: number; total: number | null } | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown;

  const tallyOf = ({ stream, scope }: { stream: string; scope: string }): PlaceTally => {
    const place = `${stream} ${scope}`;
    const known = tallies.get(place) ?? { ...nothingStaged };
    tallies.set(place, known);
    return known;
  };

  const stagedInAll = (): number => [...tallies.values()].reduce((sum, { staged }) => sum + staged, 0);

  const checkpointNow = (): Checkpoint =>
    Object.fromEntries(
      Object.entries(marks).map(([place, bookmark]) => [
        place,
        { ...bookmark, ...(tallies.get(place) ?? nothingStaged) },
      ]),
    );

  const holdEpoch = async (tx: Tx): Promise<void> => {
    if (epoch === undefined) epoch = await enterEpoch(tx);
    else await requireEpoch(tx, epoch);
  };

  const write = async (batch: Pending, bookmark: Checkpoint, all: number, facts?: ReadFacts): Promise<void> => {
    const shown = progress;
    await db.transaction(
      async (tx) => {
        // A crash of PostgreSQL empties the stage anyway: there is nothing to wait for the disk for.
        await tx.execute('set local synchronous_commit = off');
        await holdEpoch(tx);
        await appendToStage(tx, batch.blocks);
        await appendEvents(tx, task.id, batch.events);
        for (const record of batch.aside) await insertSetAside(tx, task, record);
        const values = [JSON.stringify(bookmark), all, epoch, hashVersion];
        if (facts !== undefined) return finishTask(tx, task, values, { ...facts, places: Object.fromEntries(tallies) });
        await updateHeldTask(
          tx,
          task,
          `checkpoint = $3, staged = $4, stage_epoch = $5, stage_hash_version = $6, stage_name = coalesce($7, stage_name),
         done = coalesce($8, done), total = coalesce($9, total)`,
          [...values, shown?.stage ?? null, shown?.done ?? null, shown?.total ?? null],
        );
      },
      { prepared: true },
    );
  };

  const startWriting = async (facts?: ReadFacts): Promise<void> => {
    await writing;
    if (failure !== undefined) throw failure;
    const batch = pending;
    pending = nothingPending();
    writing = write(batch, checkpointNow(), stagedInAll(), facts).catch((error: unknown) => {
      failure = error;
    });
  };

  const finishWriting = async (facts?: ReadFacts): Promise<void> => {
    await startWriting(facts);
    await writing;
    if (failure !== undefined) throw failure;
  };

  const note = (event: ControlEvent): void => {
    const place = eventPlace(event);
    const last = pending.events.at(-1);
    const joins =
      last?.stream === place.stream &&
      last.scope === place.scope &&
      ![event, ...last.events.slice(0, 1)].some(hasBytes);
    pending.count += 1;
    if (last !== undefined && joins) last.events.push(event);
    else {
      pending.events.push({ ...place, seq: nextSeq, events: [event] });
      nextSeq += 1;
      tallyOf(place).said += 1;
    }
  };

  const drop = async ({ stream, scope }: { stream: string; scope: string }): Promise<void> => {
    const elsewhere = (row: { stream: string; scope: string }): boolean => row.stream !== stream || row.scope !== scope;
    pending.blocks = pending.blocks.filter(elsewhere);
    pending.aside = pending.aside.filter(elsewhere);
    delete marks[`${stream} ${scope}`];
    Object.assign(tallyOf({ stream, scope }), { staged: 0, setAside: 0 });
    await finishWriting();
    await db.transaction(async (tx) => {
      await holdEpoch(tx);
      await clearStage(tx, task.id, stream, scope);
      await updateHeldTask(tx, task, 'staged = $3', [stagedInAll()]);
    });
  };

  return {
    checkpoint: resumed.checkpoint,
    keys: (stream, scope, from) => stagedKeys(db, { taskId: task.id, stream, scope, from, lastSeq: nextSeq }),
    async add(records, { stream, scope, form, cursor }) {
      const block = blockOf({ taskId: task.id, stream, scope, form }, nextSeq, records);
      nextSeq += block.records;
      tallyOf(block).staged += block.records;
      pending.count += block.records;
      if (block.records > 0) pending.blocks.push(block);
      if (cursor !== undefined) marks[`${stream} ${scope}`] = { cursor };
      if (pending.count >= flushRecords) await startWriting();
    },
    setAside(record) {
      tallyOf(record).setAside += 1;
      pending.aside.push(record);
    },
    async say(event) {
      note(event);
      if (event.type === 'complete') marks[`${event.stream} ${event.scope}`] = { complete: true };
      if (event.type === 'restart' || event.type === 'unavailable') return drop(event);
      if (pending.count >= flushRecords) await startWriting();
    },
    progress(next) {
      progress = next;
    },
    async flush() {
      await finishWriting();
      // Each write enters an epoch.
      return { epoch: epoch as string, places: new Map(tallies) };
    },
    finish: (facts) => finishWriting(facts),
  };
}

const hasBytes = ({ type }: ControlEvent): boolean => type === 'fingerprints';

async function insertSetAside(tx: Tx, task: LeasedTask, record: SetAside): Promise<void> {
  await tx.execute(
    `insert into ingestion.set_aside (task_id, integration_id, slice, stream, scope, reason, redacted_text)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      task.id,
      task.integrationId,
      task.slice,
      record.stream,
      record.scope,
      redactUrls(redactText(record.reason)).slice(0, 1_000),
      redactUrls(redactText(record.text)).slice(0, 4_000),
    ],
  );
}
