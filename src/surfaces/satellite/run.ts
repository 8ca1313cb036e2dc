import { cpus, hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connector } from '../../connectors/contract.ts';
import { type Claimed, type Registered, startWorker, type Worker } from '../../connectors/work/index.ts';
import { isPlumblineError, type PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundOptions } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { heldToEndpoints } from './allow-list.ts';
import { answerCheck, type CheckingOptions } from './checks.ts';
import { createClaims } from './claims.ts';
import type { SatelliteConfig } from './file.ts';
import { createHubClient, type HubClient, untilThere } from './hub-client.ts';
import {
  differingSettings,
  type ReachDefaults,
  reachHere,
  requireConfigured,
  secretsHere,
  settingsHere,
} from './integrations.ts';
import { createFarPort, type FarPort } from './port.ts';
import { openSpool, type Spool } from './spool.ts';
import { createTroubles, type Troubles } from './troubles.ts';

export interface SatelliteOptions {
  config: SatelliteConfig;
  version: string;
  connectors: readonly Connector[];
  openOutbound(options: OutboundOptions): Outbound;
  log: Log;
  /** What this satellite calls itself, and where what the hub cannot take waits. */
  home: { instance: string; spool: string };
  /** Tasks carried out at once. */
  concurrency?: number;
  now?(): Date;
  protocol?: number;
}

export interface RunningSatellite {
  /** Resolves once the hub knows it. */
  ready: Promise<Registered>;
  /** Gives back what is under way and ends, within half a minute whether the hub hears of it or not. */
  stop(): Promise<void>;
  sentBytes(): number;
  buffer(): { bytes: number; full: boolean };
}

const graceMs = 20_000;

/** Registers, reads what the hub plans, and says every half minute how it is. */
export async function startSatellite(options: SatelliteOptions): Promise<RunningSatellite> {
  const { config, log } = options;
  const closing = new AbortController();
  const http = options.openOutbound(hubReach(options));
  const hub = createHubClient({ ...config, ...options.home, version: options.version, http, ...protocolOf(options) });
  const troubles = createTroubles(log);
  const buffer = { directory: options.home.spool, maxBytes: config.bufferBytes, log: troubles.heard(log) };
  const spool = await openSpool(buffer);
  const life = new Life(options, { hub, spool, closing: closing.signal, troubles });
  const ready = life.begin();
  // Who only starts it need not wait for the hub.
  ready.catch(() => undefined);
  return {
    ready,
    sentBytes: () => hub.sent(),
    buffer: () => spool.state(),
    async stop() {
      const timer = setTimeout(() => closing.abort(new Error('the satellite ends')), graceMs);
      await life.end();
      clearTimeout(timer);
      closing.abort(new Error('the satellite ends'));
      await http.close();
    },
  };
}

const protocolOf = ({ protocol }: SatelliteOptions) => (protocol === undefined ? {} : { protocol });

function hubReach({ config, version }: SatelliteOptions): OutboundOptions {
  return {
    configuredHost: config.url.hostname,
    loopbackAllowed: true,
    userAgent: `Plumbline-Satellite/${version}`,
    methods: ['POST'],
    ...(config.ca === undefined ? {} : { ca: config.ca }),
    ...(config.proxy === undefined ? {} : { proxy: config.proxy }),
  };
}

interface Parts {
  hub: HubClient;
  spool: Spool;
  closing: AbortSignal;
  troubles: Troubles;
}

class Life {
  readonly #options: SatelliteOptions;
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  readonly #startedAt = new Date();
  readonly #connectors: ReadonlyMap<string, Connector>;
  #worker: Worker | undefined;
  #port: FarPort | undefined;
  /** How far the hub's clock is ahead of ours: what is read is dated by the hub's. */
  #aheadMs = 0;
  /** By integration: what the file says otherwise than the hub. */
  readonly #differing = new Map<number, string[]>();
  #beating: Promise<void> = Promise.resolve();

  constructor(options: SatelliteOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#connectors = new Map(options.connectors.map((one) => [one.kind, heldToEndpoints(one)]));
  }

  async begin(): Promise<Registered> {
    const registered = await this.#register();
    await this.#deliverWhatIsLeft();
    this.#stopping.signal.throwIfAborted();
    this.#port = this.#openPort(registered);
    this.#worker = startWorker({
      port: this.#port,
      connectorOf: (kind) => this.#connectorOf(kind),
      openOutbound: this.#options.openOutbound,
      log: this.#parts.troubles.heard(this.#options.log),
      now: () => this.#now(),
      concurrency: this.#options.concurrency ?? 2,
      reached: () => undefined,
    });
    this.#beating = this.#beat(registered.heartbeatSeconds);
    return registered;
  }

  async end(): Promise<void> {
    this.#stopping.abort(new Error('the satellite ends'));
    await this.#worker?.stop();
    await this.#beating;
  }

  #now(): Date {
    return new Date((this.#options.now?.() ?? new Date()).getTime() + this.#aheadMs);
  }

  #clock(): string {
    return (this.#options.now?.() ?? new Date()).toISOString();
  }

  #connectorOf(kind: string): Connector {
    const connector = this.#connectors.get(kind);
    if (connector === undefined) throw new Error(`this version has no connector of kind ${kind}`);
    return connector;
  }

  async #register(): Promise<Registered> {
    const { hub } = this.#parts;
    const { config, log } = this.#options;
    const integrations = config.integrations.map(({ id }) => id);
    const kept = (await this.#parts.spool.left()).map(({ lease }) => lease);
    const sentAt = Date.now();
    const registered = await untilThere(
      () =>
        hub.call(
          'register',
          {
            name: hostname().slice(0, 200),
            startedAt: this.#startedAt.toISOString(),
            clock: this.#clock(),
            kept,
            integrations,
          },
          this.#stopping.signal,
        ),
      { signal: this.#stopping.signal, onAway: (error) => this.#away(error) },
    );
    this.#compareClocks(registered.now, Date.now() - sentAt);
    const known = new Set(registered.integrations.map(({ id }) => id));
    for (const id of integrations.filter((one) => !known.has(one)))
      this.#parts.troubles.add(
        'satellite_not_configured',
        `The key of this file is not good for integration ${id}.`,
        id,
      );
    log.info({ integrations: registered.integrations.map(({ name }) => name), hub: config.url.origin }, 'registered');
    if (registered.version !== this.#options.version)
      log.warn({ hub: registered.version, here: this.#options.version }, 'hub and satellite are of different versions');
    return registered;
  }

  #compareClocks(hubNow: string, tookMs: number): void {
    const own = (this.#options.now?.() ?? new Date()).getTime();
    this.#aheadMs = Date.parse(hubNow) + tookMs / 2 - own;
    if (Math.abs(this.#aheadMs) < 5 * 60_000) return;
    const minutes = Math.round(this.#aheadMs / 60_000);
    this.#options.log.warn(
      { minutes },
      'the clock of this machine differs from the hub’s; what is read is dated by the hub’s',
    );
  }

  /** What an earlier process read and could not tell. */
  async #deliverWhatIsLeft(): Promise<void> {
    const { hub, spool, closing } = this.#parts;
    for (const { lease, parcels } of await spool.left()) {
      try {
        const patiently = <T>(attempt: () => Promise<T>): Promise<T> =>
          untilThere(attempt, { signal: closing, onAway: (error) => this.#away(error) });
        const { outcome } = await patiently(() => hub.call('resume', { lease }, closing));
        const resumed = outcome === 'resumed';
        let finished = false;
        for (const { name, read } of resumed ? parcels : []) {
          const parcel = await read();
          await patiently(() => hub.send(name, parcel, closing));
          finished = name === 'finish';
        }
        const traffic = { requests: 0, retries: 0 };
        if (resumed && !finished)
          await patiently(() => hub.call('fail', { lease, failure: { type: 'stopping', traffic } }, closing));
        this.#options.log.info(
          { task: lease.taskId, outcome, parcels: parcels.length },
          'what an earlier process left',
        );
      } catch (error) {
        if (closing.aborted) throw error;
        // Somebody else has the task by now, or it is read again: nothing of it is needed.
        this.#options.log.info(
          { task: lease.taskId, error: (error as Error).message },
          'what an earlier process left is dropped',
        );
      }
      await spool.drop(lease);
    }
  }

  #openPort(registered: Registered): FarPort {
    const { hub, spool, closing } = this.#parts;
    return createFarPort({
      hub,
      spool,
      closing,
      log: this.#options.log,
      onAway: (error) => this.#away(error),
      claims: createClaims({
        hub,
        idleSeconds: registered.idleSeconds,
        signal: this.#stopping.signal,
        onAway: (error) => this.#away(error),
        onAnswer: ({ checks }) => {
          this.#parts.troubles.hubIsThere();
          for (const check of checks) void this.#check(check);
        },
        wake: () => this.#worker?.wake(),
      }),
      complete: (integrationId, work) => {
        const connector = this.#connectorOf(work.kind);
        const own = requireConfigured(this.#options.config.integrations, integrationId, work.kind);
        const settings = settingsHere(connector, own, work.settings);
        this.#differing.set(integrationId, differingSettings(connector, own, work.settings, settings));
        return {
          ...work,
          settings,
          secrets: secretsHere(connector, own),
          reach: reachHere(connector, own, { settings, defaults: this.#defaultsOf() }),
        };
      },
    });
  }

  async #check(asked: Claimed['checks'][number]): Promise<void> {
    try {
      await answerCheck(this.#checking(), this.#parts.hub, asked);
    } catch (error) {
      this.#options.log.warn({ check: asked.id, error: (error as Error).message }, 'a check could not be carried out');
    }
  }

  #checking(): CheckingOptions {
    return {
      integrations: this.#options.config.integrations,
      connectorOf: (kind) => this.#connectorOf(kind),
      openOutbound: this.#options.openOutbound,
      defaultsOf: () => this.#defaultsOf(),
      log: this.#options.log,
      now: () => this.#now(),
      signal: this.#stopping.signal,
      onDiffering: (id, settings) => void this.#differing.set(id, settings),
    };
  }

  #defaultsOf(): ReachDefaults {
    const { config, version } = this.#options;
    return {
      userAgent: `Plumbline/${version}`,
      ...(config.proxyForAll && config.proxy !== undefined ? { proxy: config.proxy } : {}),
    };
  }

  async #beat(seconds: number): Promise<void> {
    const { hub, spool, troubles } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const answer = await hub.call(
          'heartbeat',
          {
            clock: this.#clock(),
            uptimeSeconds: process.uptime(),
            memoryBytes: process.memoryUsage.rss(),
            cpus: cpus().length,
            running: this.#port?.running() ?? 0,
            buffer: spool.state(),
            differing: [...this.#differing]
              .filter(([, settings]) => settings.length > 0)
              .map(([integration, settings]) => ({ integration, settings })),
            errors: troubles.newest(),
          },
          signal,
        );
        this.#compareClocks(answer.now, 0);
        troubles.hubIsThere();
      } catch (error) {
        if (!signal.aborted) this.#away(error as Error);
        if (isPlumblineError(error, 'invalid_request')) await this.#register().catch(() => undefined);
      }
      await delay(seconds * 1_000, undefined, { signal }).catch(() => undefined);
    }
  }

  #away(error: Error): void {
    if (this.#stopping.signal.aborted) return;
    const code = isPlumblineError(error) ? (error as PlumblineError).code : 'internal_server_error';
    this.#parts.troubles.hubIsAway(code, error.message);
  }
}
