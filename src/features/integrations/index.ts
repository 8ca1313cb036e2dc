import type { Connector } from '../../connectors/contract.ts';
import type { Database, Tx } from '../../platform/database/index.ts';
import type { Outbound, OutboundOptions } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Vault } from '../../platform/vault/index.ts';
import type { Route } from '../access/index.ts';
import { createCalling, type HostPauses, type OutboundDefaults } from './calling.ts';
import { type Connecting, createConnecting } from './connecting.ts';
import { startRemoval } from './deletion.ts';
import type { NetworkFacts } from './network.ts';
import type { IntegrationData } from './integration-data.ts';
import type { CheckElsewhere, Room } from './room.ts';
import { integrationRoutes } from './routes.ts';
import { type IntegrationSources, integrationSources } from './sources.ts';
import { namesOnServer } from './store/integrations.ts';

export { placeOf } from './sources.ts';
export type { CheckElsewhere } from './room.ts';
export type { HostPauses } from './calling.ts';
export type { Connecting, Connection } from './connecting.ts';
export type { NetworkFacts } from './network.ts';
export type { IntegrationData } from './integration-data.ts';
export type { CredentialInUse } from './credentials/in-use.ts';
export type {
  FarIntegration,
  IntegrationSources,
  IntegrationStanding,
  OpenedIntegration,
  SourceSummary,
} from './sources.ts';

export interface IntegrationsOptions {
  db: Database;
  vault: Vault;
  log: Log;
  /** The kinds this version offers. */
  connectors: readonly Connector[];
  /** Rooms with rows of integrations, in the order in which rows are to be removed: who writes rows of others first. */
  data: readonly IntegrationData[];
  /** `createOutbound` of the platform; tests pass their own. */
  openOutbound(options: OutboundOptions): Outbound;
  outbound: OutboundDefaults;
  /** Pauses of hosts that asked for no calls, as all processes share them. */
  pauses: HostPauses;
  network: NetworkFacts;
  /** Asks for what other rooms do about a changed integration, in the transaction of the change. */
  enqueueReactions(tx: Tx, changes: readonly { kind: 'integration'; id: number }[]): Promise<void>;
  /** Has a satellite check what the hub cannot reach. */
  checkElsewhere: CheckElsewhere;
  /** When each integration was last read to the end. */
  lastSyncedAt(integrationIds: readonly number[]): Promise<ReadonlyMap<number, Date>>;
  now(): Date;
}

export interface Integrations extends Connecting {
  routes: Route[];
  /** What ingestion reads integrations by. */
  sources: IntegrationSources;
  /** Starts removing what is being deleted in this process. */
  startWorking(): void;
  stop(): Promise<void>;
}

/** Builds the room. Nothing runs before `startWorking`. */
export function createIntegrations(options: IntegrationsOptions): Integrations {
  const { db, vault, log, openOutbound, outbound, now, data, network } = options;
  const connectors = new Map(options.connectors.map((connector) => [connector.kind, connector]));
  const room: Room = {
    db,
    vault,
    connectors,
    checking: {
      calling: createCalling({ openOutbound, outbound, pauses: options.pauses, log }),
      log,
      now,
      othersOn: (serverId, kind, except) => namesOnServer(db, { serverId, kind, except }),
    },
    checkElsewhere: options.checkElsewhere,
    changed: (tx, id) => options.enqueueReactions(tx, [{ kind: 'integration', id }]),
  };
  const sources = integrationSources(room);
  let removal: ReturnType<typeof startRemoval> | undefined;
  return {
    routes: integrationRoutes({
      room,
      data,
      network,
      log,
      lastSyncedAt: options.lastSyncedAt,
      wakeRemoval: () => removal?.wake(),
    }),
    sources,
    ...createConnecting(room, sources),
    startWorking() {
      removal ??= startRemoval({ db, data, log });
    },
    async stop() {
      await removal?.stop();
      removal = undefined;
    },
  };
}
