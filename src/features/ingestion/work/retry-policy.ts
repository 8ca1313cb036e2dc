import { Stopping } from '../../../connectors/work/index.ts';
import { databaseFault } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { TaskFailure } from '../store/tasks.ts';

export const maxTaskRetries = 5;

/** A server that says that it is starting or asks for fewer calls, and our own database, are waited for: some twenty minutes. */
export const maxRetriesOfWaiting = 24;
const waitedFor: ReadonlySet<string> = new Set([
  'server_not_ready',
  'rate_limited',
  'database_unavailable',
  'database_busy',
  'stage_lost',
]);
const longestDelaySeconds = 60;

/** A worker that dies this often over one task is killed by the task. */
export const maxLeaseLosses = 12;

export type AfterFailure =
  | { action: 'retry'; delaySeconds: number; failure: TaskFailure }
  | { action: 'fail'; failure: TaskFailure; wholeRun: boolean }
  | { action: 'cancel' }
  | { action: 'drop' }
  | { action: 'give_back' };

const runEnding: ReadonlySet<string> = new Set([
  'invalid_credentials',
  'expired_credentials',
  'server_identity_changed',
]);

/** Decides what becomes of a task that threw. Pure: attempt, error and a random number in [0, 1) in, decision out. */
export function afterFailure(error: unknown, retries: number, random: number, now: Date): AfterFailure {
  if (error instanceof Stopping) return { action: 'give_back' };
  if (isPlumblineError(error, 'task_lease_lost')) return { action: 'drop' };
  if (isPlumblineError(error, 'cancelled')) return { action: 'cancel' };
  const known =
    error instanceof PlumblineError ? error : (databaseFault(error) ?? new PlumblineError('internal_server_error'));
  const failure: TaskFailure = { code: known.code, message: known.message, upstream: known.upstream ?? null };
  if (known !== error && known.code === 'internal_server_error' && error instanceof Error)
    failure.upstream = error.message.slice(0, 300);
  // A refused token is refused for every task; the same holds for another server at the address.
  const wholeRun = runEnding.has(known.code);
  const maxRetries = waitedFor.has(known.code) ? maxRetriesOfWaiting : maxTaskRetries;
  if (!known.retryable || retries >= maxRetries) return { action: 'fail', failure, wholeRun };
  return { action: 'retry', delaySeconds: delaySeconds(known, retries, random, now), failure };
}

/** 2, 4, 8, 16, 32, 60 s with up to half of it as jitter; a host that says when to come back is believed, up to ten minutes. */
function delaySeconds(error: PlumblineError, retries: number, random: number, now: Date): number {
  const retryAt = error.data['retryAt'];
  if (typeof retryAt === 'string' || retryAt instanceof Date) {
    const wait = (new Date(retryAt).getTime() - now.getTime()) / 1000;
    if (wait > 0) return Math.min(wait, 600);
  }
  return Math.min(2 ** (retries + 1), longestDelaySeconds) * (1 + random / 2);
}
