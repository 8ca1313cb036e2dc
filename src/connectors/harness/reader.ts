import type { Log } from '../../platform/telemetry/log.ts';
import { type ErrorCode, isPlumblineError, type PlumblineError } from '../../platform/errors/index.ts';
import type { SliceEvent, SliceRequest } from '../contract.ts';
import type { HarnessClient } from './client.ts';
import type { Settings } from './settings.ts';

/** What every stream of one reading shares. */
export interface Reader {
  client: HarnessClient;
  settings: Settings;
  request: SliceRequest;
  log: Log;
  now(): Date;
}

/** Codes that take a stream away and leave the others: everything else ends the reading, to be tried again as a whole. */
const streamCodes = new Set<ErrorCode>([
  'endpoint_unavailable',
  'invalid_permissions',
  'harness_rejected_request',
  'harness_execution_not_found',
  'project_not_found',
  'malformed_response',
  'response_too_large',
  'upstream_error',
]);

export const takesStreamAway = (error: unknown): error is PlumblineError =>
  isPlumblineError(error) && streamCodes.has(error.code);

/** What was said of a stream before it failed counts no more. */
export function unavailable(stream: string, scope: string, error: PlumblineError): SliceEvent {
  const { code, message, upstream } = error;
  return { type: 'unavailable', stream, scope, code, message, ...(upstream === undefined ? {} : { upstream }) };
}

type Complete = Extract<SliceEvent, { type: 'complete' }>;

/** Nothing is gone because it was not listed, unless a listing says so. */
export const complete = (
  said: Omit<Complete, 'type' | 'sourceMoved' | 'absenceTrusted'> &
    Partial<Pick<Complete, 'sourceMoved' | 'absenceTrusted'>>,
): Complete => ({ type: 'complete', sourceMoved: false, absenceTrusted: false, ...said });

/** How much of a row that nobody understands is kept, to find out why. */
const longestAside = 4_000;

export function setAside(stream: string, scope: string, row: unknown, reason: string): SliceEvent {
  const text = (JSON.stringify(row) ?? '').slice(0, longestAside);
  return { type: 'set_aside', stream, scope, text, reason: reason.slice(0, 500) };
}
