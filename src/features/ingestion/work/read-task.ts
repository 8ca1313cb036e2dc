import type { Connector, KeptAnswers, SlicePart, SliceRequest, StreamPlace } from '../../../connectors/contract.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import type { Outbound, OutboundOptions } from '../../../platform/outbound/types.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import type { PublishSummary, Sink } from '../sink.ts';
import type { OpenSource, Sources } from '../source.ts';
import { readCursors } from '../store/publishing.ts';
import { type LeasedTask, pauseHost, type TaskTraffic } from '../store/tasks.ts';
import { afterRefusal } from './credential-in-use.ts';
import type { HeldLease } from './lease.ts';
import { type ReadEnd, readSlice } from '../receiving/read-slice.ts';
import { openStager, type Stager } from '../receiving/stager.ts';
import { storedSlice } from '../receiving/stored-slice.ts';
import type { ReadFacts } from '../store/staged-tasks.ts';
import { wantBehind } from '../store/repeats.ts';

export interface TaskDependencies {
  db: Database;
  sources: Sources;
  sinks: ReadonlyMap<string, Sink>;
  openOutbound(options: OutboundOptions): Outbound;
  log: Log;
  now(): Date;
  /** What this process keeps of a run's answers. */
  kept(runId: number): KeptAnswers;
  enqueueReactions(tx: Tx, changes: PublishSummary['changes']): Promise<void>;
  /** What else a discovery should know of before it asks; see `IngestionOptions`. */
  beforeDiscovery(integrationId: number, signal: AbortSignal): Promise<void>;
  /** Called at named moments; tests end the process there. */
  reached(point: KillPoint): void;
}

export type KillPoint =
  | 'task_claimed'
  | 'first_stage'
  | 'task_read'
  | 'before_publish'
  | 'part_published'
  | 'after_publish';

/** Where the reading of a task spent its time, in milliseconds. Staging overlaps with it. */
export interface ReadTimings {
  /** First call to the last record. */
  readMs: number;
  /** Last record to the end of the proof. */
  proofMs: number;
}

/**
 * Reads the slice of one leased task and leaves it in the stage, from where any process publishes it. Throws what made it
 * fail; the caller decides about another attempt.
 */
export async function readTask(
  task: LeasedTask,
  lease: HeldLease,
  traffic: TaskTraffic,
  deps: TaskDependencies,
): Promise<ReadTimings> {
  // Discovery and audit compare whole listings: two tokens may not see the same.
  const compares = task.slice === 'discovery' || task.part === 'audit' || task.part === 'count';
  const source = await deps.sources.open(task.integrationId, compares ? 'same' : 'spread');
  const sink = sinkOf(source.kind, deps);
  if (task.part === 'discovery') await deps.beforeDiscovery(task.integrationId, lease.signal);
  const http = openHttp(source, task, lease, deps);
  const count = (): void => {
    const { requests, retries } = http.stats();
    Object.assign(traffic, { requests, retries });
  };
  try {
    const started = performance.now();
    const since = monthsBefore(deps.now(), source.backfillMonths);
    const stager = await openStager(deps.db, task, source.connector.hashVersion);
    const { newestAt, lastRecordAt } = await read({ task, lease, source, sink, http, stager, since, deps });
    const readAt = performance.now();
    await source.credential.accepted();
    count();
    await stager.finish({ ...declared(source), since, knownUnavailable: source.knownUnavailable, newestAt, traffic });
    deps.reached('task_read');
    const lastAt = lastRecordAt ?? readAt;
    return { readMs: Math.round(lastAt - started), proofMs: Math.round(readAt - lastAt) };
  } catch (error) {
    throw await afterRefusal(error, source, deps.now());
  } finally {
    count();
    await http.close();
  }
}

/** What the publish must know of the connector, which it need not have. */
function declared({ kind, connector: { streams } }: OpenSource): Pick<ReadFacts, 'kind' | 'headline' | 'hasHistory'> {
  const headline = new Set(streams.filter((stream) => stream.headline === true).map(({ name }) => name));
  return { kind, headline, hasHistory: streams.some(({ part }) => part === 'history') };
}

export function sinkOf(kind: string, { sinks }: Pick<TaskDependencies, 'sinks'>): Sink {
  const sink = sinks.get(kind);
  if (sink === undefined) throw new Error(`no room stores what connector ${kind} reads`);
  return sink;
}

function openHttp(source: OpenSource, task: LeasedTask, lease: HeldLease, deps: TaskDependencies): Outbound {
  return deps.openOutbound({
    ...source.outbound,
    gate: {
      concurrency: () => lease.slots(),
      pausedUntil: () => lease.pausedUntil(),
      pause(until) {
        lease.pause(until);
        void pauseCallers(source, task, until, deps).catch((error: Error) => {
          deps.log.warn({ host: task.hostKey, error: error.message }, 'pause of a host could not be stored');
        });
      },
    },
  });
}

/** A 429 counts for the credential it was sent to; for the whole host once no other one is free. */
async function pauseCallers(
  { credential }: OpenSource,
  { hostKey }: LeasedTask,
  until: Date,
  { db }: TaskDependencies,
): Promise<void> {
  if (!(await credential.rateLimited(until))) await pauseHost(db, hostKey, until);
}

interface ReadOptions {
  task: LeasedTask;
  lease: HeldLease;
  source: OpenSource;
  sink: Sink;
  http: Outbound;
  stager: Stager;
  since: Date;
  deps: TaskDependencies;
}

async function read({ task, lease, source, sink, http, stager, since, deps }: ReadOptions): Promise<ReadEnd> {
  const cursors = await readCursors(deps.db, task.integrationId, task.slice === 'discovery');
  const { connector } = source;
  const stored = await storedSlice(deps.db, task, { sink, hashVersion: connector.hashVersion });
  const { unread } = await wantBehind(deps.db, task);
  const polling = partToRead(task) === 'discovery' ? connector.polling?.(source.settings) : undefined;
  const polls = polling === undefined ? [] : ((await sink.duePolls?.(deps.db, task.integrationId, polling)) ?? []);
  deps.reached('first_stage');
  return readSlice({
    source,
    sink,
    http,
    stager,
    signal: lease.signal,
    log: deps.log.child({ integration: source.name, task: task.id, slice: task.slice }),
    now: deps.now,
    hashVersion: source.connector.hashVersion,
    kept: deps.kept(task.runId),
    request: {
      part: partToRead(task),
      slice: task.slice,
      since,
      purpose: purposeOf(task),
      cursors,
      resume: {},
      polls,
      ...(stored === undefined ? {} : { stored }),
      ...(unread === null ? {} : { unread: { places: unread, only: standAlone(unread, connector) } }),
      ...(sink.known === undefined || task.slice !== 'discovery'
        ? {}
        : { known: async () => (await sink.known?.(deps.db, task.integrationId)) ?? new Map() }),
      ...storedKeysOf(task, sink, deps.db),
    },
  });
}

/** True when none of these needs another stream of its slice. */
function standAlone(places: readonly StreamPlace[], { streams }: Pick<Connector, 'streams'>): boolean {
  return places.every((place) => streams.find(({ name }) => name === place.stream)?.standsAlone === true);
}

function storedKeysOf(task: LeasedTask, sink: Sink, db: Database): Pick<SliceRequest, 'storedKeys'> {
  const { holdings } = sink;
  if (holdings === undefined || purposeOf(task) !== 'ingest') return {};
  return { storedKeys: (stream, scope) => holdings(db, task.integrationId, task.slice).keys(stream, scope) };
}

function purposeOf({ part }: LeasedTask): SliceRequest['purpose'] {
  return part === 'audit' || part === 'count' ? part : 'ingest';
}

function partToRead(task: LeasedTask): SlicePart {
  if (task.slice === 'discovery') return 'discovery';
  return task.part === 'history' ? 'history' : 'current';
}

function monthsBefore(date: Date, months: number): Date {
  const day = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
  const lastDay = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  day.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return day;
}
