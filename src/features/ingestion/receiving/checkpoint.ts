import type { Json } from '../../../connectors/contract.ts';
import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { countPlaces, currentEpoch, differingPlaces, type PlaceTally, stageLost } from '../store/stage-proof.ts';
import { type LeasedTask, updateHeldTask } from '../store/tasks.ts';

/** By `<stream> <scope>`: how it ended, or where a listing in progress goes on; with what had been staged by then. */
export type Checkpoint = Record<string, Mark & PlaceTally>;

export type Mark = { complete: true } | { cursor: Json };

/** How far one holding of a task came. */
export interface Holding {
  fence: number;
  /** The last batch of it that lies in the stage. */
  taken: number;
  /** Newest source date among its records. */
  newestAt: string | null;
  /** How far back the past was asked for. */
  since: string;
}

/** What the row of a task says of its stage: a place without a mark was begun, and nobody may go on with it but its holder. */
export interface Written {
  places: Record<string, PlaceTally & Partial<{ complete: true; cursor: Json }>>;
  holding: Holding | null;
}

/** Where an attempt begins, or goes on. */
export interface Resumed {
  checkpoint: Checkpoint;
  /** Of every place of which something lies there. */
  tallies: Record<string, PlaceTally>;
  nextSeq: number;
  /** Epoch of what lies there; undefined when nothing does. */
  epoch: string | undefined;
  taken: number;
}

const fromTheStart: Resumed = { checkpoint: {}, tallies: {}, nextSeq: 1, epoch: undefined, taken: 0 };

/** What was written in another shape is no checkpoint: nothing is built upon it. */
function writtenIn({ checkpoint }: LeasedTask): Written {
  const { places = {}, holding = null } = checkpoint as Partial<Written>;
  return { places, holding };
}

/** Places that a next attempt may build upon. */
function marked(places: Written['places']): Checkpoint {
  const kept = Object.entries(places).filter(([, place]) => place.complete === true || place.cursor !== undefined);
  return Object.fromEntries(kept) as Checkpoint;
}

const talliesIn = (places: Written['places']): Record<string, PlaceTally> =>
  Object.fromEntries(
    Object.entries(places).map(([place, { staged, setAside, said }]) => [place, { staged, setAside, said }]),
  );

/**
 * What an earlier attempt staged is built upon when all of it is still there: the epoch is the one it was staged in, and
 * each stream and scope has the records and the ones set aside that the checkpoint counted, of the shape they have now.
 * Else the slice is listed from its start. Fenced: a holder that comes late must not clear what its successor has staged.
 */
export async function resume(db: Database, task: LeasedTask, hashVersion: number): Promise<Resumed> {
  // Nobody held it before, so nothing can lie there; of twenty thousand tasks nearly all begin like this.
  if (task.fence === 1) return fromTheStart;
  return db.transaction(async (tx) => {
    const checkpoint = (await isWhole(tx, task, hashVersion)) ? marked(writtenIn(task).places) : {};
    const kept = Object.keys(checkpoint);
    // What was begun without a cursor is listed again; what it had staged may be gone at the source by now. What is said
    // of the slice itself is said again.
    for (const table of ['ingestion.stage', 'ingestion.set_aside', 'ingestion.staged_events'])
      await tx.execute(`delete from ${table} where task_id = $1 and stream || ' ' || scope <> all ($2)`, [
        task.id,
        kept,
      ]);
    const staged = Object.values(checkpoint).reduce((sum, place) => sum + place.staged, 0);
    const written: Written = { places: checkpoint, holding: null };
    await updateHeldTask(tx, task, 'checkpoint = $3, staged = $4', [JSON.stringify(written), staged]);
    if (kept.length === 0) return fromTheStart;
    const nextSeq = await nextSeqOf(tx, task.id);
    return { checkpoint, tallies: talliesIn(checkpoint), nextSeq, epoch: task.stageEpoch ?? undefined, taken: 0 };
  });
}

async function nextSeqOf(db: Queryable, taskId: number): Promise<number> {
  const { last } = await db.one<{ last: number }>(
    `select coalesce(max(seq), 0) as last from (
       select seq from ingestion.stage where task_id = $1 union all
       select seq from ingestion.staged_events where task_id = $1) staged`,
    [taskId],
  );
  return last + 1;
}

/** True once something was taken of this holding of the task. */
export function isBegun(task: LeasedTask): boolean {
  const { holding } = writtenIn(task);
  return holding?.fence === task.fence && holding.taken > 0;
}

/** Notes that a holding was opened: from here on any process goes on with it. */
export async function noteHolding(db: Queryable, task: LeasedTask, since: Date): Promise<void> {
  const holding: Holding = { fence: task.fence, taken: 0, newestAt: null, since: since.toISOString() };
  await updateHeldTask(db, task, "checkpoint = checkpoint || jsonb_build_object('holding', $3::jsonb)", [
    JSON.stringify(holding),
  ]);
}

/**
 * Where a holding is that another process opened, or this one before it lost what it knew of it: everything that its row
 * says was staged counts, whether an attempt after it could build upon that or not. What the stage lost meanwhile, its
 * epoch tells at the next write. Throws `task_lease_lost` for one that was never opened.
 */
export async function goOn(
  db: Queryable,
  task: LeasedTask,
  hashVersion: number,
): Promise<{ resumed: Resumed; holding: Holding }> {
  const { places, holding } = writtenIn(task);
  if (holding?.fence !== task.fence) throw new PlumblineError('task_lease_lost', { data: { taskId: task.id } });
  const nothing = Object.keys(places).length === 0;
  if (!nothing && task.stageHashVersion !== hashVersion) throw stageLost('it was staged by another version');
  const resumed: Resumed = {
    checkpoint: marked(places),
    tallies: talliesIn(places),
    nextSeq: await nextSeqOf(db, task.id),
    epoch: nothing ? undefined : (task.stageEpoch ?? undefined),
    taken: holding.taken,
  };
  return { resumed, holding };
}

async function isWhole(tx: Tx, task: LeasedTask, hashVersion: number): Promise<boolean> {
  // A list of slices is short and must be whole: it is read from the start.
  if (task.slice === 'discovery' || task.stageEpoch === null || task.stageHashVersion !== hashVersion) return false;
  if ((await currentEpoch(tx)) !== task.stageEpoch) return false;
  const counted = new Map<string, PlaceTally>(Object.entries(marked(writtenIn(task).places)));
  const present = await countPlaces(tx, task.id);
  const kept = [...present].filter(([place]) => counted.has(place));
  return differingPlaces(counted, new Map(kept)).length === 0;
}
