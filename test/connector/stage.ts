import type { RunCache, SliceEvent, SliceRequest } from '../../src/connectors/contract.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { Secrets, Settings } from '../../src/connectors/sonarqube/settings.ts';
import type { Outbound } from '../../src/platform/outbound/types.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { createFetchOutbound } from './fetch-outbound.ts';

export interface Connection {
  url: string;
  token: string;
  settings?: Record<string, unknown>;
  http?: Outbound;
  /** Keeps a run within one moment; default the wall clock. */
  now?: () => Date;
  /** Answers shared by the slices of a run; default none. */
  runCache?: RunCache;
}

export type Completion = Extract<SliceEvent, { type: 'complete' }>;

/** What a hub would hold after one read: the last record per key, as staging keeps it. */
export interface Stage {
  events: SliceEvent[];
  /** Records by `<stream> <scope>`, then by key. */
  records: Map<string, Map<string, Record<string, unknown>>>;
  setAside: Extract<SliceEvent, { type: 'set_aside' }>[];
  restarts: number;
  /** Last page's cursor by `<stream> <scope>`. */
  cursors: Map<string, unknown>;
}

export function contextOf({ url, token, settings = {}, http, now, runCache }: Connection) {
  return {
    settings: Settings.parse({ url, ...settings }),
    secrets: Secrets.parse({ apiToken: token }),
    http: http ?? createFetchOutbound(),
    log: silentLog,
    signal: new AbortController().signal,
    now: now ?? ((): Date => new Date()),
    ...(runCache === undefined ? {} : { runCache }),
  };
}

export function requestOf(phase: SliceRequest['phase'], slice: string, more: Partial<SliceRequest> = {}): SliceRequest {
  const since = new Date(Date.now() - 183 * 86_400_000);
  return { phase, slice, since, purpose: 'ingest', cursors: {}, resume: {}, ...more };
}

export interface Watch {
  /** Called with each event before it is staged; true ends the read there, as a crash would. */
  stop?: (event: SliceEvent, stage: Stage) => boolean;
  /** Goes on with what an earlier attempt staged. */
  stage?: Stage;
}

/** Reads a slice as the hub does: parses every record strictly, obeys restarts, keeps the last record per key. */
export async function readSlice(connection: Connection, request: SliceRequest, watch: Watch = {}): Promise<Stage> {
  const stage = watch.stage ?? emptyStage();
  for await (const event of sonarqube.read(contextOf(connection), request)) {
    if (watch.stop?.(event, stage) === true) break;
    stage.events.push(event);
    take(stage, event);
  }
  return stage;
}

export function emptyStage(): Stage {
  return { events: [], records: new Map(), setAside: [], restarts: 0, cursors: new Map() };
}

function take(stage: Stage, event: SliceEvent): void {
  if (event.type === 'set_aside') stage.setAside.push(event);
  if (event.type === 'restart') {
    stage.restarts += 1;
    stage.records.delete(`${event.stream} ${event.scope}`);
    stage.setAside = stage.setAside.filter((one) => one.stream !== event.stream || one.scope !== event.scope);
  }
  if (event.type !== 'records') return;
  const name = `${event.stream} ${event.scope}`;
  const stream = sonarqube.streams.find((one) => one.name === event.stream);
  if (stream === undefined) throw new Error(`The stream ${event.stream} is not declared.`);
  const records = stage.records.get(name) ?? new Map<string, Record<string, unknown>>();
  stage.records.set(name, records);
  for (const raw of event.records) {
    const record = stream.record.parse(raw);
    records.set(stream.key(record as never), record as Record<string, unknown>);
  }
  if (event.cursor !== undefined) stage.cursors.set(name, event.cursor);
}

export function completionOf(stage: Stage, stream: string, scope?: string): Completion {
  const found = stage.events.filter(
    (event): event is Completion =>
      event.type === 'complete' && event.stream === stream && (scope === undefined || event.scope === scope),
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${stream} completed ${found.length} times`);
  return found[0];
}

/** Records of a stream over all its scopes. */
export function recordsOf(stage: Stage, stream: string, scope?: string): Record<string, unknown>[] {
  return [...stage.records]
    .filter(([name]) => (scope === undefined ? name.startsWith(`${stream} `) : name === `${stream} ${scope}`))
    .flatMap(([, records]) => [...records.values()]);
}

export function keysOf(stage: Stage, stream: string, scope?: string): string[] {
  return recordsOf(stage, stream, scope)
    .map((record) => String(record['key']))
    .sort();
}

export function unavailableStreams(stage: Stage): string[] {
  return stage.events
    .flatMap((event) => (event.type === 'unavailable' ? [`${event.stream}: ${event.code}`] : []))
    .sort();
}
