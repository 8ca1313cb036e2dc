import type { WorkPort } from '../../connectors/work/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';

/** The ports of one satellite, one for each integration that it reads. */
export interface SatellitePorts {
  port(integrationId: number): WorkPort;
  /** The integration of a task, when its key lists it. */
  integrationOf(taskId: number): Promise<number | undefined>;
  /** The port of a task; whether it is leased to this satellite, that port says. Throws `task_lease_lost` for another’s. */
  of(taskId: number): Promise<{ integrationId: number; port: WorkPort }>;
  /** One after the other, as a call that is repeated must not be answered before the first one is through. */
  inTurn<T>(taskId: number, work: (port: WorkPort) => Promise<T>): Promise<T>;
}

export interface Ports {
  of(satelliteId: number, integrationIds: readonly number[]): SatellitePorts;
  /** Of satellites that were not heard of since. */
  forgetIdle(): void;
}

export interface PortsOptions {
  make(satelliteId: number, integrationId: number): WorkPort;
  /** Of a task that satellites carry out; it never changes. */
  integrationOf(taskId: number): Promise<number | undefined>;
}

const idleMs = 15 * 60_000;
/** Tasks of one satellite whose integration is remembered; it can be asked for again. */
const remembered = 1_000;

export function createPorts(options: PortsOptions, now: () => number = () => performance.now()): Ports {
  const open = new Map<number, { made: ReturnType<typeof portsOf>; usedAt: number }>();
  return {
    of(satelliteId, integrationIds) {
      const made = open.get(satelliteId)?.made ?? portsOf(satelliteId, options);
      open.set(satelliteId, { made, usedAt: now() });
      return made(integrationIds);
    },
    forgetIdle() {
      for (const [id, { usedAt }] of open) if (now() - usedAt > idleMs) open.delete(id);
    },
  };
}

function portsOf(
  satelliteId: number,
  { make, integrationOf }: PortsOptions,
): (integrationIds: readonly number[]) => SatellitePorts {
  const ports = new Map<number, WorkPort>();
  const integrations = new Map<number, number>();
  const turns = new Map<number, Promise<unknown>>();

  const port = (integrationId: number): WorkPort => {
    const made = ports.get(integrationId) ?? make(satelliteId, integrationId);
    ports.set(integrationId, made);
    return made;
  };
  const lookUp = async (taskId: number): Promise<number | undefined> => {
    const found = integrations.get(taskId) ?? (await integrationOf(taskId));
    if (found === undefined) return undefined;
    integrations.set(taskId, found);
    const [oldest] = integrations.keys();
    if (integrations.size > remembered && oldest !== undefined) integrations.delete(oldest);
    return found;
  };

  return (integrationIds) => {
    const own = async (taskId: number): Promise<number | undefined> => {
      const found = await lookUp(taskId);
      return found !== undefined && integrationIds.includes(found) ? found : undefined;
    };
    const of: SatellitePorts['of'] = async (taskId) => {
      const integrationId = await own(taskId);
      if (integrationId === undefined) throw new PlumblineError('task_lease_lost', { data: { taskId } });
      return { integrationId, port: port(integrationId) };
    };
    return {
      port,
      integrationOf: own,
      of,
      async inTurn(taskId, work) {
        const before = turns.get(taskId) ?? Promise.resolve();
        const turn = before.catch(() => undefined).then(async () => work((await of(taskId)).port));
        turns.set(taskId, turn);
        try {
          return await turn;
        } finally {
          if (turns.get(taskId) === turn) turns.delete(taskId);
        }
      },
    };
  };
}
