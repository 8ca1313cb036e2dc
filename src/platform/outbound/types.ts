/** What a call may do there. HEAD asks what GET asks. */
export type OutboundMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One HTTP call to an outside system. */
export interface OutboundRequest {
  method?: OutboundMethod | 'HEAD';
  url: URL;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal: AbortSignal;
  /** Whole call, headers and body, in milliseconds; default 60,000. */
  timeoutMs?: number;
  /** Largest accepted body after decompression, in bytes; default 64 MiB. Beyond it: `response_too_large`. Of an error only its
   * first 64 KiB are read, and nothing is thrown. */
  maxBytes?: number;
  /** Attempts after the first for GET and HEAD on 429, 502, 503, 504 and connection faults; default 4. */
  maxRetries?: number;
  /** True when the caller makes a call again, whose answer was of no use: it counts as a retry. */
  again?: boolean;
}

/** Any status is an answer; only transport faults throw (`unreachable`, `timeout`, `tls_error`, `address_not_allowed`, `rate_limited`). */
export interface OutboundResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** The decompressed body; limits hold while it is read. Read it once, by this or by `text` or `bytes`. */
  body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
}

export interface OutboundStats {
  requests: number;
  retries: number;
  bytes: number;
}

/** The only way a connector reaches the network. One per integration and task. */
export interface Outbound {
  request(request: OutboundRequest): Promise<OutboundResponse>;
  /** How many calls a stream may have in flight at once right now (at least 1). */
  concurrency(): number;
  stats(): OutboundStats;
  close(): Promise<void>;
}

/** What all processes share about a host: how many calls, and until when none. */
export interface HostGate {
  concurrency(): number;
  pausedUntil(): Date | undefined;
  pause(until: Date): void;
  /** Calls in flight, where several clients count them together; each client counts its own otherwise. */
  slots?: Slots;
}

export interface Slots {
  /** Resolves to the function that gives the slot back (calling it again does nothing). Rejects when aborted. */
  acquire(signal: AbortSignal): Promise<() => void>;
}

export interface OutboundOptions {
  /** The host a person configured: reached on private and loopback addresses too. Any other must be public or allowed. */
  configuredHost: string;
  /** PEM certificates trusted in addition to the system's. */
  ca?: string;
  /** Proxy URL for this integration. */
  proxy?: string;
  /** CIDR lists of the operator. */
  allow?: readonly string[];
  deny?: readonly string[];
  /** True while the hub itself listens on loopback only. */
  loopbackAllowed: boolean;
  /** The hub's own listening and database ports on this machine: never called. */
  ownPorts?: readonly number[];
  userAgent?: string;
  /** What was declared to be called there: another method is not sent. Absent: any. */
  methods?: readonly OutboundMethod[];
  gate?: HostGate;
}
