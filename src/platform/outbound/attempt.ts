import { type Dispatcher, request as send } from 'undici';
import { PlumblineError } from '../errors/index.ts';
import type { AddressPolicy } from './address-policy.ts';
import { acceptEncoding, readBody } from './body.ts';
import { refuseLiteral } from './dispatcher.ts';
import { type CallDescription, describeFault, type Fault } from './failure.ts';
import { onlyAsks } from './retry.ts';
import { startTimeLimit, type TimeLimit } from './time-limit.ts';
import type { OutboundOptions, OutboundRequest, OutboundResponse, OutboundStats } from './types.ts';

export interface Wire {
  options: OutboundOptions;
  dispatcher: Dispatcher;
  policy: AddressPolicy;
  stats: OutboundStats;
  observe: (call: { host: string; status: string; milliseconds: number }) => void;
}

export type Outcome =
  /** `discard` reads the rest of a short body so that the connection can be used again. */
  { answer: OutboundResponse; discard: () => Promise<void> } | { fault: Fault };

const defaultTimeoutMs = 60_000;
const defaultMaxBytes = 64 * 1024 * 1024;
/** Of an answer that is not the one asked for. */
const maxErrorBytes = 64 * 1024;
const maxRedirects = 3;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
/** All that may follow a redirect to another origin. */
const harmlessHeaders = new Set(['accept', 'accept-language', 'accept-encoding', 'user-agent']);

/** One attempt with its redirects, inside one time limit. `release` is called when the network is done with it. */
export async function attempt(wire: Wire, request: OutboundRequest, release: () => void): Promise<Outcome> {
  const call: CallDescription = { url: request.url, proxy: wire.options.proxy };
  const limit = startTimeLimit(call, request.signal, request.timeoutMs ?? defaultTimeoutMs);
  const end = (): void => {
    limit.clear();
    release();
  };
  try {
    return await followRedirects({ wire, request, call, limit, end });
  } catch (cause) {
    end();
    const interruption = limit.interruption();
    if (interruption !== undefined && !(interruption instanceof PlumblineError)) throw interruption;
    const fault = interruption === undefined ? describeFault(cause, call) : { error: interruption, transient: false };
    wire.observe({ host: call.url.host, status: fault.error.code, milliseconds: limit.elapsed() });
    return { fault };
  }
}

interface Attempt {
  wire: Wire;
  request: OutboundRequest;
  /** Its `url` is the one being called now. */
  call: CallDescription;
  limit: TimeLimit;
  end: () => void;
}

async function followRedirects(attempted: Attempt): Promise<Outcome> {
  const { wire, request, call } = attempted;
  let headers: Record<string, string> = {
    'accept-encoding': acceptEncoding,
    'user-agent': wire.options.userAgent ?? 'Plumbline',
    ...lowerCase(request.headers),
  };
  for (let redirects = 0; ; redirects++) {
    const response = await sendOnce(attempted, headers);
    const next = onlyAsks(request.method) ? redirectTarget(response, call.url) : undefined;
    if (next === undefined) return answer(attempted, response);
    await response.body.dump();
    if (redirects === maxRedirects) throw tooManyRedirects(request.url);
    if (next.origin !== call.url.origin) {
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => harmlessHeaders.has(name)));
    }
    call.url = next;
  }
}

async function sendOnce(
  { wire, request, call, limit }: Attempt,
  headers: Record<string, string>,
): Promise<Dispatcher.ResponseData> {
  const { url } = call;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notHttp(url);
  if (wire.options.proxy !== undefined) {
    refuseLiteral(wire.policy, url.hostname, Number(url.port) || (url.protocol === 'https:' ? 443 : 80));
  }
  wire.stats.requests++;
  return send(url, {
    dispatcher: wire.dispatcher,
    method: request.method ?? 'GET',
    headers,
    body: request.body ?? null,
    signal: limit.signal,
    // The time limit of the whole call stands in for both.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function answer({ wire, request, call, limit, end }: Attempt, response: Dispatcher.ResponseData): Outcome {
  const headers = flatten(response.headers);
  const { host } = call.url;
  wire.observe({ host, status: String(response.statusCode), milliseconds: limit.elapsed() });
  const empty =
    request.method === 'HEAD' ||
    headers['content-length'] === '0' ||
    response.statusCode === 204 ||
    response.statusCode === 304;
  const body = readBody({
    raw: response.body,
    contentEncoding: empty ? undefined : headers['content-encoding'],
    ...(response.statusCode < 300
      ? { maxBytes: request.maxBytes ?? defaultMaxBytes }
      : { maxBytes: Math.min(request.maxBytes ?? maxErrorBytes, maxErrorBytes), cut: true }),
    host,
    onBytes: (count) => {
      wire.stats.bytes += count;
    },
    onEnd: end,
    interruption: limit.interruption,
  });
  const result: OutboundResponse = {
    status: response.statusCode,
    headers,
    get body() {
      return body.stream();
    },
    text: body.text,
    bytes: body.bytes,
  };
  return { answer: result, discard: body.discard };
}

/** Undefined when this is not a redirect, or one without a usable address. */
function redirectTarget(response: Dispatcher.ResponseData, from: URL): URL | undefined {
  if (!redirectStatuses.has(response.statusCode)) return undefined;
  const location = response.headers['location'];
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) return undefined;
  return new URL(location, from);
}

function lowerCase(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function tooManyRedirects(url: URL): PlumblineError {
  return new PlumblineError('upstream_error', {
    message: `${url.host} redirects more than ${maxRedirects} times.`,
    remedy: 'Enter the address that the redirects end at.',
    data: { host: url.host },
  });
}

function notHttp(url: URL): PlumblineError {
  return new PlumblineError('address_not_allowed', {
    message: `An address of the kind ${url.protocol.slice(0, 20)} is not called.`,
    remedy: 'Only http and https addresses are called.',
    data: { host: url.host },
  });
}
