import type { Connector } from '../../connectors/contract.ts';
import type { OutboundOptions } from '../../platform/outbound/types.ts';
import { outboundOptions } from './checking.ts';
import { type Room, requireConnector, requireIntegration, requireNotDeleting } from './room.ts';
import { requireCredential } from './saving.ts';
import { openSecrets } from './secrets.ts';
import { type IntegrationRow, keepServerId, listIntegrations } from './store/integrations.ts';

/** An integration as ingestion schedules it. */
export interface SourceSummary {
  id: number;
  name: string;
  kind: string;
  /** Origin of the outside system. */
  hostKey: string;
  intervalSeconds: number;
}

/** An integration with its secrets opened: kept in memory for the time of one task, never longer, never logged. */
export interface OpenedIntegration extends SourceSummary {
  connector: Connector;
  settings: unknown;
  secrets: unknown;
  outbound: OutboundOptions;
  /** Streams the last check found out of this token's reach. */
  knownUnavailable: ReadonlySet<string>;
  backfillMonths: number;
  /** End of the token as told at validation, to tell `expired_credentials` from `invalid_credentials`. */
  credentialExpiresAt: Date | null;
}

export interface IntegrationSources {
  /** Neither paused nor being deleted. */
  active(): Promise<SourceSummary[]>;
  /** Throws `integration_not_found`. */
  find(nameOrId: string): Promise<SourceSummary>;
  /** Throws `integration_not_found`, `integration_deleting`, `secrets_required`, `connector_unknown`. */
  open(integrationId: number): Promise<OpenedIntegration>;
  /** Remembers the server's identity at first sight; false when another server answers now. */
  confirmIdentity(integrationId: number, serverId: string): Promise<boolean>;
}

/** What ingestion reads integrations by. */
export function integrationSources(room: Room): IntegrationSources {
  return {
    async active() {
      const rows = await listIntegrations(room.db, { state: 'active' });
      return rows.filter((row) => room.connectors.has(row.kind)).map((row) => summary(room, row));
    },
    async find(nameOrId) {
      const row = await requireIntegration(room.db, nameOrId);
      requireNotDeleting(row);
      return summary(room, row);
    },
    async open(integrationId) {
      const row = await requireIntegration(room.db, String(integrationId));
      requireNotDeleting(row);
      const connector = requireConnector(room, row.kind);
      const credential = await requireCredential(room, row.id);
      const lacking = row.capabilities.filter(({ available, untried }) => !available && untried !== true);
      return {
        ...summary(room, row),
        connector,
        settings: row.settings,
        secrets: openSecrets(room.vault, credential),
        outbound: outboundOptions(connector, row.settings, room.checking.outbound),
        knownUnavailable: new Set(lacking.flatMap((capability) => capability.streams ?? [])),
        backfillMonths: connector.backfillMonths(row.settings),
        credentialExpiresAt: credential.expiresAt,
      };
    },
    async confirmIdentity(integrationId, serverId) {
      return (await keepServerId(room.db, integrationId, serverId)) === serverId;
    },
  };
}

function summary(room: Room, row: IntegrationRow): SourceSummary {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    hostKey: requireConnector(room, row.kind).baseUrl(row.settings).origin,
    intervalSeconds: row.syncIntervalSeconds,
  };
}
