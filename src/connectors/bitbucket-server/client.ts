import type { z } from 'zod';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundMethod } from '../../platform/outbound/types.ts';
import { type Answer, failureOf } from './failure.ts';

export type Params = Readonly<Record<string, string | number | undefined>>;

export interface Call {
  /** What is asked for, as people call it. */
  subject: string;
  params?: Params;
  timeoutMs?: number;
}

export interface ClientOptions {
  http: Outbound;
  /** Normalised, with its context path, without trailing slash. */
  url: string;
  token: string;
  signal: AbortSignal;
}

type Sending = Exclude<OutboundMethod, 'GET'>;

/** HTTP and nothing else: the token, what every call must carry, and the way from an answer to a catalogue code. */
export interface BitbucketClient {
  /**
   * The parsed answer of a GET.
   *
   * @throws PlumblineError of `failure.ts`, `not_a_bitbucket_server`, `malformed_response` and what the outbound client throws;
   *   `invalid_credentials` also where the server answers as it answers anybody, because then private things are missing
   */
  get<T>(shape: z.ZodType<T>, path: string, call: Call): Promise<T>;
  /** The same without the token, for what a server tells everybody. */
  getAsAnybody<T>(shape: z.ZodType<T>, path: string, call: Call): Promise<T>;
  /** Sends JSON, once: a fault in the middle leaves it open whether the server did what was asked. */
  send(method: Sending, path: string, call: Call & { body?: unknown }): Promise<void>;
  /** The same for an answer that tells something. */
  sendFor<T>(shape: z.ZodType<T>, method: Sending, path: string, call: Call & { body?: unknown }): Promise<T>;
  /** Whom the token belongs to, as the last answer told; null before that. */
  user(): string | null;
}

export function createClient({ http, url: base, token, signal }: ClientOptions): BitbucketClient {
  let recognised = false;
  let user: string | null = null;

  const ask = async (path: string, { params = {}, subject, timeoutMs }: Call, authorized: boolean): Promise<Answer> => {
    const response = await http.request({
      url: urlOf(base, path, params),
      headers: { ...everyCall, ...(authorized ? { authorization: `Bearer ${token}` } : {}) },
      signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return { status: response.status, headers: response.headers, text: await response.text(), subject };
  };

  const read = <T>(shape: z.ZodType<T>, answer: Answer): T => {
    if (answer.status !== 200) throw failureOf(answer);
    const value = jsonOf(answer, recognised);
    recognised = true;
    return parse(shape, answer.subject, value);
  };

  const send = async (
    method: Sending,
    path: string,
    { body, subject, params = {} }: Call & { body?: unknown },
  ): Promise<Answer> => {
    const response = await http.request({
      method,
      url: urlOf(base, path, params),
      headers: {
        ...everyCall,
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
      maxRetries: 0,
    });
    const answer = { status: response.status, headers: response.headers, text: await response.text(), subject };
    if (answer.status < 200 || answer.status >= 300) throw failureOf(answer);
    if (looksLikePage(answer)) throw notJson(answer, true);
    return answer;
  };

  return {
    async get(shape, path, call) {
      const answer = await ask(path, call, true);
      const value = read(shape, answer);
      user = whoAnswered(answer);
      return value;
    },
    getAsAnybody: async (shape, path, call) => read(shape, await ask(path, call, false)),
    async send(method, path, call) {
      await send(method, path, call);
    },
    async sendFor(shape, method, path, call) {
      const answer = await send(method, path, call);
      return parse(shape, answer.subject, jsonOf(answer, true));
    },
    user: () => user,
  };
}

/** Without the second, what changes something may be refused as forged by a page. */
const everyCall = { accept: 'application/json', 'x-atlassian-token': 'no-check' };

function urlOf(base: string, path: string, params: Params): URL {
  const url = new URL(`${base}/${path}`);
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/**
 * Whom the server took the caller for. Where public access is on, a token that is not accepted is answered as nobody’s,
 * with what everybody may see: what is missing there must never count as gone.
 */
function whoAnswered({ headers }: Answer): string {
  const name = headers['x-ausername'] ?? '';
  if (name === '' || name === 'anonymous') {
    throw new PlumblineError('invalid_credentials', {
      message: 'Bitbucket answers as if there were no token: it does not accept it.',
      upstream: name === '' ? 'no X-AUSERNAME' : `X-AUSERNAME: ${name}`,
    });
  }
  return decoded(name);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const looksLikePage = ({ headers, text }: Answer): boolean =>
  text.trim() !== '' && !(headers['content-type'] ?? '').includes('json') && text.trimStart().startsWith('<');

function jsonOf(answer: Answer, recognised: boolean): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    if (looksLikePage(answer)) throw notJson(answer, recognised);
    throw new PlumblineError('malformed_response', {
      message: `The answer about ${answer.subject} is cut off or no JSON.`,
    });
  }
}

/** A web page where JSON was asked for: another program, or a log-in page once the server was recognised. */
function notJson(answer: Answer, recognised: boolean): PlumblineError {
  const { upstream } = failureOf(answer);
  const words = upstream === undefined ? {} : { upstream };
  return recognised
    ? new PlumblineError('endpoint_unavailable', {
        message: `${answer.subject} is answered by a page of a proxy.`,
        ...words,
      })
    : new PlumblineError('not_a_bitbucket_server', words);
}

function parse<T>(shape: z.ZodType<T>, subject: string, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new PlumblineError('malformed_response', {
    message: `The answer about ${subject} has not the shape of Bitbucket’s: ${first?.path.join('.')} ${first?.message}.`,
  });
}
