import type { WorkPort } from '../../connectors/work/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';

/** The ports of one satellite, one for each integration that it reads. */
export interface SatellitePorts {
  port(integrationId: number): WorkPort;
  /** The port by which a lease was claimed. Throws `task_lease_lost` for one that this satellite was not given. */
  of(taskId: number): { integrationId: number; port: WorkPort };
  /**
   * One after the other, as a call that is repeated must not be answered before the first one is through. What could not be
   * kept leaves a reading that nobody may build upon: the lease is forgotten with it.
   */
  inTurn<T>(taskId: number, work: (port: WorkPort) => Promise<T>): Promise<T>;
  /** True for a lease that was claimed through this process. */
  knows(taskId: number): boolean;
  remember(taskId: number, integrationId: number): void;
}

export interface Ports {
  of(satelliteId: number): SatellitePorts;
  /** Of satellites that were not heard of since: their leases have run out. */
  forgetIdle(): void;
}

const idleMs = 15 * 60_000;
/** Leases of one satellite that are remembered; the oldest are long ended. */
const remembered = 1_000;

export function createPorts(
  make: (satelliteId: number, integrationId: number) => WorkPort,
  now: () => number = () => performance.now(),
): Ports {
  const open = new Map<number, { ports: SatellitePorts; usedAt: number }>();
  return {
    of(satelliteId) {
      const known = open.get(satelliteId);
      const ports = known?.ports ?? portsOf((integrationId) => make(satelliteId, integrationId));
      open.set(satelliteId, { ports, usedAt: now() });
      return ports;
    },
    forgetIdle() {
      for (const [id, { usedAt }] of open) if (now() - usedAt > idleMs) open.delete(id);
    },
  };
}

function portsOf(make: (integrationId: number) => WorkPort): SatellitePorts {
  const ports = new Map<number, WorkPort>();
  const leases = new Map<number, number>();
  const port = (integrationId: number): WorkPort => {
    const made = ports.get(integrationId) ?? make(integrationId);
    ports.set(integrationId, made);
    return made;
  };
  const turns = new Map<number, Promise<unknown>>();
  const of: SatellitePorts['of'] = (taskId) => {
    const integrationId = leases.get(taskId);
    if (integrationId === undefined) throw new PlumblineError('task_lease_lost', { data: { taskId } });
    return { integrationId, port: port(integrationId) };
  };
  return {
    port,
    of,
    async inTurn(taskId, work) {
      const before = turns.get(taskId) ?? Promise.resolve();
      const turn = before.catch(() => undefined).then(() => work(of(taskId).port));
      turns.set(taskId, turn);
      try {
        return await turn;
      } catch (error) {
        leases.delete(taskId);
        throw error;
      } finally {
        if (turns.get(taskId) === turn) turns.delete(taskId);
      }
    },
    knows: (taskId) => leases.has(taskId),
    remember(taskId, integrationId) {
      leases.delete(taskId);
      leases.set(taskId, integrationId);
      const [oldest] = leases.keys();
      if (leases.size > remembered && oldest !== undefined) leases.delete(oldest);
    },
  };
}
