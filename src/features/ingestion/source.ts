import type { Connector } from '../../connectors/contract.ts';
import type { OutboundOptions } from '../../platform/outbound/types.ts';
import type { CredentialInUse } from '../integrations/index.ts';

/** An integration as ingestion schedules it. */
export interface SourceSummary {
  id: number;
  name: string;
  kind: string;
  /** Origin of the outside system; concurrency is counted per host. */
  hostKey: string;
  /** From where it can be reached. */
  place: string;
  intervalSeconds: number;
  /** Weekly windows (`domain/weekly-window.ts`) without scheduled work. */
  blackouts: readonly string[];
  /** Time of day of the daily audit (`domain/daily-time.ts`); null: none. */
  auditTime: string | null;
}

/** An integration with its secrets opened, for the time of one task. */
export interface OpenedIntegration extends SourceSummary {
  connector: Connector;
  settings: unknown;
  secrets: unknown;
  outbound: OutboundOptions;
  /** Streams this token is known not to reach since validation: their absence is no failure. */
  knownUnavailable: ReadonlySet<string>;
  /** How far back history is read, in months. */
  backfillMonths: number;
  credential: CredentialInUse;
}

/** What ingestion needs of the integrations room. */
export interface Sources {
  /** Integrations to sync: neither paused nor being deleted. */
  active(): Promise<SourceSummary[]>;
  /** `spread` over the credentials, unless what one lists must be compared with what it listed before. */
  open(integrationId: number, way?: 'spread' | 'same'): Promise<OpenedIntegration>;
  /** The connector of a kind. Throws `connector_unknown`. */
  connector(kind: string): Connector;
  /** Remembers the server's identity at first sight; false when another server answers now. */
  confirmIdentity(integrationId: number, serverId: string): Promise<boolean>;
}
