import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type ErrorCode, isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundRequest } from '../../platform/outbound/types.ts';
import type { RunCache } from '../contract.ts';
import { type Answer, envelopeOf, failureOf, looksLikePage } from './failure.ts';
import { createPacer, type Pacer, sleep, type Wait, waitBefore } from './pace.ts';

/** A list is sent as a parameter for each of its values. */
export type Params = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Call {
  /** What is asked for, as people call it. */
  subject: string;
  params?: Params;
  /** What it means when Harness has none of it. */
  absent?: ErrorCode;
}

/** HTTP and nothing else: the key, the account, the way from an answer to a catalogue code. It changes nothing there. */
export interface HarnessClient {
  /** What the answer carries. Throws PlumblineError of `failure.ts`, `malformed_response` and what the outbound client throws. */
  get<T>(shape: z.ZodType<T>, path: string, call: Call): Promise<T>;
  /** The same by POST, with which Harness lists where a filter is needed. */
  ask<T>(shape: z.ZodType<T>, path: string, call: Call & { body: object }): Promise<T>;
  /** The other side’s clock when it answered last. */
  serverTime(): Date | null;
  /** How many calls were answered. */
  calls(): number;
}

export interface ClientOptions {
  http: Outbound;
  /** Normalised, without trailing slash. */
  url: string;
  accountId: string;
  apiKey: string;
  signal: AbortSignal;
  runCache?: RunCache | undefined;
  wait?: Wait;
  random?: () => number;
}

/** Before the paths, in the order in which they are tried: Harness is reached in both ways. */
const prefixes = ['', '/gateway'] as const;
type Prefix = (typeof prefixes)[number];

/** A page of executions with many stages is large; what is larger is asked for in smaller parts. */
const largest = 50 * 2 ** 20;

export function createClient(options: ClientOptions): HarnessClient {
  const { runCache } = options;
  const state = { prefix: null as Prefix | null, serverTime: null as Date | null, calls: 0 };
  const cached = <T>(name: string, make: () => Promise<T>): Promise<T> =>
    runCache === undefined ? make() : runCache.get(name, Number.POSITIVE_INFINITY, make);
  // Harness counts by the key.
  const ofKey = createHash('sha256').update(options.apiKey).digest('hex').slice(0, 16);
  const pacer = cached<Pacer>(`pace ${ofKey}`, async () => createPacer(undefined, options.wait));

  const attemptOnce = async (request: Omit<OutboundRequest, 'signal'>, subject: string): Promise<Answer> => {
    await (await pacer).enter(options.signal);
    const response = await options.http.request({
      ...request,
      signal: options.signal,
      maxBytes: largest,
      maxRetries: 0,
    });
    state.calls += 1;
    const date = new Date(response.headers['date'] ?? '');
    if (!Number.isNaN(date.getTime())) state.serverTime = date;
    const text = (await response.text()).replaceAll(options.apiKey, '…');
    return { status: response.status, headers: response.headers, text, subject };
  };

  const send = async (prefix: Prefix, path: string, call: Call & { body?: object }): Promise<Answer> => {
    const request = {
      ...(call.body === undefined ? {} : { method: 'POST' as const, body: JSON.stringify(call.body) }),
      url: urlOf(`${options.url}${prefix}`, path, { accountIdentifier: options.accountId, ...call.params }),
      headers: {
        accept: 'application/json',
        'x-api-key': options.apiKey,
        'harness-account': options.accountId,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    };
    const again = { wait: options.wait ?? sleep, random: options.random ?? Math.random, signal: options.signal };
    const answer = await patiently((number) => attemptOnce({ ...request, again: number > 0 }, call.subject), again);
    return { ...answer, absent: call.absent };
  };

  /** The first call finds out how the API is reached; its answer is the one that was asked for. */
  const answerOf = async (path: string, call: Call & { body?: object }): Promise<Answer> => {
    if (state.prefix !== null) return send(state.prefix, path, call);
    let found: Answer | null = null;
    state.prefix = await cached('prefix', async () => {
      const first = await firstOwn((prefix) => send(prefix, path, call));
      found = first.answer;
      return first.prefix;
    });
    return found ?? send(state.prefix, path, call);
  };

  const read = async <T>(shape: z.ZodType<T>, path: string, call: Call & { body?: object }): Promise<T> =>
    dataOf(shape, await answerOf(path, call));

  return {
    get: read,
    ask: read,
    serverTime: () => state.serverTime,
    calls: () => state.calls,
  };
}

/** What a server that is busy refused is asked again, also by POST: lists change nothing. */
async function patiently(
  attempt: (number: number) => Promise<Answer>,
  { wait, random, signal }: { wait: Wait; random: () => number; signal: AbortSignal },
): Promise<Answer> {
  for (let number = 0; ; number += 1) {
    const outcome = await settled(attempt(number));
    const refused = 'answer' in outcome ? outcome.answer.status === 429 : outcome.error.code === 'rate_limited';
    const worthIt = 'answer' in outcome ? isBusy(outcome.answer.status) : isPassing(outcome.error);
    const toldMs = 'answer' in outcome ? toldWait(outcome.answer) : undefined;
    const pause = worthIt ? waitBefore(number, { refused, toldMs, random: random() }) : null;
    if (pause === null) {
      if ('error' in outcome) throw outcome.error;
      return outcome.answer;
    }
    await wait(pause, signal);
  }
}

async function settled(call: Promise<Answer>): Promise<{ answer: Answer } | { error: PlumblineError }> {
  try {
    return { answer: await call };
  } catch (error) {
    if (isPlumblineError(error)) return { error };
    throw error;
  }
}

const isBusy = (status: number): boolean => [429, 502, 503, 504].includes(status);
const isPassing = ({ code }: PlumblineError): boolean => ['rate_limited', 'unreachable', 'timeout'].includes(code);

function toldWait({ headers }: Answer): number | undefined {
  const seconds = headers['retry-after']?.trim() ?? '';
  return /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
}

async function firstOwn(send: (prefix: Prefix) => Promise<Answer>): Promise<{ prefix: Prefix; answer: Answer }> {
  let first: Answer | null = null;
  for (const prefix of prefixes) {
    const answer = await send(prefix);
    // 404 in Harness’s frame may come from a gateway of its own, which has the paths below its name.
    if (envelopeOf(answer.text) !== null && answer.status !== 404) return { prefix, answer };
    first ??= answer;
  }
  throw failureOf(first ?? { status: 0, headers: {}, text: '', subject: 'the address' }, false);
}

function dataOf<T>(shape: z.ZodType<T>, answer: Answer): T {
  const ok = answer.status >= 200 && answer.status < 300;
  if (ok && answer.text.trim() === '') throw malformed(answer, 'is empty, although its status says that all went well');
  const envelope = envelopeOf(answer.text);
  if (ok && envelope === null && !looksLikePage(answer)) throw malformed(answer, 'is cut off or not Harness’s');
  if (!ok || envelope === null || envelope.status !== 'SUCCESS') throw failureOf(answer, true);
  const parsed = shape.safeParse(envelope.data);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw malformed(answer, `has not the shape of Harness’s: ${first?.path.join('.')} ${first?.message}`);
}

const malformed = ({ subject, status }: Answer, what: string): PlumblineError =>
  new PlumblineError('malformed_response', { message: `The answer about ${subject} ${what}.`, data: { status } });

function urlOf(base: string, path: string, params: Params): URL {
  const url = new URL(`${base}/${path}`);
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value])
      url.searchParams.append(name, String(one));
  }
  return url;
}
