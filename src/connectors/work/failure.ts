import { PlumblineError } from '../../platform/errors/index.ts';
import type { Failure, Traffic } from './messages.ts';

/** The reason of an abort when the process is asked to stop: the task is given back at once, not counted as a retry. */
export class Stopping extends Error {}

/** What was thrown, as it is told. An error nobody foresaw is ours; its words are what there is to know of it. */
export function failureOf(error: unknown, traffic: Traffic): Failure {
  if (error instanceof Stopping) return { type: 'stopping', traffic };
  const known = error instanceof PlumblineError ? error : new PlumblineError('internal_server_error');
  const unforeseen = known !== error && error instanceof Error ? error.message.slice(0, 300) : null;
  return {
    type: 'failed',
    code: known.code,
    message: known.message,
    upstream: known.upstream ?? unforeseen,
    retryAt: momentOf(known.data['retryAt']),
    traffic,
  };
}

function momentOf(value: unknown): string | null {
  if (typeof value !== 'string' && !(value instanceof Date)) return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
