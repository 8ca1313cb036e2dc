import type { Connector } from '../../src/connectors/contract.ts';
import type { Connecting, SourceSummary } from '../../src/features/integrations/index.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import type { Outbound, OutboundOptions } from '../../src/platform/outbound/types.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';

interface System {
  connector: Connector;
  settings: unknown;
  secrets: unknown;
}

interface Connections {
  /** The one integration there is. */
  integration(): SourceSummary & System;
  openOutbound?: (options: OutboundOptions) => Outbound;
}

/** Connections to the systems of a test that has no room of integrations: no gate, closed afterwards. */
export function connections({ integration, openOutbound = createOutbound }: Connections): Connecting {
  const connected = async <T>(configuredHost: string, use: (http: Outbound) => Promise<T>): Promise<T> => {
    const http = openOutbound({ configuredHost, loopbackAllowed: true });
    try {
      return await use(http);
    } finally {
      await http.close();
    }
  };
  const contextOf = ({ settings, secrets }: Omit<System, 'connector'>, http: Outbound, signal: AbortSignal) => ({
    settings,
    secrets,
    http,
    signal,
    log: silentLog,
    now: () => new Date(),
  });
  return {
    connect(_id, signal, use) {
      const { connector, settings, secrets, ...summary } = integration();
      return connected(new URL(summary.hostKey).hostname, (http) =>
        use({ connector, context: contextOf({ settings, secrets }, http, signal), integration: summary }),
      );
    },
    connectAs(_id, secrets, signal, use) {
      const { connector, settings, hostKey } = integration();
      return connected(new URL(hostKey).hostname, (http) =>
        use({ connector, context: contextOf({ settings, secrets }, http, signal) }),
      );
    },
    connectOnce(system, signal, use) {
      const { connector } = integration();
      const settings = connector.settings.parse(system.settings);
      const secrets = connector.secrets.parse(system.secrets);
      return connected('', (http) => use({ connector, context: contextOf({ settings, secrets }, http, signal) }));
    },
    connectTo: (address, _signal, use) => connected(address.hostname, use),
  };
}
