import type { Connector } from '../../connectors/contract.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { OutboundOptions } from '../../platform/outbound/types.ts';
import { type Room, requireConnector, requireIntegration, requireNotDeleting } from './room.ts';
import { type CredentialInUse, inUse, takeCredential } from './credentials/in-use.ts';
import { type CredentialStanding, endOf, standingOf } from './credentials/model.ts';
import type { Fields } from './model.ts';
import { openSecrets } from './secrets.ts';
import { listCredentials } from './store/credentials.ts';
import { type IntegrationRow, keepServerId, listIntegrations } from './store/integrations.ts';

/** Of an integration that satellites read: a place of its own, of which only those know whose key names it. */
export const placeOf = ({ id, place }: Pick<IntegrationRow, 'id' | 'place'>): string =>
  place === 'hub' ? place : `${place}:${id}`;

/** An integration as ingestion schedules it. */
export interface SourceSummary {
  id: number;
  name: string;
  kind: string;
  /** Origin of the outside system. */
  hostKey: string;
  /** From where it can be reached. */
  place: string;
  intervalSeconds: number;
  /** Weekly windows without scheduled work. */
  blackouts: readonly string[];
  /** Time of day of the daily audit; null: none. */
  auditTime: string | null;
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
  credential: CredentialInUse;
}

/** State of an integration and of its credentials, for its health. */
export interface IntegrationStanding {
  id: number;
  name: string;
  kind: string;
  state: IntegrationRow['state'];
  place: IntegrationRow['place'];
  credentials: { label: string; standing: CredentialStanding; disabledCode: string | null; endsAt: Date | null }[];
}

/** One that satellites read. */
export interface FarIntegration {
  id: number;
  name: string;
  kind: string;
  /** As a person entered it. */
  url: string;
  settings: Fields;
  /** No satellite has checked it yet. */
  pending: boolean;
}

export interface IntegrationSources {
  /** Neither paused nor being deleted. */
  active(): Promise<SourceSummary[]>;
  /** Throws `integration_not_found`. */
  find(nameOrId: string): Promise<SourceSummary>;
  /**
   * With several credentials the load is spread over them, unless `same` is asked for: what one lists must not be
   * compared with what another lists. Throws `integration_not_found`, `integration_deleting`, `secrets_required`,
   * `connector_unknown`.
   */
  open(integrationId: number, way?: 'spread' | 'same'): Promise<OpenedIntegration>;
  /** Throws `connector_unknown`. */
  connector(kind: string): Connector;
  /** Those that satellites read, and that are not being deleted. */
  far(): Promise<FarIntegration[]>;
  /** What the health of every integration depends on here. */
  standings(): Promise<IntegrationStanding[]>;
  /** Remembers the server's identity at first sight; false when another server answers now. */
  confirmIdentity(integrationId: number, serverId: string): Promise<boolean>;
}

/** The secret lies in the file of a satellite; what becomes of it there, the hub does not decide. */
const elsewhere = 'elsewhere';
const keptElsewhere: CredentialInUse = {
  id: 0,
  endsAt: null,
  refused: async () => false,
  rateLimited: async () => false,
  accepted: async () => undefined,
};

/** What ingestion reads integrations by. */
export function integrationSources(room: Room): IntegrationSources {
  return {
    async active() {
      const rows = await listIntegrations(room.db, { state: 'active' });
      // What no satellite has checked yet waits for that: nobody knows whether it can be read.
      const ready = rows.filter((row) => row.place === 'hub' || row.checkedAt !== null);
      return ready.filter((row) => room.connectors.has(row.kind)).map((row) => summary(room, row));
    },
    async find(nameOrId) {
      const row = await requireIntegration(room.db, nameOrId);
      requireNotDeleting(row);
      return summary(room, row);
    },
    async open(integrationId, way = 'spread') {
      const row = await requireIntegration(room.db, String(integrationId));
      requireNotDeleting(row);
      const connector = requireConnector(room, row.kind);
      const credential = row.place === 'hub' ? await takeCredential(room, row.id, way) : elsewhere;
      if (credential === undefined)
        throw new PlumblineError('secrets_required', { message: 'No credential is left that may be used.' });
      const lacking = row.capabilities.filter(({ available, untried }) => !available && untried !== true);
      return {
        ...summary(room, row),
        connector,
        settings: row.settings,
        secrets: credential === elsewhere ? {} : openSecrets(room.vault, credential),
        outbound: room.checking.calling.hostOf(connector, row.settings).how,
        knownUnavailable: new Set(lacking.flatMap((capability) => capability.streams ?? [])),
        backfillMonths: connector.backfillMonths(row.settings),
        credential: credential === elsewhere ? keptElsewhere : inUse(room, credential),
      };
    },
    connector: (kind) => requireConnector(room, kind),
    async far() {
      const rows = await listIntegrations(room.db);
      const far = rows.filter(
        ({ place, state, kind }) => place !== 'hub' && state !== 'deleting' && room.connectors.has(kind),
      );
      return far.map((row) => ({
        id: row.id,
        name: row.name,
        kind: row.kind,
        url: requireConnector(room, row.kind).baseUrl(row.settings).href,
        settings: row.settings,
        pending: row.checkedAt === null,
      }));
    },
    async standings() {
      const rows = await listIntegrations(room.db);
      const now = room.checking.now();
      const credentials = await listCredentials(
        room.db,
        rows.map(({ id }) => id),
      );
      return rows.map(({ id, name, kind, state, place }) => ({
        id,
        name,
        kind,
        state,
        place,
        credentials: credentials
          .filter(({ integrationId }) => integrationId === id)
          .map((row) => ({
            label: row.label,
            standing: standingOf(row, now),
            disabledCode: row.disabledCode,
            endsAt: endOf(row),
          })),
      }));
    },
    async confirmIdentity(integrationId, serverId) {
      return (await keepServerId(room.db, integrationId, serverId)) === serverId;
    },
  };
}

function summary(room: Room, row: IntegrationRow): SourceSummary {
  const connector = requireConnector(room, row.kind);
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    hostKey: connector.baseUrl(row.settings).origin,
    place: placeOf(row),
    intervalSeconds: row.syncIntervalSeconds,
    blackouts: connector.blackouts?.(row.settings) ?? [],
    auditTime: connector.auditTime?.(row.settings) ?? null,
  };
}
