import type { Connector, ConnectorContext } from '../../connectors/contract.ts';
import type { Outbound } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { CalledHost } from './calling.ts';
import { type Declared, type Fields, parseSecrets } from './model.ts';
import { withoutSecretsIn } from './secret-texts.ts';
import { type Room, requireConnector, requireIntegration, requireNotDeleting, requireWithinReach } from './room.ts';
import type { IntegrationSources, SourceSummary } from './sources.ts';

/** An outside system, for as long as it is being called. */
export interface Connection {
  connector: Connector;
  /** What the connector's own calls take. */
  context: ConnectorContext<unknown, unknown>;
}

/** The one way to call an outside system: behind its host's gate, closed afterwards, however the call ends. */
export interface Connecting {
  /**
   * A configured one. What it says comes without the secret it was sent. With several credentials the load is spread over
   * them, unless `same` is asked for: what one wrote another may not replace. Throws what `IntegrationSources.open` throws,
   * and what connections throw.
   */
  connect<T>(
    integrationId: number,
    signal: AbortSignal,
    use: (connection: Connection & { integration: SourceSummary }) => Promise<T>,
    way?: 'spread' | 'same',
  ): Promise<T>;
  /**
   * A configured one, with secrets of somebody else than the integration’s. What it says comes without them. Throws
   * `integration_not_found`, `integration_deleting`, `connector_unknown`, `invalid_request`.
   */
  connectAs<T>(
    integrationId: number,
    secrets: object,
    signal: AbortSignal,
    use: (connection: Connection) => Promise<T>,
  ): Promise<T>;
  /** One that nobody configured, so its host must be public or allowed. Throws `connector_unknown`. */
  connectOnce<T>(
    system: { kind: string; settings: object; secrets: object },
    signal: AbortSignal,
    use: (connection: Connection) => Promise<T>,
  ): Promise<T>;
  /** An address that an administrator entered, which no connector knows. */
  connectTo<T>(address: URL, signal: AbortSignal, use: (http: Outbound) => Promise<T>): Promise<T>;
}

export function createConnecting(room: Room, sources: IntegrationSources): Connecting {
  return {
    async connect(integrationId, signal, use, way = 'spread') {
      requireWithinReach(await requireIntegration(room.db, String(integrationId)));
      const opened = await sources.open(integrationId, way);
      const { connector, settings, secrets, credential } = opened;
      const host = {
        address: new URL(opened.hostKey),
        how: opened.outbound,
        spared: (until: Date) => credential.rateLimited(until),
      };
      const log = room.checking.log.child({ integration: opened.name });
      const declared = { settings: settings as Fields, secrets: secrets as Fields };
      return connected(room.checking, { connector, host, declared, signal, log }, (context) =>
        use({ connector, context, integration: opened }),
      );
    },
    async connectAs(integrationId, secrets, signal, use) {
      const row = await requireIntegration(room.db, String(integrationId));
      requireNotDeleting(row);
      requireWithinReach(row);
      const connector = requireConnector(room, row.kind);
      const declared = { settings: row.settings, secrets: parseSecrets(connector, secrets) };
      const log = room.checking.log.child({ integration: row.name });
      return connected(room.checking, { connector, declared, signal, log }, (context) => use({ connector, context }));
    },
    async connectOnce({ kind, settings, secrets }, signal, use) {
      const connector = requireConnector(room, kind);
      const declared = {
        settings: connector.settings.parse(settings) as Fields,
        secrets: connector.secrets.parse(secrets) as Fields,
      };
      const { address, how } = room.checking.calling.hostOf(connector, declared.settings);
      const host = { address, how: { ...how, configuredHost: '' } };
      return connected(room.checking, { connector, host, declared, signal }, (context) => use({ connector, context }));
    },
    async connectTo(address, signal, use) {
      const host = { address, how: { ...room.checking.calling.defaults, configuredHost: address.hostname } };
      return opened(room.checking, host, signal, use);
    },
  };
}

/** What the room calls outside systems with. */
export type Outside = Pick<Room['checking'], 'calling' | 'log' | 'now'>;

export interface Connected {
  connector: Connector;
  declared: Declared;
  signal: AbortSignal;
  host?: CalledHost;
  log?: Log;
}

/** Calls a system with settings and secrets in hand; of one that is configured, or is about to be. */
export async function connected<T>(
  outside: Outside,
  { connector, declared, signal, host, log }: Connected,
  use: (context: ConnectorContext<unknown, unknown>) => Promise<T>,
): Promise<T> {
  const called = host ?? outside.calling.hostOf(connector, declared.settings);
  try {
    return await opened(outside, called, signal, (http) =>
      use({ ...declared, http, signal, log: log ?? outside.log, now: outside.now }),
    );
  } catch (error) {
    throw withoutSecretsIn(error, declared.secrets);
  }
}

async function opened<T>(
  { calling }: Pick<Outside, 'calling'>,
  host: CalledHost,
  signal: AbortSignal,
  use: (http: Outbound) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const http = await calling.open(host);
  try {
    return await use(http);
  } finally {
    await http.close();
  }
}
