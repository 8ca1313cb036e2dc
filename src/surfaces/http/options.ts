import type { Access, Route } from '../../features/access/index.ts';
import type { HookCall, Refusal } from '../../features/inbox/index.ts';
import type { SatelliteDoor } from '../../features/satellites/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';

export interface HttpConfig {
  /** How browsers, outside systems and satellites reach the hub; a path prefix is allowed. Read at each request. */
  publicUrl: URL;
  /** PEM texts; undefined: plain HTTP. */
  tls: { cert: string; key: string } | undefined;
  /** Addresses or CIDR networks whose X-Forwarded-* headers are believed. */
  trustedProxies: readonly string[];
  version: string;
  /** Calls per minute and address of routes a guesser would call; default 30. */
  signInCallsPerMinute?: number;
  /** Deliveries per minute and address; default 6,000. */
  hookCallsPerMinute?: number;
  /** Calls of satellites per minute and address; default 12,000: many may stand behind one proxy. */
  satelliteCallsPerMinute?: number;
}

export interface HttpHealth {
  /** False when a dependency (database, migrations) is not there; `checks` names them. */
  ready(): Promise<{ ready: boolean; checks: Record<string, string> }>;
}

export interface HttpMetrics {
  /** Prometheus text. */
  text(): Promise<{ contentType: string; body: string }>;
  /** Called after each answer; `route` is the declared path, never the address with its values. */
  observe?(request: { method: string; route: string; status: number; seconds: number }): void;
}

/** Where outside systems deliver: no session, no JSON parsing, and nothing of the path in any log. */
export interface Hooks {
  accept(call: HookCall): Promise<void>;
  /** Counts a call that was not taken, whatever the reason. */
  refuse(refusal: Refusal): void;
  maxBodyBytes: number;
}

export interface HttpServerOptions {
  config: HttpConfig;
  log: Log;
  routes: readonly Route[];
  access: Pick<Access, 'authenticate' | 'visibleTo'>;
  metrics: HttpMetrics;
  health: HttpHealth;
  /** Where outside systems deliver; undefined: nowhere. */
  hooks?: Hooks;
  /** What satellites call; undefined: nothing. */
  satellites?: SatelliteDoor;
  /** Folder of the built web application; undefined: API only. */
  webRoot: string | undefined;
}
