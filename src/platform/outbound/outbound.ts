import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../errors/index.ts';
import { createAddressPolicy } from './address-policy.ts';
import { attempt, type Outcome, type Wire } from './attempt.ts';
import { createDispatcher, type Resolve, resolveBySystem } from './dispatcher.ts';
import { createSlots, localGate } from './gate.ts';
import { type Decision, decide, longestWaitMs, parseRetryAfter } from './retry.ts';
import { createTrust, type Trust } from './trust.ts';
import type { HostGate, Outbound, OutboundOptions, OutboundRequest, OutboundResponse, Slots } from './types.ts';

/** What varies between a process and a test. */
export interface OutboundEnvironment {
  /** One per process; without it each client reads the certificates itself. */
  trust?: Trust;
  resolve?: Resolve;
  now?: () => Date;
  random?: () => number;
  /** Told of every answer and fault, for metrics. `status` is the HTTP status or the error code. */
  observe?: (call: { host: string; status: string; milliseconds: number }) => void;
}

interface Machinery {
  wire: Wire;
  gate: HostGate;
  slots: Slots;
  now: () => Date;
  random: () => number;
}

const defaultConcurrency = 4;
const defaultMaxRetries = 4;
/** How long a host is left alone after a 429 that names no time and is not retried here. */
const unspecifiedPauseMs = 1_000;

/** The only way to the network; see `types.ts`. Close it to give its connections back. */
export function createOutbound(options: OutboundOptions, environment: OutboundEnvironment = {}): Outbound {
  const policy = createAddressPolicy(options);
  const gate = options.gate ?? localGate(defaultConcurrency);
  const trust = environment.trust ?? createTrust();
  const resolve = environment.resolve ?? resolveBySystem;
  const wire: Wire = {
    options,
    dispatcher: createDispatcher({ options, policy, trust, resolve }),
    policy,
    stats: { requests: 0, retries: 0, bytes: 0 },
    observe: environment.observe ?? (() => undefined),
  };
  const machinery: Machinery = {
    wire,
    gate,
    slots: gate.slots ?? createSlots(() => gate.concurrency()),
    now: environment.now ?? (() => new Date()),
    random: environment.random ?? Math.random,
  };
  return {
    request: (request) => callWithRetries(machinery, request),
    concurrency: () => Math.max(1, gate.concurrency()),
    stats: () => ({ ...wire.stats }),
    close: () => wire.dispatcher.destroy(),
  };
}

async function callWithRetries(machinery: Machinery, request: OutboundRequest): Promise<OutboundResponse> {
  const { gate, now, wire } = machinery;
  requireDeclared(wire.options, request);
  for (let number = 0; ; number++) {
    const release = await enter(machinery, request);
    if (number > 0 || request.again === true) wire.stats.retries++;
    const outcome = await attempt(wire, request, release);
    const retryAfterMs =
      'answer' in outcome ? parseRetryAfter(outcome.answer.headers['retry-after'], now()) : undefined;
    const decision = judge(machinery, { request, number, outcome, retryAfterMs });
    const waitMs = decision.kind === 'wait' ? decision.milliseconds : (retryAfterMs ?? unspecifiedPauseMs);
    const until = new Date(now().getTime() + waitMs);
    if ('answer' in outcome) {
      if (outcome.answer.status === 429) gate.pause(until);
      if (decision.kind === 'answer') return outcome.answer;
      await outcome.discard();
      if (decision.kind === 'give_up') throw rateLimited(request, until);
    } else if (decision.kind !== 'wait') throw outcome.fault.error;
    await sleep(waitMs, undefined, { signal: request.signal });
  }
}

/** A call that no list of endpoints names is a fault of ours: an operator allowed what the list says. */
function requireDeclared({ methods }: OutboundOptions, { method = 'GET', url }: OutboundRequest): void {
  if (methods === undefined || methods.includes(method === 'HEAD' ? 'GET' : method)) return;
  throw new Error(`${method} ${url.host}${url.pathname} is not sent: no declared endpoint has this method`);
}

interface Judged {
  request: OutboundRequest;
  number: number;
  outcome: Outcome;
  retryAfterMs: number | undefined;
}

function judge({ random }: Machinery, { request, number, outcome, retryAfterMs }: Judged): Decision {
  return decide({
    number,
    maxRetries: request.maxRetries ?? defaultMaxRetries,
    method: request.method ?? 'GET',
    random: random(),
    ...('answer' in outcome ? { status: outcome.answer.status } : { transient: outcome.fault.transient }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Takes a slot while the host is not paused; resolves to the function that gives it back. */
async function enter(machinery: Machinery, request: OutboundRequest): Promise<() => void> {
  for (;;) {
    await waitForPause(machinery, request);
    const release = await machinery.slots.acquire(request.signal);
    if (pauseLeft(machinery) === 0) return release;
    release();
  }
}

/** A 429 to anybody pauses everybody who calls this host. */
async function waitForPause(machinery: Machinery, request: OutboundRequest): Promise<void> {
  for (;;) {
    request.signal.throwIfAborted();
    const left = pauseLeft(machinery);
    if (left === 0) return;
    if (left > longestWaitMs) throw rateLimited(request, new Date(machinery.now().getTime() + left));
    // In steps, because other processes may lengthen it.
    await sleep(Math.min(left, 1_000), undefined, { signal: request.signal });
  }
}

function pauseLeft({ gate, now }: Machinery): number {
  const until = gate.pausedUntil();
  return until === undefined ? 0 : Math.max(0, until.getTime() - now().getTime());
}

function rateLimited(request: OutboundRequest, retryAt: Date): PlumblineError {
  return new PlumblineError('rate_limited', {
    message: `${request.url.host} asks for no calls before ${retryAt.toISOString()}.`,
    data: { host: request.url.host, retryAt: retryAt.toISOString() },
  });
}
