import type { Log } from '../../platform/telemetry/log.ts';
import { createAlarm } from '../../platform/waking/index.ts';
import { failureOf, Stopping } from './failure.ts';
import { createRunCaches } from './run-cache.ts';
import { holdLease } from './lease.ts';
import type { Assignment, Decision, Traffic } from './messages.ts';
import { type ReadDependencies, readTask, type Underway } from './read-task.ts';
import { untilTold } from './until-told.ts';

export interface WorkerOptions extends Omit<ReadDependencies, 'runCache'> {
  log: Log;
  /** Tasks carried out at once by this process. */
  concurrency: number;
  own?: OwnWork;
}

/** What a process does beside reading; true when there was something, and `found` called before it is done. Never throws. */
export interface OwnWork {
  /** Before anything more is read. */
  first(stopping: AbortSignal, found: () => void): Promise<boolean>;
  /** In turn with reading: neither keeps the other waiting. */
  inTurn(stopping: AbortSignal, found: () => void): Promise<boolean>;
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
  const options = { ...given, runCache: createRunCaches() };
  const stopping = new AbortController();
  const alarm = createAlarm();
  const working = { ...options, found: alarm.ring };
  const loops = Array.from({ length: options.concurrency }, () => loop());

  async function loop(): Promise<void> {
    let wait = pollMinMs;
    let readsFirst = true;
    while (!stopping.signal.aborted) {
      if (await workOnce(working, stopping.signal, readsFirst)) {
        wait = pollMinMs;
        readsFirst = !readsFirst;
        continue;
      }
      await alarm.rest(wait, stopping.signal);
      wait = Math.min(wait * 1.5, pollMaxMs);
    }
  }

  return {
    wake: alarm.ring,
    async stop() {
      stopping.abort(new Stopping());
      await Promise.all(loops);
    },
  };
}

/** `found`: there is work, and maybe more of it for others. */
type Working = WorkerOptions & ReadDependencies & { found(): void };

/** True when there was something to do. */
async function workOnce(options: Working, stopping: AbortSignal, readsFirst: boolean): Promise<boolean> {
  const { own, found } = options;
  if ((await own?.first(stopping, found)) === true) return true;
  if (readsFirst && (await readNext(options, stopping))) return true;
  if ((await own?.inTurn(stopping, found)) === true) return true;
  return !readsFirst && readNext(options, stopping);
}

async function readNext(options: Working, stopping: AbortSignal): Promise<boolean> {
  const assignment = await claim(options);
  if (assignment === undefined) return false;
  options.found();
  await carryOut(assignment, options, stopping);
  return true;
}

async function claim({ port, log }: WorkerOptions): Promise<Assignment | undefined> {
  try {
    return await port.claim();
  } catch (error) {
    // The database may be restarting; polling goes on until it is back.
    log.warn({ error: (error as Error).message }, 'no task could be claimed');
    return undefined;
  }
}

async function carryOut(assignment: Assignment, options: Working, stopping: AbortSignal): Promise<void> {
  const { lease, runId, slice, phase } = assignment;
  const log = options.log.child({ run: runId, task: lease.taskId, slice, phase });
  const held = holdLease({ assignment, port: options.port, stopping, log });
  const traffic: Traffic = { requests: 0, retries: 0 };
  try {
    options.reached('task_claimed');
    const timings = await readTask({ assignment, held, traffic, log }, options);
    log.info({ requests: traffic.requests, ...timings }, 'task read');
  } catch (error) {
    // An abort surfaces as whatever the interrupted call threw; its reason is the truth.
    const cause = held.signal.aborted ? held.signal.reason : error;
    await giveUp(cause, { assignment, held, traffic, log }, options, stopping);
  } finally {
    held.release();
  }
}

async function giveUp(error: unknown, underway: Underway, { port }: Working, stopping: AbortSignal): Promise<void> {
  const { assignment, traffic, log } = underway;
  const { leaseSeconds, lease } = assignment;
  try {
    const failure = failureOf(error, traffic);
    logDecision(await untilTold(() => port.fail(lease, failure), { leaseSeconds, stopping }), error, log);
  } catch (untold) {
    // The lease runs out by itself when nobody can be told.
    log.error({ error: (untold as Error).message }, 'end of a task could not be stored');
  }
}

/** Tells whoever reads the log of this process why a task was given up, with what only this process knows. */
export function logDecision({ action, delaySeconds }: Decision, error: unknown, log: Log): void {
  const failure = failureOf(error, { requests: 0, retries: 0 });
  const words = {
    code: failure.type === 'failed' ? failure.code : action,
    error: error instanceof Error ? error.message : String(error),
  };
  if (action === 'drop') log.warn(words, 'task was taken over');
  if (action === 'retry') log.warn({ ...words, delaySeconds }, 'task failed, will be tried again');
  if (action === 'fail')
    log.error({ ...words, stack: error instanceof Error ? error.stack : undefined }, 'task failed');
}
