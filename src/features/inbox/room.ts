import type { Connector } from '../../connectors/contract.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Vault } from '../../platform/vault/index.ts';
import type { Connecting, IntegrationSources } from '../integrations/index.ts';

/** What the room's parts work with. */
export interface InboxRoom {
  db: Database;
  vault: Vault;
  log: Log;
  connectors: ReadonlyMap<string, Connector>;
  sources: Pick<IntegrationSources, 'find'>;
  connect: Connecting['connect'];
  /** How servers reach the hub. Read at each use: with port 0 it is known only since the hub listens. */
  publicUrl(): URL;
  now(): Date;
  /** True while nothing may be changed on outside systems: what is there belongs to the installation this is a copy of. */
  held?(): Promise<boolean>;
}
