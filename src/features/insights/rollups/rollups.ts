import type { Database, Tx } from '../../../platform/database/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { countNodeDifferences, moveProjects } from './nodes-store.ts';
import { countSpanDifferences, deleteSpans, insertSpans, moveChangedProjects } from './spans-store.ts';
import * as store from './store.ts';

/** Changes taken at once, so that the first run of a large server does not make one enormous transaction. */
const batchRows = 50_000;

/**
 * Moves the pending changes of projects into the roll-ups: deleted there and added here in one transaction, so each
 * counts once whatever happens, and every process may call it. Readers add what is still pending, so numbers are exact
 * before, while and after. Returns how many changes were moved.
 */
export async function consumeDailyChanges(db: Database): Promise<number> {
  let moved = 0;
  for (;;) {
    const taken = await db.transaction(async (tx) => {
      await store.lockRollups(tx);
      return store.moveChanges(tx, batchRows);
    });
    moved += taken;
    if (taken < batchRows) break;
  }
  for (;;) {
    // Planned once: counting a few projects takes little longer than planning how.
    const projects = await db.transaction(
      async (tx) => {
        await store.lockRollups(tx);
        return moveChangedProjects(tx);
      },
      { prepared: true },
    );
    if (projects === 0) return moved;
  }
}

/**
 * Makes the numbers of nodes those of the projects that belong to them now, in transactions of a few seconds each:
 * whoever is killed leaves the rest to the next. Returns how many came or went.
 */
export async function followNodes(db: Database, options: { rows?: number } = {}): Promise<number> {
  for (let moved = 0; ; ) {
    const step = await db.transaction(async (tx) => {
      await store.lockRollups(tx);
      return moveProjects(tx, options);
    });
    moved += step.moved;
    if (!step.more) return moved;
  }
}

export interface RollupDifference {
  table: 'node_daily' | 'nodes' | 'present' | 'project_levels' | 'open_ages' | 'resolve_times' | 'resolve_days';
  rows: number;
}

/**
 * Recomputes the roll-ups from the projects' days, of every node or of some, and says what differs. Nothing should. Reads
 * one snapshot.
 */
export async function verifyRollups(db: Database, atMostNodes: number | null = null): Promise<RollupDifference[]> {
  return db.transaction(async (tx) => {
    await tx.execute('set transaction isolation level repeatable read, read only');
    const counts = {
      node_daily: await store.countDailyDifferences(tx),
      nodes: await countNodeDifferences(tx, atMostNodes),
      present: await store.countPresentDifferences(tx),
      project_levels: await store.countLevelDifferences(tx),
      ...(await countSpanDifferences(tx)),
    };
    return Object.entries(counts)
      .filter(([, rows]) => rows > 0)
      .map(([table, rows]) => ({ table: table as RollupDifference['table'], rows }));
  });
}

/** Makes the roll-ups anew from the projects' days, for an Aggregation run and after a difference. */
export async function rebuildRollups(db: Database): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await db.transaction(rebuild);
      return;
    } catch (error) {
      // Changes were moved after our snapshot was taken: take a newer one.
      if ((error as { code?: string }).code !== '40001' || attempt === 10) throw error;
    }
  }
}

async function rebuild(tx: Tx): Promise<void> {
  await tx.execute('set transaction isolation level repeatable read');
  await rebuildRollupsWithin(tx);
}

/** The same in the caller's transaction, which nobody else writes beside. */
export async function rebuildRollupsWithin(tx: Tx): Promise<void> {
  await store.lockRollups(tx);
  await store.deleteEverything(tx);
  await deleteSpans(tx);
  await store.insertHeld(tx);
  await store.insertDays(tx);
  await insertSpans(tx);
}

const checkedNodes = 50;

/** The nightly check: a difference is an error of ours, so it is logged as one, and repaired. */
export async function checkRollups(db: Database, log: Log): Promise<RollupDifference[]> {
  const differences = await verifyRollups(db, checkedNodes);
  if (differences.length === 0) return differences;
  log.error({ differences }, 'insights roll-ups differ from the projects and are rebuilt');
  await rebuildRollups(db);
  return differences;
}
