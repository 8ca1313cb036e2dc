import type { Lease } from '../../../connectors/work/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { isBegun, noteHolding } from '../receiving/checkpoint.ts';
import type { OpenedIntegration } from '../source.ts';
import { heldTask, type LeasedTask } from '../store/tasks.ts';
import { goOnReading, type OpenDependencies, openReading, type OpenReading, openSource } from './open-reading.ts';

/** A task under a lease, and what this process has open of it. */
export interface Held {
  task: LeasedTask;
  source?: OpenedIntegration;
  reading?: OpenReading;
}

export type Reading = Held & { reading: OpenReading };

/**
 * What a port knows of the leases that were claimed in its holder's name. A cache: the row of a task says whose the lease
 * is and how far it came, so that any process answers any call of it, in turns, and one that starts anew goes on.
 */
export interface Holdings {
  remember(lease: Lease, held: Held): Held;
  forget(lease: Lease): void;
  /** Throws `task_lease_lost` for a lease that is not its holder's, or has ended. */
  of(lease: Lease): Promise<Held>;
  /** Begins to read. Throws `task_lease_lost` as well when something was taken of this lease already. */
  open(lease: Lease, signal: AbortSignal): Promise<Reading>;
  /** What was opened of it, here or in another process. */
  reading(lease: Lease): Promise<Reading>;
  /**
   * Changes what lies in the stage. What is open here may be behind what another process has taken since: then it is
   * opened again, and the change tried once more. After a failure nothing is built upon what this process knew.
   */
  write<T>(lease: Lease, change: (reading: Reading) => Promise<T>): Promise<T>;
}

export interface HoldingsOptions extends OpenDependencies {
  holder: string;
  leasesTravel?: boolean;
}

/** Those longest untouched are forgotten first: their lease ended elsewhere. */
const remembered = 200;

export function createHoldings(options: HoldingsOptions): Holdings {
  const { db, holder, leasesTravel = false } = options;
  const known = new Map<string, Held>();

  const remember: Holdings['remember'] = (lease, held) => {
    known.delete(nameOf(lease));
    known.set(nameOf(lease), held);
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
    return held;
  };
  const rowOf = async (lease: Lease): Promise<LeasedTask> => {
    const task = await heldTask(db, lease, holder);
    if (task !== undefined) return task;
    known.delete(nameOf(lease));
    throw new PlumblineError('task_lease_lost', { data: { ...lease } });
  };
  const of: Holdings['of'] = async (lease) => remember(lease, known.get(nameOf(lease)) ?? { task: await rowOf(lease) });

  const openAgain = async (lease: Lease): Promise<Reading> => {
    const held = await of(lease);
    const task = await rowOf(lease);
    const source = held.source ?? (await openSource(task, options));
    const reading = await goOnReading(task, source, options);
    return Object.assign(held, { task, source, reading });
  };
  const reading: Holdings['reading'] = async (lease) => {
    const held = await of(lease);
    return held.reading === undefined ? openAgain(lease) : { ...held, reading: held.reading };
  };
  const attempt = async <T>(lease: Lease, opened: Reading, change: (reading: Reading) => Promise<T>): Promise<T> => {
    try {
      return await change(opened);
    } catch (error) {
      const held = known.get(nameOf(lease));
      if (held !== undefined) delete held.reading;
      throw error;
    }
  };

  return {
    remember,
    forget: (lease) => void known.delete(nameOf(lease)),
    of,
    async open(lease, signal) {
      const held = await of(lease);
      const task = leasesTravel ? await rowOf(lease) : held.task;
      if (isBegun(task)) throw new PlumblineError('task_lease_lost', { data: { ...lease } });
      held.source = await openSource(task, options);
      if (task.phase === 'discovery' && task.named === null) await options.beforeDiscovery(task.integrationId, signal);
      const opened = await openReading(task, held.source, options);
      if (leasesTravel) await noteHolding(db, task, opened.since);
      return Object.assign(held, { task, reading: opened });
    },
    reading,
    async write(lease, change) {
      const wasOpen = (await of(lease)).reading !== undefined;
      try {
        return await attempt(lease, await reading(lease), change);
      } catch (error) {
        if (!wasOpen || !mayBeBehind(error)) throw error;
      }
      return attempt(lease, await openAgain(lease), change);
    },
  };
}

const nameOf = ({ taskId, fence }: Lease): string => `${taskId} ${fence}`;

/** A write that found another state than this process knew, and a batch that seems to follow one that never came. */
const mayBeBehind = (error: unknown): boolean =>
  isPlumblineError(error, 'task_lease_lost') || isPlumblineError(error, 'stage_lost');
