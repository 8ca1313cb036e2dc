import type { Json } from '../../../connectors/contract.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import type { StageForm, StreamOutcome } from '../sink.ts';
import {
  appendToStage,
  blockOf,
  clearStage,
  countStaged,
  type StagedBlock,
  type StagedRecord,
  stagedKeys,
} from '../store/stage.ts';
import { type LeasedTask, updateHeldTask } from '../store/tasks.ts';

/** A flush is a transaction well under a second. */
const flushRecords = 1_000;

/** By `<stream> <scope>`: how it ended, or where a listing in progress goes on. */
export type Checkpoint = Record<string, { outcome: StreamOutcome } | { cursor: Json }>;

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
  /** Records set aside by earlier attempts whose streams are not read again, by `<stream> <scope>`. */
  readonly alreadySetAside: ReadonlyMap<string, number>;
  restart(stream: string, scope: string): Promise<void>;
  complete(outcome: StreamOutcome): void;
  progress(progress: { stage: string; done: number; total: number | null }): void;
  /** Waits until everything added is committed. */
  flush(): Promise<void>;
  /** Records that lie in the stage. */
  staged(): number;
}

/**
 * Collects records and writes them with the task's own checkpoint and progress in one fenced transaction per batch.
 * One batch is written while the next is being read. Starts over when the unlogged stage is shorter than what the task
 * had counted, which is what a crash of PostgreSQL leaves.
 */
export async function openStager(db: Database, task: LeasedTask): Promise<Stager> {
  const resumed = await resume(db, task);
  const checkpoint: Checkpoint = resumed.checkpoint;
  let nextSeq = resumed.nextSeq;
  let staged = resumed.staged;
  let pending: StagedBlock[] = [];
  let aside: SetAside[] = [];
  let progress: { stage: string; done: number; total: number | null } | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown;

  const write = async (blocks: StagedBlock[], setAside: SetAside[], mark: Checkpoint): Promise<void> => {
    staged += countOf(blocks);
    const shown = progress;
    await db.transaction(async (tx) => {
      // A crash of PostgreSQL empties the stage anyway: there is nothing to wait for the disk for.
      await tx.execute('set local synchronous_commit = off');
      await appendToStage(tx, blocks);
      for (const record of setAside) await insertSetAside(tx, task, record);
      await updateHeldTask(
        tx,
        task,
        'checkpoint = $3, staged = $4, stage_name = coalesce($5, stage_name), done = coalesce($6, done), total = coalesce($7, total)',
        [JSON.stringify(mark), staged, shown?.stage ?? null, shown?.done ?? null, shown?.total ?? null],
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
    const mark = { ...checkpoint };
    writing = write(blocks, setAside, mark).catch((error: unknown) => {
      failure = error;
    });
  };

  return {
    checkpoint,
    alreadySetAside: resumed.setAside,
    keys: (stream, scope) => stagedKeys(db, { taskId: task.id, stream, scope, lastSeq: nextSeq }),
    async add(records, { stream, scope, form, cursor }) {
      const block = blockOf({ taskId: task.id, stream, scope, form }, nextSeq, records);
      nextSeq += block.records;
      if (block.records > 0) pending.push(block);
      if (cursor !== undefined) checkpoint[`${stream} ${scope}`] = { cursor };
      if (countOf(pending) >= flushRecords) await startWriting();
    },
    setAside(record) {
      aside.push(record);
    },
    async restart(stream, scope) {
      pending = pending.filter((block) => block.stream !== stream || block.scope !== scope);
      aside = aside.filter((record) => record.stream !== stream || record.scope !== scope);
      delete checkpoint[`${stream} ${scope}`];
      await startWriting();
      await writing;
      if (failure !== undefined) throw failure;
      await db.transaction(async (tx) => {
        staged -= await clearStage(tx, task.id, stream, scope);
        await tx.execute('delete from ingestion.set_aside where task_id = $1 and stream = $2 and scope = $3', [
          task.id,
          stream,
          scope,
        ]);
        await updateHeldTask(tx, task, 'staged = $3', [staged]);
      });
    },
    complete(outcome) {
      checkpoint[`${outcome.stream} ${outcome.scope}`] = { outcome };
    },
    progress(next) {
      progress = next;
    },
    async flush() {
      await startWriting();
      await writing;
      if (failure !== undefined) throw failure;
    },
    staged: () => staged,
  };
}

const countOf = (blocks: readonly StagedBlock[]): number => blocks.reduce((sum, block) => sum + block.records, 0);

interface Resumed {
  checkpoint: Checkpoint;
  nextSeq: number;
  staged: number;
  setAside: Map<string, number>;
}

async function resume(db: Database, task: LeasedTask): Promise<Resumed> {
  // Nobody held it before, so nothing can lie there; of twenty thousand tasks nearly all begin like this.
  if (task.fence === 1) return { checkpoint: {}, nextSeq: 1, staged: 0, setAside: new Map() };
  return db.transaction(async (tx) => {
    const present = await countStaged(tx, task.id);
    // A list of slices is short and must be whole: it is read from the start.
    const usable = present === task.staged && task.slice !== 'discovery';
    const checkpoint = usable ? { ...(task.checkpoint as Checkpoint) } : {};
    // What was begun without a cursor is listed again; what it had staged may be gone at the source by now.
    const kept = Object.keys(checkpoint);
    const dropped = await tx.execute(
      `delete from ingestion.stage where task_id = $1 and stream || ' ' || scope <> all ($2)`,
      [task.id, kept],
    );
    await tx.execute(`delete from ingestion.set_aside where task_id = $1 and stream || ' ' || scope <> all ($2)`, [
      task.id,
      kept,
    ]);
    const staged = present - dropped;
    if (staged !== task.staged || !usable)
      await updateHeldTask(tx, task, 'checkpoint = $3, staged = $4', [JSON.stringify(checkpoint), staged]);
    const last = await tx.one<{ seq: number | null }>(
      'select max(seq) as seq from ingestion.stage where task_id = $1',
      [task.id],
    );
    const aside = await tx.query<{ place: string; n: number }>(
      `select stream || ' ' || scope as place, count(*) as n from ingestion.set_aside where task_id = $1 group by 1`,
      [task.id],
    );
    return {
      checkpoint,
      nextSeq: (last.seq ?? 0) + 1,
      staged,
      setAside: new Map(aside.map((row) => [row.place, row.n])),
    };
  });
}

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
      record.reason.slice(0, 1_000),
      record.text.slice(0, 4_000),
    ],
  );
}
