import type { Connector } from '../../connectors/contract.ts';
import { createHostGates } from '../../platform/outbound/index.ts';
import type { HostGate, Outbound, OutboundOptions } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Fields } from './model.ts';

/** What every call to an outside system shares, whatever the integration. */
export type OutboundDefaults = Pick<OutboundOptions, 'allow' | 'deny' | 'loopbackAllowed' | 'ownPorts' | 'userAgent'>;

/** What other processes know of a host that asked for no calls. */
export interface HostPauses {
  until(origin: string): Promise<Date | undefined>;
  /** Holds back everybody who calls this host. */
  pause(origin: string, until: Date): Promise<void>;
}

export interface CallingOptions {
  /** `createOutbound` of the platform; tests pass their own. */
  openOutbound(options: OutboundOptions): Outbound;
  outbound: OutboundDefaults;
  pauses: HostPauses;
  log: Log;
}

/** An outside system as it is to be called. */
export interface CalledHost {
  address: URL;
  how: Omit<OutboundOptions, 'gate'>;
  /** True when a 429 counted for the credential alone, and another one may go on. */
  spared?(until: Date): Promise<boolean>;
}

/** Opens connections, all of one host behind one gate. Close each. */
export interface Calling {
  open(host: CalledHost): Promise<Outbound>;
  /** How the connector reaches the address a person configured. */
  hostOf(connector: Connector, settings: Fields): CalledHost;
  defaults: OutboundDefaults;
}

/** Calls in flight to one host from one process, beside those of the worker, whose share the database grants. */
const concurrency = 4;

export function createCalling(options: CallingOptions): Calling {
  const gates = createHostGates(concurrency);
  return {
    defaults: options.outbound,
    hostOf: (connector, settings) => ({
      address: connector.baseUrl(settings),
      how: outboundOptions(connector, settings, options.outbound),
    }),
    async open(host) {
      const { origin } = host.address;
      const known = await options.pauses.until(origin);
      const { gate, leave } = gates.enter(origin);
      try {
        const http = options.openOutbound({ ...host.how, gate: gateFor(options, { host, gate, known }) });
        return {
          ...http,
          async close() {
            leave();
            await http.close();
          },
        };
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}

interface Behind {
  host: CalledHost;
  gate: HostGate;
  known: Date | undefined;
}

/** The host's gate as one credential sees it: what it must wait for alone holds nobody else back. */
function gateFor({ pauses, log }: CallingOptions, { host, gate, known }: Behind): HostGate {
  const { origin } = host.address;
  let own = known;
  const holdBack = async (until: Date): Promise<void> => {
    if ((await host.spared?.(until)) === true) return;
    gate.pause(until);
    await pauses.pause(origin, until);
  };
  return {
    ...gate,
    pausedUntil: () => later(own, gate.pausedUntil()),
    pause(until) {
      own = later(own, until);
      void holdBack(until).catch((error: Error) =>
        log.warn({ host: origin, error: error.message }, 'pause of a host could not be stored'),
      );
    },
  };
}

function later(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

/** Only what its endpoints declare is sent. `caCertificate` and `proxy` are settings of every connector. */
function outboundOptions(connector: Connector, settings: Fields, defaults: OutboundDefaults): OutboundOptions {
  const { caCertificate, proxy } = settings;
  return {
    ...defaults,
    configuredHost: connector.baseUrl(settings).hostname,
    methods: [...new Set(connector.endpoints.map(({ method }) => method))],
    ...(typeof caCertificate === 'string' && caCertificate.trim() !== '' ? { ca: caCertificate } : {}),
    ...(typeof proxy === 'string' && proxy.trim() !== '' ? { proxy } : {}),
  };
}
