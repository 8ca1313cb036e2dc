import {
  type Batch,
  type Beat,
  type Failure,
  type Lease,
  Stopping,
  type WorkPort,
} from '../../../connectors/work/index.ts';
import { databaseFault } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { claimTask, heartbeat, pauseHost, standardLeaseSeconds } from '../store/tasks.ts';
import { answer } from './answers.ts';
import { afterRefusal } from './credential-in-use.ts';
import { giveUp, type GiveUpDependencies } from './give-up.ts';
import { createHoldings, type Held } from './holdings.ts';
import { type OpenDependencies, openedWork, type OpenReading, readFacts } from './open-reading.ts';

export interface PortOptions extends OpenDependencies, GiveUpDependencies {
  /** Unique per process, shown in the task list. */
  holder: string;
  /** Where the worker is; the hub's own place when left out. */
  place?: string;
  /** How long a task waits for a holder that died. */
  leaseSeconds?: number;
  /** The calls of a lease may come to several processes in turn: what was opened is noted for all of them. */
  leasesTravel?: boolean;
}

/** The port of a worker beside the database. Which integration and slice a call means is the lease's to say. */
export function createPostgresPort(options: PortOptions): WorkPort {
  const { db, leaseSeconds = standardLeaseSeconds } = options;
  const terms = { leaseSeconds, ...(options.place === undefined ? {} : { place: options.place }) };
  const holdings = createHoldings(options);

  /** Keeps a batch, and says that it lies in the stage; what was taken before is not taken again. */
  const stage = async ({ receiver, stager, since }: OpenReading, batch: Batch): Promise<void> => {
    if (receiver.take(batch)) await stager.flush({ ...receiver.received(), since: since.toISOString() });
  };

  return {
    claim: () =>
      faultsNamed(async () => {
        const task = await claimTask(db, options.holder, terms);
        if (task === undefined) return undefined;
        const { id: taskId, fence, runId, slice, phase, slots } = task;
        const lease = { taskId, fence };
        holdings.remember(lease, { task });
        return { lease, runId, slice, phase, leaseSeconds, slots };
      }),
    open: (lease, signal) =>
      faultsNamed(async () => {
        const { task, reading } = await holdings.open(lease, signal);
        return openedWork(task, reading, db);
      }),
    beat: (lease) =>
      faultsNamed(async () => {
        const held = await holdings.of(lease).catch(unlessLost);
        return held === undefined ? lostBeat : beatOf(db, lease, leaseSeconds);
      }),
    ask: (lease, name, question) =>
      faultsNamed(async () => answer(name, question, { db, ...(await holdings.reading(lease)) })),
    stage: (lease, batch) => faultsNamed(() => holdings.write(lease, ({ reading }) => stage(reading, batch))),
    pause: (lease, until) => faultsNamed(async () => pauseCallers(await holdings.of(lease), new Date(until), options)),
    finish: (lease, { traffic, ...batch }) =>
      faultsNamed(async () => {
        await holdings.write(lease, async ({ reading }) => {
          reading.receiver.take(batch);
          await reading.source.credential.accepted();
          await reading.stager.finish(readFacts(reading, traffic));
        });
        holdings.forget(lease);
      }),
    fail: (lease, failure) =>
      faultsNamed(async () => {
        const held = await holdings.of(lease).catch(unlessLost);
        // Whoever has it by now decides.
        if (held === undefined) return { action: 'drop', delaySeconds: null };
        const { task, source } = held;
        const thrown = errorOf(failure);
        const error = source === undefined ? thrown : await afterRefusal(thrown, source, options.now());
        const decision = await giveUp(task, error, failure.traffic, options);
        holdings.forget(lease);
        return decision;
      }),
  };
}

const lostBeat: Beat = { state: 'lost', slots: 1, pausedUntil: null };

export async function beatOf(
  db: PortOptions['db'],
  { taskId, fence }: Lease,
  leaseSeconds: number,
): ReturnType<WorkPort['beat']> {
  const { state, slots, pausedUntil } = await heartbeat(db, { id: taskId, fence }, leaseSeconds);
  return { state, slots, pausedUntil: pausedUntil?.toISOString() ?? null };
}

/** A 429 counts for the credential it was sent to; for the whole host once no other one is free. */
async function pauseCallers({ task, source }: Held, until: Date, { db }: PortOptions): Promise<void> {
  if ((await source?.credential.rateLimited(until)) === true) return;
  await pauseHost(db, task.hostKey, until, task.place);
}

/** A fault of the database is told by its code, as nobody beyond the port knows PostgreSQL. */
async function faultsNamed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw databaseFault(error) ?? error;
  }
}

function unlessLost(error: unknown): undefined {
  if (!isPlumblineError(error, 'task_lease_lost')) throw error;
}

function errorOf(failure: Failure): Error {
  if (failure.type === 'stopping') return new Stopping();
  const { code, message, upstream, retryAt } = failure;
  return new PlumblineError(code, {
    message,
    ...(upstream === null ? {} : { upstream }),
    ...(retryAt === null ? {} : { data: { retryAt } }),
  });
}
