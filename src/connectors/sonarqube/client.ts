import type { z } from 'zod';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundResponse } from '../../platform/outbound/types.ts';
import { groupsThatFit, shortAddress } from './address.ts';
import { type Answer, failureOf, isGatewaysOwn, isUnknownUrl, notJson, upstreamWords } from './failure.ts';
import { parseJson } from './parse-json.ts';
import { SystemStatus } from './schema.ts';
import { understandsBearer, type Version } from './version.ts';

export type Params = Record<string, string | number | boolean | undefined>;

/** A list is sent as a parameter for each of its values. */
export type Form = Record<string, Params[string] | readonly string[]>;

export interface ClientOptions {
  http: Outbound;
  /** Normalised, without trailing slash. */
  url: string;
  token: string;
  signal: AbortSignal;
}

/** HTTP and nothing else: authentication, JSON checks and the way from a status to a catalogue code. */
export interface SonarClient {
  /**
   * The parsed answer of a GET.
   *
   * @throws PlumblineError `invalid_credentials`, `invalid_permissions`, `project_not_found`, `organization_not_found`,
   *   `endpoint_unavailable`, `server_not_ready`, `not_a_sonarqube_server`, `malformed_response`, `upstream_error`,
   *   `rate_limited` and what the outbound client throws
   */
  get<T>(shape: z.ZodType<T>, path: string, params?: Params): Promise<T>;
  /**
   * As `get`, asking for the server's binary form, which costs it less. `decode` reads it into what the JSON would have
   * been, and throws `malformed_response`; whoever answers JSON all the same is understood, too.
   */
  getMessage<T>(decode: (bytes: Uint8Array) => unknown, shape: z.ZodType<T>, path: string, params?: Params): Promise<T>;
  /**
   * As `get` for many values of one parameter: one answer, or several whose values together are those asked for, where
   * the way to the server takes no long addresses.
   */
  getMany<T>(
    shape: z.ZodType<T>,
    path: string,
    params: Params,
    many: { name: string; values: readonly string[] },
  ): Promise<T[]>;
  /**
   * Sends a form and answers with the body's text. Sent once: a fault in the middle leaves it open whether the server
   * did what was asked. Throws as `get` does.
   */
  post(path: string, form: Form): Promise<string>;
  /** A 200 whose body is not JSON, unread. */
  open(path: string, params?: Params): Promise<OutboundResponse>;
  /** What the version says about authentication; before it is known, Bearer is tried and Basic after a 401. */
  useVersion(version: Version | null, isCloud: boolean): void;
  scheme(): 'bearer' | 'basic';
  /** The other side's clock when it answered last; null before that and where it does not say. */
  serverTime(): Date | null;
  /** Calls that may be in flight at once. */
  concurrency(): number;
}

type Decode = (bytes: Uint8Array) => unknown;

/** However long the rest of an address is, some values go into each call. */
const leastRoom = 200;

interface Sending {
  accept: string;
  /** True for a call that is made again because its last answer was of no use. */
  again: boolean;
}

/** Must be all that the header accepts: the server compares the whole. */
const protobuf = 'application/x-protobuf';

/** Bodies that are cut off are read again this many times before the call fails. */
const bodyAttempts = 3;

/** Endpoints that an edition or version does not have: their `Unknown url` needs no second look at the server. */
const oftenAbsent = new Set([
  'api/project_pull_requests/list',
  'api/issues/pull_taint',
  'api/hotspots/search',
  'api/hotspots/list',
]);

export function createClient(options: ClientOptions): SonarClient {
  const limit = createLimiter(() => options.http.concurrency());
  const state = {
    scheme: 'bearer' as 'bearer' | 'basic',
    bearerCertain: false,
    basicWorked: false,
    recognised: false,
    serverTime: null as Date | null,
    takesLongAddresses: true,
  };

  const authorization = (): string =>
    state.scheme === 'bearer'
      ? `Bearer ${options.token}`
      : `Basic ${Buffer.from(`${options.token}:`, 'latin1').toString('base64')}`;

  async function send(path: string, params: Params, { accept, again }: Sending): Promise<OutboundResponse> {
    const headers: Record<string, string> = { accept };
    if (!anonymousPaths.has(path)) headers['authorization'] = authorization();
    // A pull streams every issue of a branch and takes minutes on a large project.
    const limits = path.includes('/pull') ? { timeoutMs: 300_000, maxBytes: 2 ** 31 } : {};
    const url = urlOf(options.url, path, params);
    const response = await options.http.request({ url, headers, signal: options.signal, again, ...limits });
    const date = new Date(response.headers['date'] ?? '');
    if (!Number.isNaN(date.getTime())) state.serverTime = date;
    return response;
  }

  async function sendTryingSchemes(path: string, params: Params, sending: Sending): Promise<OutboundResponse> {
    const tried = state.scheme;
    const response = await send(path, params, sending);
    if (response.status !== 401 || tried === 'basic' || state.bearerCertain || anonymousPaths.has(path))
      return response;
    // Other calls may be at this point too: each tries again for itself, and none takes Basic back once it worked.
    state.scheme = 'basic';
    const second = await send(path, params, sending);
    if (second.status !== 401) state.basicWorked = true;
    else if (!state.basicWorked) state.scheme = 'bearer';
    return second;
  }

  async function fail(answer: Answer): Promise<PlumblineError> {
    const unknown = isUnknownUrl(answer) && !oftenAbsent.has(answer.path);
    if (unknown || isGatewaysOwn(answer)) {
      const status = await statusOf(options.http, options);
      // Behind a gateway that answers for the server, one that cannot be asked is not up.
      if (status !== 'UP' && (status !== null || !unknown)) {
        return new PlumblineError('server_not_ready', {
          message:
            status === null ? `Nothing behind ${options.url} answers its proxy.` : `The server reports ${status}.`,
          upstream: upstreamWords(answer.text) || `HTTP ${answer.status} without a body`,
        });
      }
    }
    return failureOf(answer);
  }

  async function readAnswer(path: string, params: Params, decode: Decode | null): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const mayRetry = attempt < bodyAttempts;
      const accept = decode === null ? 'application/json' : protobuf;
      const response = await sendTryingSchemes(path, params, { accept, again: attempt > 1 });
      if (decode !== null && response.status === 200 && isProtobuf(response)) {
        const message = await wholeOr(async () => decode(await response.bytes()), mayRetry);
        if (message !== null) return message;
        continue;
      }
      const text = await wholeOr(() => response.text(), mayRetry);
      if (text === null) continue;
      const answer = { status: response.status, headers: response.headers, path, text };
      if (response.status === 500 && mayRetry) continue;
      if (response.status !== 200) throw await fail(answer);
      const body = parseJson(answer.text);
      if (body !== undefined) {
        state.recognised = true;
        return body;
      }
      if (!claimsJson(answer)) throw notJson(answer, state.recognised);
      if (attempt === bodyAttempts) {
        throw new PlumblineError('malformed_response', {
          message: `The answer of ${path} is cut off or no JSON.`,
          data: { path },
        });
      }
    }
  }

  const get = <T>(shape: z.ZodType<T>, path: string, params: Params = {}): Promise<T> =>
    limit(async () => parse(shape, path, await readAnswer(path, params, null)));

  async function getMany<T>(
    shape: z.ZodType<T>,
    path: string,
    params: Params,
    { name, values }: { name: string; values: readonly string[] },
  ): Promise<T[]> {
    const whole = { ...params, [name]: values.join(',') };
    const isLong = urlOf(options.url, path, whole).href.length > shortAddress;
    if (!isLong || state.takesLongAddresses) {
      try {
        return [await get(shape, path, whole)];
      } catch (error) {
        if (!isLong || !mayBeTooLong(error)) throw error;
      }
    }
    const answers: T[] = [];
    const beside = urlOf(options.url, path, { ...params, [name]: '' }).href.length;
    for (const group of groupsThatFit(values, Math.max(shortAddress - beside, leastRoom)))
      answers.push(await get(shape, path, { ...params, [name]: group.join(',') }));
    state.takesLongAddresses = false;
    return answers;
  }

  return {
    get,
    getMany,
    getMessage: (decode, shape, path, params = {}) =>
      limit(async () => parse(shape, path, await readAnswer(path, params, decode))),
    post: (path, form) =>
      limit(async () => {
        const body = formText(form);
        const response = await options.http.request({
          method: 'POST',
          url: urlOf(options.url, path, {}),
          headers: {
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
            authorization: authorization(),
          },
          body,
          signal: options.signal,
          maxRetries: 0,
        });
        const text = await response.text();
        if (response.status >= 200 && response.status < 300) return text;
        throw await fail({ status: response.status, headers: response.headers, path, text });
      }),
    open: (path, params = {}) =>
      limit(async () => {
        const response = await sendTryingSchemes(path, params, { accept: '*/*', again: false });
        if (response.status === 200) return response;
        throw await fail({ status: response.status, headers: response.headers, path, text: await response.text() });
      }),
    useVersion(version, isCloud) {
      if (isCloud || version === null) return;
      state.scheme = understandsBearer(version) ? 'bearer' : 'basic';
      state.bearerCertain = state.scheme === 'bearer';
    },
    scheme: () => state.scheme,
    serverTime: () => state.serverTime,
    concurrency: () => Math.max(1, options.http.concurrency()),
  };
}

/** What is not in the server's own words about the call may be a proxy's word about its length. */
function mayBeTooLong(error: unknown): boolean {
  const codes = [
    'endpoint_unavailable',
    'malformed_response',
    'not_a_sonarqube_server',
    'unreachable',
    'upstream_error',
  ];
  return isPlumblineError(error) && codes.includes(error.code);
}

/** Paths that need no token, and are asked without it so that a wrong one does not hide what the server is. */
const anonymousPaths = new Set(['api/system/status']);

/** `status` of `api/system/status`, null when it cannot be read. */
async function statusOf(http: Outbound, options: ClientOptions): Promise<string | null> {
  try {
    const url = urlOf(options.url, 'api/system/status', {});
    const response = await http.request({ url, headers: { accept: 'application/json' }, signal: options.signal });
    const parsed = SystemStatus.safeParse(parseJson(await response.text()));
    return parsed.success ? parsed.data.status : null;
  } catch (error) {
    if (isPlumblineError(error)) return null;
    throw error;
  }
}

/** What `read` gives, or null when the body is broken and the call may be made again. */
async function wholeOr<T>(read: () => Promise<T>, mayRetry: boolean): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    const broken = ['unreachable', 'malformed_response', 'timeout'] as const;
    if (mayRetry && broken.some((code) => isPlumblineError(error, code))) return null;
    throw error;
  }
}

function parse<T>(shape: z.ZodType<T>, path: string, answer: unknown): T {
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new PlumblineError('malformed_response', {
    message: `The answer of ${path} has not the shape of SonarQube’s: ${first?.path.join('.')} ${first?.message}.`,
    data: { path },
  });
}

function isProtobuf({ headers }: OutboundResponse): boolean {
  return (headers['content-type'] ?? '').startsWith(protobuf);
}

function formText(form: Form): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) fields.append(name, String(one));
  }
  return fields.toString();
}

function urlOf(base: string, path: string, params: Params): URL {
  const url = new URL(`${base}/${path}`);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function claimsJson(answer: Answer): boolean {
  return (answer.headers['content-type'] ?? '').includes('json') || /^\s*[[{]/.test(answer.text);
}

/** Runs at most `size()` tasks at once; the size may change while tasks wait. */
function createLimiter(size: () => number): <T>(task: () => Promise<T>) => Promise<T> {
  let active = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    while (active >= Math.max(1, size())) await new Promise<void>((resume) => waiting.push(resume));
    active += 1;
    try {
      return await task();
    } finally {
      active -= 1;
      waiting.shift()?.();
    }
  };
}
