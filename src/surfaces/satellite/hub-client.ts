import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import {
  type CallAnswer,
  type CallRequest,
  fromText,
  type SatelliteCallName,
  satelliteCalls,
  satelliteHeaders,
  satelliteProtocol,
  toText,
} from '../../connectors/work/index.ts';
import { catalogue, type ErrorCode, isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound } from '../../platform/outbound/types.ts';

export interface HubClientOptions {
  url: URL;
  tenant: string;
  apiKey: string;
  instance: string;
  version: string;
  http: Outbound;
  protocol?: number;
}

/** A body as it is sent, and as it lies on the disk until it was. */
export interface Parcel {
  bytes: Uint8Array;
  compressed: boolean;
  /** Of the text before it was compressed. */
  digest: string;
}

export interface HubClient {
  call<Name extends SatelliteCallName>(
    name: Name,
    request: CallRequest<Name>,
    signal: AbortSignal,
  ): Promise<CallAnswer<Name>>;
  pack<Name extends SatelliteCallName>(name: Name, request: CallRequest<Name>): Promise<Parcel>;
  send<Name extends SatelliteCallName>(name: Name, parcel: Parcel, signal: AbortSignal): Promise<CallAnswer<Name>>;
  /** Bytes sent so far. */
  sent(): number;
}

const compress = promisify(zstdCompress);
/** Below this a compressed body is no smaller. */
const worthCompressing = 512;

/** Calls the hub. What goes wrong there comes back under its own code. */
export function createHubClient(options: HubClientOptions): HubClient {
  const { http } = options;
  const base = options.url.href.endsWith('/') ? options.url.href : `${options.url.href}/`;
  let sentBytes = 0;
  const headersOf = ({ digest, compressed }: Parcel): Record<string, string> => ({
    authorization: `Bearer ${options.apiKey}`,
    'content-type': 'application/json',
    [satelliteHeaders.tenant]: options.tenant,
    [satelliteHeaders.instance]: options.instance,
    [satelliteHeaders.version]: options.version,
    [satelliteHeaders.protocol]: String(options.protocol ?? satelliteProtocol),
    [satelliteHeaders.digest]: digest,
    ...(compressed ? { 'content-encoding': 'zstd' } : {}),
  });

  const client: HubClient = {
    async pack(name, request) {
      const text = toText(satelliteCalls[name].request, request);
      const plain = Buffer.from(text, 'utf8');
      const digest = createHash('sha256').update(plain).digest('hex');
      const compressed = plain.length > worthCompressing;
      return {
        bytes: compressed ? await compress(plain, { pledgedSrcSize: plain.length }) : plain,
        compressed,
        digest,
      };
    },
    async send(name, parcel, signal) {
      const answer = await http.request({
        method: 'POST',
        url: new URL(name, base),
        headers: headersOf(parcel),
        body: parcel.bytes,
        signal,
      });
      sentBytes += parcel.bytes.length;
      const text = await answer.text();
      if (answer.status !== 200) throw refusal(answer.status, text);
      try {
        return fromText<unknown>(satelliteCalls[name].answer, text) as CallAnswer<typeof name>;
      } catch (error) {
        throw new PlumblineError('upstream_error', {
          message: 'What answers at satellite.url is not a hub of this version.',
          upstream: text.slice(0, 300),
          cause: error,
        });
      }
    },
    call: async (name, request, signal) => client.send(name, await client.pack(name, request), signal),
    sent: () => sentBytes,
  };
  return client;
}

function refusal(status: number, text: string): PlumblineError {
  const told = errorOf(text);
  if (told === undefined)
    return new PlumblineError('upstream_error', {
      message: `The hub’s address answered with HTTP ${status}, and not as a hub does.`,
      upstream: text.slice(0, 300),
      data: { status },
    });
  return new PlumblineError(told.code, { message: told.message, remedy: told.remedy, data: { status } });
}

function errorOf(text: string): { code: ErrorCode; message: string; remedy: string } | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: Record<string, unknown> };
    const { code, message, remedy } = error ?? {};
    if (typeof code !== 'string' || typeof message !== 'string' || typeof remedy !== 'string') return undefined;
    return Object.hasOwn(catalogue, code) ? { code: code as ErrorCode, message, remedy } : undefined;
  } catch {
    return undefined;
  }
}

const away: ReadonlySet<ErrorCode> = new Set([
  'unreachable',
  'timeout',
  'tls_error',
  'rate_limited',
  'too_many_requests',
  'database_unavailable',
  'database_busy',
  'disk_full',
  'internal_server_error',
  'satellite_upload_damaged',
]);

/** What passes by itself, or by somebody’s work on the way or in the hub: what was not told is told again. */
export function hubIsAway(error: unknown): boolean {
  if (!isPlumblineError(error)) return false;
  const status = error.data['status'];
  return away.has(error.code) || (error.code === 'upstream_error' && typeof status === 'number' && status >= 500);
}

/** A key that was revoked and a file of another hub: only people can mend that, and nothing is dropped meanwhile. */
export function hubRefuses(error: unknown): boolean {
  return ['satellite_key_invalid', 'satellite_key_revoked', 'satellite_wrong_tenant', 'satellite_outdated'].some(
    (code) => isPlumblineError(error, code as ErrorCode),
  );
}

const shortestMs = 500;
const longestMs = 15_000;

/** Tries again for as long as the hub is away, ever less often. */
export async function untilThere<T>(
  attempt: () => Promise<T>,
  { signal, onAway }: { signal: AbortSignal; onAway(error: Error): void },
): Promise<T> {
  for (let wait = shortestMs; ; wait = Math.min(wait * 2, longestMs)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !(hubIsAway(error) || hubRefuses(error))) throw error;
      onAway(error as Error);
    }
    // Many satellites come back at once when the hub does.
    await delay(wait * (0.5 + Math.random()), undefined, { signal });
  }
}
