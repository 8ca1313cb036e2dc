import { holdLease, logDecision, type OwnWork, untilTold, type WorkPoint } from '../../../connectors/work/index.ts';
import { databaseFault } from '../../../platform/database/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { aggregateTask, type PublishDependencies, publishTask } from '../publishing/publish-task.ts';
import { databasePlace } from '../store/places.ts';
import { claimStaged } from '../store/staged-tasks.ts';
import { claimTask, type LeasedTask, standardLeaseSeconds } from '../store/tasks.ts';
import { endRun, giveUp, type GiveUpDependencies } from './give-up.ts';
import { beatOf } from './postgres-port.ts';

/** Moments at which the crash tests end the process. */
export type KillPoint = WorkPoint | 'before_publish' | 'part_published' | 'after_publish';

export interface OwnWorkOptions extends Omit<PublishDependencies, 'reached'>, GiveUpDependencies {
  log: Log;
  holder: string;
  leaseSeconds?: number;
  reached(point: KillPoint): void;
}

/**
 * What only a process beside the database does: it publishes what was read, before anything more is read, so that the
 * stage stays small; and it rebuilds roll-ups.
 */
export function ownWork(options: OwnWorkOptions): OwnWork {
  const { db, holder, leaseSeconds = standardLeaseSeconds } = options;
  const next =
    (claim: () => Promise<LeasedTask | undefined>): OwnWork['first'] =>
    async (stopping, found) => {
      const task = await claimed(claim, options.log);
      if (task === undefined) return false;
      found();
      await carryOut(task, options, stopping);
      return true;
    };
  return {
    first: next(() => claimStaged(db, holder, leaseSeconds)),
    inTurn: next(() => claimTask(db, holder, { place: databasePlace, leaseSeconds })),
  };
}

async function claimed(claim: () => Promise<LeasedTask | undefined>, log: Log): Promise<LeasedTask | undefined> {
  try {
    return await claim();
  } catch (error) {
    // The database may be restarting; polling goes on until it is back.
    log.warn({ error: (error as Error).message }, 'no task could be claimed');
    return undefined;
  }
}

async function carryOut(task: LeasedTask, options: OwnWorkOptions, stopping: AbortSignal): Promise<void> {
  const { db, leaseSeconds = standardLeaseSeconds } = options;
  const log = options.log.child({ run: task.runId, task: task.id, slice: task.slice, phase: task.phase });
  const lease = { taskId: task.id, fence: task.fence };
  const held = holdLease({
    assignment: { lease, leaseSeconds, slots: task.slots },
    port: { beat: () => beatOf(db, lease, leaseSeconds) },
    stopping,
    log,
  });
  try {
    options.reached('task_claimed');
    log.info(await execute(task, options), 'task ended');
    await endRun(task, options).catch(() => undefined);
  } catch (error) {
    // An abort surfaces as whatever the interrupted call threw; its reason is the truth.
    const cause = held.signal.aborted ? held.signal.reason : error;
    await tellEnd(task, cause, { ...options, log, leaseSeconds }, stopping);
  } finally {
    held.release();
  }
}

async function execute(task: LeasedTask, options: OwnWorkOptions): Promise<object> {
  if (task.phase !== 'aggregate') return publishTask(task, options);
  await aggregateTask(task, options);
  return { state: 'success' };
}

async function tellEnd(
  task: LeasedTask,
  error: unknown,
  options: OwnWorkOptions & { leaseSeconds: number },
  stopping: AbortSignal,
): Promise<void> {
  const { leaseSeconds, log } = options;
  const tell = (): ReturnType<typeof giveUp> =>
    giveUp(task, error, { requests: 0, retries: 0 }, options).catch((fault: unknown) => {
      throw databaseFault(fault) ?? fault;
    });
  try {
    logDecision(await untilTold(tell, { leaseSeconds, stopping }), databaseFault(error) ?? error, log);
  } catch (untold) {
    // The lease runs out by itself when the database cannot be told.
    log.error({ error: (untold as Error).message }, 'end of a task could not be stored');
  }
}
