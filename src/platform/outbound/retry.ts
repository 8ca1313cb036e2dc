/** What to do after an attempt. */
export type Decision = { kind: 'answer' } | { kind: 'wait'; milliseconds: number } | { kind: 'give_up' };

export interface Attempt {
  /** 0 for the first. */
  number: number;
  maxRetries: number;
  method: string;
  /** Status of the answer, or undefined after a fault. */
  status?: number;
  /** From the answer's Retry-After, in milliseconds from now. */
  retryAfterMs?: number;
  /** For faults: whether the same call may succeed a moment later. */
  transient?: boolean;
  /** 0 to 1. */
  random: number;
}

/** Longest wait inside a call; a longer one is the caller's to plan. */
export const longestWaitMs = 60_000;
const firstDelayMs = 500;
const longestDelayMs = 30_000;
const retriedStatuses = new Set([429, 502, 503, 504]);

/** True for a call that changes nothing, however often it is sent. */
export const onlyAsks = (method = 'GET'): boolean => method === 'GET' || method === 'HEAD';

/** Pure: the whole retry policy of outgoing calls. */
export function decide(attempt: Attempt): Decision {
  const { status } = attempt;
  if (status !== undefined && !retriedStatuses.has(status)) return { kind: 'answer' };
  const over = status === undefined || status === 429 ? { kind: 'give_up' as const } : { kind: 'answer' as const };
  // What changes something may have been carried out although its answer was lost.
  if (!onlyAsks(attempt.method)) return status === undefined ? { kind: 'give_up' } : { kind: 'answer' };
  if (attempt.number >= attempt.maxRetries || (status === undefined && attempt.transient !== true)) return over;
  const wait = attempt.retryAfterMs ?? backoff(attempt.number, attempt.random);
  if (wait > longestWaitMs) return over;
  return { kind: 'wait', milliseconds: wait };
}

/** Doubling, with half of it drawn, so that callers that failed together do not come back together. */
export function backoff(number: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** number);
  return Math.round(full / 2 + (full / 2) * random);
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); undefined for anything else. */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  if (text === '' || !/[a-z]/i.test(text) || Number.isNaN(date)) return undefined;
  return Math.max(0, date - now.getTime());
}
