import type { Log } from '../../platform/telemetry/log.ts';
import type { NetworkFacts } from './network.ts';
import type { Owner } from './owner.ts';
import type { Room } from './room.ts';

export interface IntegrationRouteOptions {
  room: Room;
  owners: readonly Owner[];
  network: NetworkFacts;
  log: Log;
  /** Called when there is something to remove. */
  wakeRemoval(): void;
}

/** Chapter of the OpenAPI document. */
export const tag = 'Integrations';
