import type { Json } from '../../../connectors/contract.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { countPlaces, currentEpoch, differingPlaces, type PlaceTally } from '../store/stage-proof.ts';
import { type LeasedTask, updateHeldTask } from '../store/tasks.ts';

/** By `<stream> <scope>`: how it ended, or where a listing in progress goes on; with what had been staged by then. */
export type Checkpoint = Record<string, Mark & PlaceTally>;

export type Mark = { complete: true } | { cursor: Json };

/** Where an attempt begins. */
export interface Resumed {
  checkpoint: Checkpoint;
  nextSeq: number;
  /** Epoch of what lies there; undefined when nothing does. */
  epoch: string | undefined;
}

const fromTheStart = { checkpoint: {}, nextSeq: 1, epoch: undefined };

/**
 * What an earlier attempt staged is built upon when all of it is still there: the epoch is the one it was staged in, and
 * each stream and scope has the records and the ones set aside that the checkpoint counted, of the shape they have now.
 * Else the slice is listed from its start. Fenced: a holder that comes late must not clear what its successor has staged.
 */
export async function resume(db: Database, task: LeasedTask, hashVersion: number): Promise<Resumed> {
  // Nobody held it before, so nothing can lie there; of twenty thousand tasks nearly all begin like this.
  if (task.fence === 1) return fromTheStart;
  return db.transaction(async (tx) => {
    const checkpoint = (await isWhole(tx, task, hashVersion)) ? { ...(task.checkpoint as Checkpoint) } : {};
    const kept = Object.keys(checkpoint);
    // What was begun without a cursor is listed again; what it had staged may be gone at the source by now. What is said
    // of the slice itself is said again.
    for (const table of ['ingestion.stage', 'ingestion.set_aside', 'ingestion.staged_events'])
      await tx.execute(`delete from ${table} where task_id = $1 and stream || ' ' || scope <> all ($2)`, [
        task.id,
        kept,
      ]);
    const staged = Object.values(checkpoint).reduce((sum, place) => sum + place.staged, 0);
    await updateHeldTask(tx, task, 'checkpoint = $3, staged = $4', [JSON.stringify(checkpoint), staged]);
    if (kept.length === 0) return fromTheStart;
    const { last } = await tx.one<{ last: number }>(
      `select coalesce(max(seq), 0) as last from (
         select seq from ingestion.stage where task_id = $1 union all
         select seq from ingestion.staged_events where task_id = $1) staged`,
      [task.id],
    );
    return { checkpoint, nextSeq: last + 1, epoch: task.stageEpoch ?? undefined };
  });
}

async function isWhole(tx: Tx, task: LeasedTask, hashVersion: number): Promise<boolean> {
  // A list of slices is short and must be whole: it is read from the start.
  if (task.slice === 'discovery' || task.stageEpoch === null || task.stageHashVersion !== hashVersion) return false;
  if ((await currentEpoch(tx)) !== task.stageEpoch) return false;
  const counted = new Map<string, PlaceTally>(Object.entries(task.checkpoint as Checkpoint));
  const present = await countPlaces(tx, task.id);
  const kept = [...present].filter(([place]) => counted.has(place));
  return differingPlaces(counted, new Map(kept)).length === 0;
}
