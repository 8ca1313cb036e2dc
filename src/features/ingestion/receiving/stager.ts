import type { ControlEvent, Json } from '../../../connectors/contract.ts';
import { redactUrls } from '../../../domain/redact-urls.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { redactText } from '../../../platform/telemetry/index.ts';
import type { StageForm } from '../sink.ts';
import { appendToStage, blockOf, clearStage, type StagedBlock, type StagedRecord, stagedKeys } from '../store/stage.ts';
import { enterEpoch, nothingStaged, type PlaceTally, requireEpoch, type StageTally } from '../store/stage-proof.ts';
import { appendEvents, type EventBlock, eventPlace } from '../store/staged-events.ts';
import { type LeasedTask, untouchedSince, updateHeldTask } from '../store/tasks.ts';
import { type Checkpoint, type Holding, type Mark, resume, type Resumed, type Written } from './checkpoint.ts';
import { finishTask, type ReadFacts } from '../store/staged-tasks.ts';

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
  add(records: Iterable<StagedRecord>, of: { stream: string; scope: string; form: StageForm; cursor?: Json }): void;
  setAside(record: SetAside): void;
  /** Everything else that the publish must know. A restart, or a stream that cannot be read, drops what it had staged. */
  say(event: ControlEvent): void;
  progress(progress: { stage: string; done: number; total: number | null }): void;
  /** Commits everything added since the last time, all of it or nothing, and says what lies in the stage. */
  flush(received?: Received): Promise<StageTally>;
  /** Commits everything added and gives the task away, to whoever publishes it. */
  finish(facts: ReadFacts): Promise<void>;
}

/** How far the holding came with what is committed. */
export type Received = Omit<Holding, 'fence'>;

/** Not committed yet. */
interface Pending {
  /** Places of which nothing that lay there before counts. */
  dropped: { stream: string; scope: string }[];
  blocks: StagedBlock[];
  events: (EventBlock & { events: ControlEvent[] })[];
  aside: SetAside[];
}

const nothingPending = (): Pending => ({ dropped: [], blocks: [], events: [], aside: [] });

/**
 * Collects records and what is said beside them, and writes them with the task's own checkpoint and progress in one
 * fenced transaction per batch: the row says after each what lies there, so that any process goes on from it. Each write
 * finds the epoch of the unlogged stage as it was, or throws `stage_lost`: after a crash of PostgreSQL what this process
 * remembers is not what lies there. A write that fails leaves a stager that nobody may build upon.
 */
export async function openStager(db: Database, task: LeasedTask, hashVersion: number, from?: Resumed): Promise<Stager> {
  const resumed = from ?? (await resume(db, task, hashVersion));
  const marks: Record<string, Mark> = { ...marksIn(resumed.checkpoint) };
  const tallies = new Map<string, PlaceTally>(Object.entries(resumed.tallies));
  let { nextSeq, epoch, taken } = resumed;
  let pending = nothingPending();
  let progress: { stage: string; done: number; total: number | null } | undefined;
  let failure: { error: unknown } | undefined;

  const tallyOf = ({ stream, scope }: { stream: string; scope: string }): PlaceTally => {
    const place = `${stream} ${scope}`;
    const known = tallies.get(place) ?? { ...nothingStaged };
    tallies.set(place, known);
    return known;
  };

  const stagedInAll = (): number => [...tallies.values()].reduce((sum, { staged }) => sum + staged, 0);

  const writtenNow = (received: Received | undefined): Written => ({
    places: Object.fromEntries(
      [...new Set([...tallies.keys(), ...Object.keys(marks)])].map((place) => [
        place,
        { ...marks[place], ...(tallies.get(place) ?? nothingStaged) },
      ]),
    ),
    holding: received === undefined ? null : { fence: task.fence, ...received },
  });

  const holdEpoch = async (tx: Tx): Promise<void> => {
    if (epoch === undefined) epoch = await enterEpoch(tx);
    else await requireEpoch(tx, epoch);
  };

  const commit = async (tx: Tx, received: Received | undefined, facts: ReadFacts | undefined): Promise<void> => {
    await holdEpoch(tx);
    for (const { stream, scope } of pending.dropped) await clearStage(tx, task.id, stream, scope);
    await appendToStage(tx, pending.blocks);
    await appendEvents(tx, task.id, pending.events);
    for (const record of pending.aside) await insertSetAside(tx, task, record);
    const values = [JSON.stringify(writtenNow(received)), stagedInAll(), epoch, hashVersion, taken];
    if (facts !== undefined) return finishTask(tx, task, values, { ...facts, places: Object.fromEntries(tallies) });
    await updateHeldTask(
      tx,
      task,
      `checkpoint = $3, staged = $4, stage_epoch = $5, stage_hash_version = $6, stage_name = coalesce($8, stage_name),
       done = coalesce($9, done), total = coalesce($10, total)`,
      [...values, progress?.stage ?? null, progress?.done ?? null, progress?.total ?? null],
      untouchedSince('$7'),
    );
  };

  const write = async (received: Received | undefined, facts?: ReadFacts): Promise<void> => {
    if (failure !== undefined) throw failure.error;
    try {
      // A crash of PostgreSQL empties the stage anyway: there is nothing to wait for the disk for.
      await db.transaction((tx) => commit(tx, received, facts), { prepared: true, durable: false });
    } catch (error) {
      failure = { error };
      throw error;
    }
    taken = received?.taken ?? taken;
    pending = nothingPending();
  };

  const note = (event: ControlEvent): void => {
    const place = eventPlace(event);
    const last = pending.events.at(-1);
    const joins =
      last?.stream === place.stream &&
      last.scope === place.scope &&
      ![event, ...last.events.slice(0, 1)].some(hasBytes);
    if (last !== undefined && joins) last.events.push(event);
    else {
      pending.events.push({ ...place, seq: nextSeq, events: [event] });
      nextSeq += 1;
      tallyOf(place).said += 1;
    }
  };

  const drop = ({ stream, scope }: { stream: string; scope: string }): void => {
    const elsewhere = (row: { stream: string; scope: string }): boolean => row.stream !== stream || row.scope !== scope;
    pending.blocks = pending.blocks.filter(elsewhere);
    pending.aside = pending.aside.filter(elsewhere);
    pending.dropped.push({ stream, scope });
    delete marks[`${stream} ${scope}`];
    Object.assign(tallyOf({ stream, scope }), { staged: 0, setAside: 0 });
  };

  return {
    checkpoint: resumed.checkpoint,
    keys: (stream, scope, from) => stagedKeys(db, { taskId: task.id, stream, scope, from }),
    add(records, { stream, scope, form, cursor }) {
      const block = blockOf({ taskId: task.id, stream, scope, form }, nextSeq, records);
      nextSeq += block.records;
      tallyOf(block).staged += block.records;
      if (block.records > 0) pending.blocks.push(block);
      if (cursor !== undefined) marks[`${stream} ${scope}`] = { cursor };
    },
    setAside(record) {
      tallyOf(record).setAside += 1;
      pending.aside.push(record);
    },
    say(event) {
      note(event);
      if (event.type === 'complete') marks[`${event.stream} ${event.scope}`] = { complete: true };
      if (event.type === 'restart' || event.type === 'unavailable') drop(event);
    },
    progress(next) {
      progress = next;
    },
    async flush(received) {
      await write(received);
      // Each write enters an epoch.
      return { epoch: epoch as string, places: new Map(tallies) };
    },
    finish: (facts) => write(undefined, facts),
  };
}

const marksIn = (checkpoint: Checkpoint): Record<string, Mark> =>
  Object.fromEntries(
    Object.entries(checkpoint).map(([place, mark]) => [
      place,
      'complete' in mark ? { complete: true } : { cursor: mark.cursor },
    ]),
  );

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
