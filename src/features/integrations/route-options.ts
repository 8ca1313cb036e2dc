import type { Log } from '../../platform/telemetry/log.ts';
import type { NetworkFacts } from './network.ts';
import type { IntegrationData } from './integration-data.ts';
import type { Room } from './room.ts';

export interface IntegrationRouteOptions {
  room: Room;
  data: readonly IntegrationData[];
  network: NetworkFacts;
  log: Log;
  /** When each integration was last read to the end; those never read are left out. */
  lastSyncedAt(integrationIds: readonly number[]): Promise<ReadonlyMap<number, Date>>;
  /** Called when there is something to remove. */
  wakeRemoval(): void;
}

/** Chapter of the OpenAPI document. */
export const tag = 'Integrations';
