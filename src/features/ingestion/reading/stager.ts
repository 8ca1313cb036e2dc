import type { Json } from '../../../connectors/contract.ts';
import { redactUrls } from '../../../domain/redact-urls.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { redactText } from '../../../platform/telemetry/index.ts';
import type { StageForm, StreamOutcome } from '../sink.ts';
import { appendToStage, blockOf, clearStage, type StagedBlock, type StagedRecord, stagedKeys } from '../store/stage.ts';
import { enterEpoch, type PlaceTally, requireEpoch, type StageTally } from '../store/stage-proof.ts';
import { type LeasedTask, updateHeldTask } from '../store/tasks.ts';
import { type Checkpoint, type Mark, resume } from './checkpoint.ts';

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
  /** Keys that lie in the stage for a stream and scope. */
  keys(stream: string, scope: string): AsyncIterable<readonly string[]>;
  /** Takes the records, one after the other, before it returns. */
  add(
    records: Iterable<StagedRecord>,
    of: { stream: string; scope: string; form: StageForm; cursor?: Json },
  ): Promise<void>;
  setAside(record: SetAside): void;
  restart(stream: string, scope: string): Promise<void>;
  complete(outcome: StreamOutcome): void;
  progress(progress: { stage: string; done: number; total: number | null }): void;
  /** Waits until everything added is committed, and says what lies in the stage. */
  flush(): Promise<StageTally>;
}

/**
 * Collects records and writes them with the task's own checkpoint and progress in one fenced transaction per batch.
 * One batch is written while the next is being read. Each write finds the epoch of the unlogged stage as it was, or
 * throws `stage_lost`: after a crash of PostgreSQL what this process remembers is not what lies there.
 */
export async function openStager(db: Database, task: LeasedTask): Promise<Stager> {
  const resumed = await resume(db, task);
  const marks: Record<string, Mark> = { ...resumed.checkpoint };
  const tallies = new Map<string, PlaceTally>(
    Object.entries(resumed.checkpoint).map(([place, { staged, setAside }]) => [place, { staged, setAside }]),
  );
  let { nextSeq, epoch } = resumed;
  let pending: StagedBlock[] = [];
  let aside: SetAside[] = [];
  let progress: { stage: string; done: number; total: number | null } | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown;

  const tallyOf = ({ stream, scope }: { stream: string; scope: string }): PlaceTally => {
    const place = `${stream} ${scope}`;
    const known = tallies.get(place) ?? { staged: 0, setAside: 0 };
    tallies.set(place, known);
    return known;
  };

  const stagedInAll = (): number => [...tallies.values()].reduce((sum, { staged }) => sum + staged, 0);

  const checkpointNow = (): Checkpoint =>
    Object.fromEntries(
      Object.entries(marks).map(([place, mark]) => [
        place,
        { ...mark, ...(tallies.get(place) ?? { staged: 0, setAside: 0 }) },
      ]),
    );

  const holdEpoch = async (tx: Tx): Promise<void> => {
    if (epoch === undefined) epoch = await enterEpoch(tx);
    else await requireEpoch(tx, epoch);
  };

  const write = async (blocks: StagedBlock[], setAside: SetAside[], mark: Checkpoint, all: number): Promise<void> => {
    const shown = progress;
    await db.transaction(async (tx) => {
      // A crash of PostgreSQL empties the stage anyway: there is nothing to wait for the disk for.
      await tx.execute('set local synchronous_commit = off');
      await holdEpoch(tx);
      await appendToStage(tx, blocks);
      for (const record of setAside) await insertSetAside(tx, task, record);
      await updateHeldTask(
        tx,
        task,
        'checkpoint = $3, staged = $4, stage_epoch = $5, stage_name = coalesce($6, stage_name), done = coalesce($7, done), total = coalesce($8, total)',
        [JSON.stringify(mark), all, epoch, shown?.stage ?? null, shown?.done ?? null, shown?.total ?? null],
      );
    });
  };

  const startWriting = async (): Promise<void> => {
    await writing;
    if (failure !== undefined) throw failure;
    const blocks = pending;
    const setAside = aside;
    pending = [];
    aside = [];
    writing = write(blocks, setAside, checkpointNow(), stagedInAll()).catch((error: unknown) => {
      failure = error;
    });
  };

  const finishWriting = async (): Promise<void> => {
    await startWriting();
    await writing;
    if (failure !== undefined) throw failure;
  };

  return {
    checkpoint: resumed.checkpoint,
    keys: (stream, scope) => stagedKeys(db, { taskId: task.id, stream, scope, lastSeq: nextSeq }),
    async add(records, { stream, scope, form, cursor }) {
      const block = blockOf({ taskId: task.id, stream, scope, form }, nextSeq, records);
      nextSeq += block.records;
      tallyOf(block).staged += block.records;
      if (block.records > 0) pending.push(block);
      if (cursor !== undefined) marks[`${stream} ${scope}`] = { cursor };
      if (countOf(pending) >= flushRecords) await startWriting();
    },
    setAside(record) {
      tallyOf(record).setAside += 1;
      aside.push(record);
    },
    async restart(stream, scope) {
      const elsewhere = (row: { stream: string; scope: string }): boolean =>
        row.stream !== stream || row.scope !== scope;
      pending = pending.filter(elsewhere);
      aside = aside.filter(elsewhere);
      delete marks[`${stream} ${scope}`];
      tallies.delete(`${stream} ${scope}`);
      await finishWriting();
      await db.transaction(async (tx) => {
        await holdEpoch(tx);
        await clearStage(tx, task.id, stream, scope);
        await updateHeldTask(tx, task, 'staged = $3', [stagedInAll()]);
      });
    },
    complete(outcome) {
      marks[`${outcome.stream} ${outcome.scope}`] = { outcome };
    },
    progress(next) {
      progress = next;
    },
    async flush() {
      await finishWriting();
      // Each write enters an epoch.
      return { epoch: epoch as string, places: new Map(tallies) };
    },
  };
}

const countOf = (blocks: readonly StagedBlock[]): number => blocks.reduce((sum, block) => sum + block.records, 0);

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
