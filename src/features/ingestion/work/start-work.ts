import { startWorker, type Worker } from '../../../connectors/work/index.ts';
import type { Outbound, OutboundOptions } from '../../../platform/outbound/types.ts';
import { ownWork, type KillPoint, type OwnWorkOptions } from './own-work.ts';
import { createPostgresPort, type PortOptions } from './postgres-port.ts';

export interface WorkOptions extends Omit<PortOptions, 'beforeDiscovery'>, Omit<OwnWorkOptions, 'reached' | 'sources'> {
  openOutbound(options: OutboundOptions): Outbound;
  /** Tasks carried out at once by this process. */
  concurrency: number;
  beforeDiscovery?: PortOptions['beforeDiscovery'];
  reached?(point: KillPoint): void;
}

/** This process reads what the hub can reach, through the port that any worker has, and publishes what was read. */
export function startWork(given: WorkOptions): Worker {
  const options = {
    ...given,
    reached: given.reached ?? (() => undefined),
    beforeDiscovery: given.beforeDiscovery ?? (async () => undefined),
  };
  const { openOutbound, log, now, concurrency, reached, sources } = options;
  return startWorker({
    port: createPostgresPort(options),
    connectorOf: (kind) => sources.connector(kind),
    openOutbound,
    log,
    now,
    concurrency,
    reached,
    own: ownWork(options),
  });
}
