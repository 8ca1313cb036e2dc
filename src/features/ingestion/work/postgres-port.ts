import { type Failure, type Lease, Stopping, type WorkPort } from '../../../connectors/work/index.ts';
import { databaseFault } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { claimTask, heartbeat, type LeasedTask, pauseHost, standardLeaseSeconds } from '../store/tasks.ts';
import { answer } from './answers.ts';
import { afterRefusal } from './credential-in-use.ts';
import { giveUp, type GiveUpDependencies } from './give-up.ts';
import {
  type OpenDependencies,
  openedWork,
  openReading,
  type OpenReading,
  openSource,
  readFacts,
} from './open-reading.ts';
import type { OpenedIntegration } from '../source.ts';

export interface PortOptions extends OpenDependencies, GiveUpDependencies {
  /** Unique per process, shown in the task list. */
  holder: string;
  /** Where the worker is; the hub's own place when left out. */
  place?: string;
  /** How long a task waits for a holder that died. */
  leaseSeconds?: number;
}

/** A task that was claimed through this port, and what is open of it. A cache: the task's row and the stage say the same. */
interface Holding {
  task: LeasedTask;
  source?: OpenedIntegration;
  reading?: OpenReading;
}

/** The port of a worker beside the database. Which integration and slice a call means is the lease's to say. */
export function createPostgresPort(options: PortOptions): WorkPort {
  const { db, leaseSeconds = standardLeaseSeconds } = options;
  const terms = { leaseSeconds, ...(options.place === undefined ? {} : { place: options.place }) };
  const holdings = new Map<string, Holding>();

  const holdingOf = (lease: Lease): Holding => {
    const holding = holdings.get(nameOf(lease));
    if (holding === undefined) throw new PlumblineError('task_lease_lost', { data: { taskId: lease.taskId } });
    return holding;
  };
  const readingOf = (lease: Lease): { task: LeasedTask; reading: OpenReading } => {
    const { task, reading } = holdingOf(lease);
    if (reading === undefined) throw new Error(`task ${lease.taskId} was not opened`);
    return { task, reading };
  };

  return {
    claim: () =>
      faultsNamed(async () => {
        const task = await claimTask(db, options.holder, terms);
        if (task === undefined) return undefined;
        const { id: taskId, fence, runId, slice, phase, slots } = task;
        const lease = { taskId, fence };
        holdings.set(nameOf(lease), { task });
        return { lease, runId, slice, phase, leaseSeconds, slots };
      }),
    open: (lease, signal) =>
      faultsNamed(async () => {
        const holding = holdingOf(lease);
        const { task } = holding;
        holding.source = await openSource(task, options);
        if (task.phase === 'discovery' && task.named === null)
          await options.beforeDiscovery(task.integrationId, signal);
        holding.reading = await openReading(task, holding.source, options);
        return openedWork(task, holding.reading, db);
      }),
    beat: (lease) => faultsNamed(() => beatOf(db, lease, leaseSeconds)),
    ask: (lease, name, question) => faultsNamed(() => answer(name, question, { db, ...readingOf(lease) })),
    stage: (lease, batch) =>
      faultsNamed(async () => {
        const { receiver, stager } = readingOf(lease).reading;
        await receiver.take(batch);
        await stager.flush();
      }),
    pause: (lease, until) => faultsNamed(() => pauseCallers(holdingOf(lease), new Date(until), options)),
    finish: (lease, { traffic, ...batch }) =>
      faultsNamed(async () => {
        const { reading } = readingOf(lease);
        await reading.receiver.take(batch);
        await reading.source.credential.accepted();
        await reading.stager.finish(readFacts(reading, traffic));
        holdings.delete(nameOf(lease));
      }),
    fail: (lease, failure) =>
      faultsNamed(async () => {
        const { task, source } = holdingOf(lease);
        const thrown = errorOf(failure);
        const error = source === undefined ? thrown : await afterRefusal(thrown, source, options.now());
        const decision = await giveUp(task, error, failure.traffic, options);
        holdings.delete(nameOf(lease));
        return decision;
      }),
  };
}

const nameOf = ({ taskId, fence }: Lease): string => `${taskId} ${fence}`;

export async function beatOf(
  db: PortOptions['db'],
  { taskId, fence }: Lease,
  leaseSeconds: number,
): ReturnType<WorkPort['beat']> {
  const { state, slots, pausedUntil } = await heartbeat(db, { id: taskId, fence }, leaseSeconds);
  return { state, slots, pausedUntil: pausedUntil?.toISOString() ?? null };
}

/** A 429 counts for the credential it was sent to; for the whole host once no other one is free. */
async function pauseCallers({ task, source }: Holding, until: Date, { db }: PortOptions): Promise<void> {
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

function errorOf(failure: Failure): Error {
  if (failure.type === 'stopping') return new Stopping();
  const { code, message, upstream, retryAt } = failure;
  return new PlumblineError(code, {
    message,
    ...(upstream === null ? {} : { upstream }),
    ...(retryAt === null ? {} : { data: { retryAt } }),
  });
}
