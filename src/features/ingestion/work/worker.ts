import { setTimeout as delay } from 'node:timers/promises';
import { databaseFault } from '../../../platform/database/index.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { finishRun } from '../store/runs.ts';
import { claimStaged } from '../store/staged-tasks.ts';
import {
  claimTask,
  endTask,
  failPendingTasks,
  giveBackTask,
  type LeasedTask,
  leaseSeconds,
  returnTask,
  type TaskTraffic,
} from '../store/tasks.ts';
import { keepAnswers } from './kept-answers.ts';
import { type HeldLease, holdLease } from './lease.ts';
import { aggregateTask, publishTask } from '../publishing/publish-task.ts';
import { readTask, type TaskDependencies } from './read-task.ts';
import { afterFailure, Stopping } from './retry-policy.ts';

export interface WorkerOptions extends Omit<TaskDependencies, 'kept'> {
  /** Unique per process, shown in the task list. */
  holder: string;
  /** Tasks carried out at once by this process. */
  concurrency: number;
  /** 0 to 1, for jitter. */
  random(): number;
}

export interface Worker {
  /** Something may be due now: do not wait for the next poll. */
  wake(): void;
  /** Gives leased tasks back and waits until they are. */
  stop(): Promise<void>;
}

const pollMinMs = 500;
const pollMaxMs = 2_000;

/** Claims and carries out tasks until stopped. An idle worker polls, backing off from half a second to two. */
export function startWorker(given: WorkerOptions): Worker {
  const options = { ...given, kept: keepAnswers() };
  const stopping = new AbortController();
  let wakeUp = new AbortController();
  const loops = Array.from({ length: options.concurrency }, () => loop());

  async function loop(): Promise<void> {
    let wait = pollMinMs;
    while (!stopping.signal.aborted) {
      const task = await claim(options);
      if (task !== undefined) {
        wait = pollMinMs;
        await carryOut(task, options, stopping.signal);
        // It may have planned others: the loops that sleep need not wait for their next poll.
        wake();
        continue;
      }
      const signal = AbortSignal.any([stopping.signal, wakeUp.signal]);
      await delay(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 1.5, pollMaxMs);
    }
  }

  function wake(): void {
    wakeUp.abort();
    wakeUp = new AbortController();
  }

  return {
    wake,
    async stop() {
      stopping.abort(new Stopping());
      await Promise.all(loops);
    },
  };
}

/** What was read is published before anything more is read: so the stage stays small. */
async function claim({ db, holder, log }: WorkerOptions): Promise<LeasedTask | undefined> {
  try {
    return (await claimStaged(db, holder)) ?? (await claimTask(db, holder));
  } catch (error) {
    // The database may be restarting; polling goes on until it is back.
    log.warn({ error: (error as Error).message }, 'no task could be claimed');
    return undefined;
  }
}

async function carryOut(
  task: LeasedTask,
  options: WorkerOptions & TaskDependencies,
  stopping: AbortSignal,
): Promise<void> {
  const log = options.log.child({ run: task.runId, task: task.id, slice: task.slice, part: task.part });
  const lease = holdLease(options.db, task, stopping, log);
  const traffic: TaskTraffic = { requests: 0, retries: 0 };
  try {
    await execute(task, { lease, traffic, log }, options);
  } catch (error) {
    // An abort surfaces as whatever the interrupted call threw; its reason is the truth.
    const cause = lease.signal.aborted ? lease.signal.reason : error;
    await whenDatabaseAnswers(() => giveUp(task, cause, traffic, { ...options, log }), stopping).catch(
      (failure: Error) => {
        // The lease runs out by itself when the database cannot be told.
        log.error({ error: failure.message }, 'end of a task could not be stored');
      },
    );
  } finally {
    lease.release();
  }
  await endRun(task, options).catch(() => undefined);
}

/** Reads a slice, or publishes what was read of one. */
async function execute(
  task: LeasedTask,
  { lease, traffic, log }: { lease: HeldLease; traffic: TaskTraffic; log: Log },
  deps: TaskDependencies,
): Promise<void> {
  deps.reached('task_claimed');
  if (task.part === 'aggregate') {
    await aggregateTask(task, deps);
    log.info({ state: 'success' }, 'task ended');
  } else if (task.reading !== null) log.info(await publishTask(task, deps), 'task ended');
  else {
    const timings = await readTask(task, lease, traffic, deps);
    log.info({ requests: traffic.requests, ...timings }, 'task read');
  }
}

/** The rooms that look at how runs end are told; what is lost here is found by their sweeps. */
async function endRun(task: LeasedTask, { db, enqueueReactions }: WorkerOptions): Promise<void> {
  const ended = await finishRun(db, task.runId);
  if (ended.length === 0) return;
  await db.transaction((tx) => enqueueReactions(tx, [{ kind: 'run_ended', id: task.integrationId }]));
}

/**
 * A database that is restarting, or has no room for the row at this moment, is told a little later; as long as a lease
 * lasts, it would come to the same without us.
 */
async function whenDatabaseAnswers(tell: () => Promise<void>, stopping: AbortSignal): Promise<void> {
  const deadline = Date.now() + leaseSeconds * 1_000;
  for (;;) {
    try {
      return await tell();
    } catch (error) {
      const fault = databaseFault(error);
      const waits = isPlumblineError(fault, 'database_unavailable') || isPlumblineError(fault, 'disk_full');
      if (!waits || stopping.aborted || Date.now() > deadline) throw error;
      await delay(pollMinMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}

async function giveUp(task: LeasedTask, error: unknown, traffic: TaskTraffic, options: WorkerOptions): Promise<void> {
  const next = afterFailure(error, task.retries, options.random(), options.now());
  const words = {
    code: 'failure' in next ? next.failure.code : next.action,
    error: error instanceof Error ? error.message : String(error),
  };
  switch (next.action) {
    case 'drop':
      options.log.warn(words, 'task was taken over');
      return;
    case 'cancel':
      return endTask(
        options.db,
        task,
        'cancelled',
        { code: 'cancelled', message: 'A person cancelled the run.', upstream: null },
        traffic,
      );
    case 'give_back':
      return giveBackTask(options.db, task);
    case 'retry':
      options.log.warn({ ...words, delaySeconds: next.delaySeconds }, 'task failed, will be tried again');
      return returnTask(options.db, task, next.failure, next.delaySeconds, traffic);
    case 'fail':
      options.log.error({ ...words, stack: error instanceof Error ? error.stack : undefined }, 'task failed');
      await endTask(options.db, task, 'failed', next.failure, traffic);
      if (next.wholeRun) await failPendingTasks(options.db, task.runId, next.failure);
      return;
    default:
      next satisfies never;
  }
}
