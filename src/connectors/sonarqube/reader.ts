import type { Json, RunCache, SliceEvent, SliceRequest } from '../contract.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { type ErrorCode, isPlumblineError, type PlumblineError } from '../../platform/errors/index.ts';
import type { SonarClient } from './client.ts';

import type { Settings } from './settings.ts';
import { releaseOf, type Server } from './version.ts';

/** What every stream of one read shares. */
export interface Reader {
  client: SonarClient;
  server: Server;
  settings: Settings;
  request: SliceRequest;
  log: Log;
  runCache?: RunCache;
  now(): Date;
}

/** One branch or pull request of a project, as parameters of the server. */
export interface ScopeRef {
  /** Scope name of the events: `branch:<id>`, `pull_request:<key>` or `companion:<key of its project>`. */
  key: string;
  /** Whose parameters these are: a companion is the main branch of a project of its own. */
  project: string;
  companion: boolean;
  kind: 'branch' | 'pull_request';
  /** Name of the branch (needed by `issues/pull` also for the main one), null when the branch list is blocked. */
  name: string | null;
  isMain: boolean;
  /** `branch` or `pullRequest`; none for the main branch, which is what every call means without them. */
  params: { branch?: string; pullRequest?: string };
  /** As the list said before anything else was read. */
  analyzedAt: string | null;
  gateStatus: string;
}

/** Codes that take a stream away and leave the others: everything else ends the read, to be tried again as a whole. */
const streamCodes = new Set<ErrorCode>([
  'endpoint_unavailable',
  'invalid_permissions',
  'project_not_found',
  'upstream_error',
  'malformed_response',
  'response_too_large',
]);

export function takesStreamAway(error: unknown): error is PlumblineError {
  return isPlumblineError(error) && streamCodes.has(error.code);
}

/** Codes with which a server says that this way of reading is closed to us, so that another may be tried. */
export function isClosed(error: unknown): error is PlumblineError {
  return isPlumblineError(error, 'endpoint_unavailable') || isPlumblineError(error, 'invalid_permissions');
}

export function unavailable(
  stream: string,
  scope: string,
  error: PlumblineError,
): Extract<SliceEvent, { type: 'unavailable' }> {
  const upstream = error.upstream === undefined ? {} : { upstream: error.upstream };
  return { type: 'unavailable', stream, scope, code: error.code, message: error.message, ...upstream };
}

/** True for what could not be read last time. */
export function wasUnread({ unread }: SliceRequest, stream: string, scope: string): boolean {
  return unread?.places.some((place) => place.stream === stream && place.scope === scope) ?? false;
}

/** True for what this read leaves as it is: an interrupted attempt has it, or something else is tried alone. */
export function isDone({ request }: Reader, stream: string, scope: string): boolean {
  if (request.unread?.only === true && !wasUnread(request, stream, scope)) return true;
  return request.resume[`${stream} ${scope}`] === 'complete';
}

/** Events of a small stream; a fault that concerns only it becomes its `unavailable`. */
export async function readStream(
  reader: Reader,
  { stream, scope }: { stream: string; scope: string },
  read: () => Promise<SliceEvent[]>,
): Promise<SliceEvent[]> {
  if (isDone(reader, stream, scope)) return [];
  try {
    return await read();
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    reader.log.warn({ stream, scope, code: error.code, upstream: error.upstream }, 'stream unavailable');
    return [unavailable(stream, scope, error)];
  }
}

type Complete = Extract<SliceEvent, { type: 'complete' }>;
export type Completion = Omit<Complete, 'type' | 'sourceMoved'> & { sourceMoved?: boolean };

export function complete(completion: Completion): SliceEvent {
  return { type: 'complete', sourceMoved: false, ...completion };
}

/** Up to which analysis a scope's past is read, and from which on (`-infinity`: there was none before; null: unknown). */
export function historyBookmark(
  { server }: Reader,
  { analyzedAt }: ScopeRef,
  from: string | null = null,
): { bookmark?: Json } {
  return analyzedAt === null ? {} : { bookmark: { analyzedAt, release: releaseOf(server.version), from } };
}

/** A stream that was read whole in one go: its records and its end. */
export function whole(
  { stream, scope, method }: { stream: string; scope: string; method: string },
  records: object[],
  absenceTrusted: boolean,
): SliceEvent[] {
  return [
    { type: 'records', stream, scope, records },
    complete({ stream, scope, sourceCount: records.length, method, proof: 'key_set', absenceTrusted }),
  ];
}
