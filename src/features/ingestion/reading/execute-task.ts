import type { Connector, KeptAnswers, SlicePart, SliceRequest, StreamPlace } from '../../../connectors/contract.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Outbound, OutboundOptions } from '../../../platform/outbound/types.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { compareCounts } from '../audits/compare-counts.ts';
import { compareSlice } from '../audits/compare-slice.ts';
import type { PublishSummary, Sink } from '../sink.ts';
import type { OpenSource, Sources } from '../source.ts';
import { readCursors } from '../store/publishing.ts';
import { type LeasedTask, pauseHost, type TaskTraffic, updateHeldTask } from '../store/tasks.ts';
import { afterRefusal } from './credential-in-use.ts';
import type { HeldLease } from './lease.ts';
import { publishSlice } from './publish-slice.ts';
import { readSlice, type SliceReading } from './read-slice.ts';
import { openStager } from './stager.ts';
import { storedSlice } from './stored-slice.ts';
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

export type KillPoint = 'task_claimed' | 'first_stage' | 'before_publish' | 'part_published' | 'after_publish';

export interface TaskEnd {
  state: 'success' | 'partial';
  timings: TaskTimings;
}

/** Where a task's time went, in milliseconds. Staging overlaps with reading. */
export interface TaskTimings {
  /** First call to the last record. */
  readMs: number;
  /** Last record to the end of the proof. */
  proofMs: number;
  /** The publish, or the comparison of an audit. */
  publishMs: number;
}

/** Carries out one leased task. Throws what made it fail; the caller decides about another attempt. */
export async function executeTask(
  task: LeasedTask,
  lease: HeldLease,
  traffic: TaskTraffic,
  deps: TaskDependencies,
): Promise<TaskEnd> {
  deps.reached('task_claimed');
  if (task.part === 'aggregate') return aggregate(task, deps);
  // Discovery and audit compare whole listings: two tokens may not see the same.
  const compares = task.slice === 'discovery' || task.part === 'audit' || task.part === 'count';
  const source = await deps.sources.open(task.integrationId, compares ? 'same' : 'spread');
  const sink = deps.sinks.get(source.kind);
  if (sink === undefined) throw new Error(`no room stores what connector ${source.kind} reads`);
  if (task.part === 'discovery') await deps.beforeDiscovery(task.integrationId, lease.signal);
  const http = openHttp(source, task, lease, deps);
  try {
    const started = performance.now();
    const historySince = monthsBefore(deps.now(), source.backfillMonths);
    const reading = await read({ task, lease, source, sink, http, historySince, deps });
    const readAt = performance.now();
    await requireSameServer(task, reading, deps);
    await source.credential.accepted();
    deps.reached('before_publish');
    const { requests, retries } = http.stats();
    Object.assign(traffic, { requests, retries });
    const { knownUnavailable, connector } = source;
    const { hashVersion } = connector;
    const options = { db: deps.db, sink, task, reading, traffic, knownUnavailable, hashVersion, historySince };
    const end =
      task.part === 'audit'
        ? await compareSlice(options)
        : task.part === 'count'
          ? await compareCounts(options)
          : await publishSlice({
              ...options,
              enqueueReactions: deps.enqueueReactions,
              partPublished: () => deps.reached('part_published'),
            });
    deps.reached('after_publish');
    const lastRecordAt = reading.lastRecordAt ?? readAt;
    const timings = {
      readMs: lastRecordAt - started,
      proofMs: readAt - lastRecordAt,
      publishMs: performance.now() - readAt,
    };
    return { state: end.state, timings: roundTimings(timings) };
  } catch (error) {
    throw await afterRefusal(error, source, deps.now());
  } finally {
    const { requests, retries } = http.stats();
    Object.assign(traffic, { requests, retries });
    await http.close();
  }
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
  historySince: Date;
  deps: TaskDependencies;
}

async function read({ task, lease, source, sink, http, historySince, deps }: ReadOptions): Promise<SliceReading> {
  const stager = await openStager(deps.db, task);
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
      since: historySince,
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

/** Another server behind the same address must not be mistaken for the old one with everything gone. */
async function requireSameServer(task: LeasedTask, reading: SliceReading, deps: TaskDependencies): Promise<void> {
  if (reading.serverId === undefined) return;
  if (!(await deps.sources.confirmIdentity(task.integrationId, reading.serverId)))
    throw new PlumblineError('server_identity_changed');
}

/** Rebuilds the roll-ups of one slice in every room that has some. */
async function aggregate(task: LeasedTask, deps: TaskDependencies): Promise<TaskEnd> {
  await deps.db.transaction(async (tx) => {
    await updateHeldTask(tx, task, 'stage_name = $3', ['Rebuilding roll-ups']);
    let changed = false;
    for (const sink of deps.sinks.values()) {
      if (await sink.aggregate({ tx, integrationId: task.integrationId, slice: task.slice })) changed = true;
    }
    if (changed) await deps.enqueueReactions(tx, [{ kind: 'roll_up', id: task.integrationId }]);
    await updateHeldTask(
      tx,
      task,
      `state = 'success', finished_at = now(), holder = null, lease_until = null, stage_name = null`,
    );
  });
  return { state: 'success', timings: { readMs: 0, proofMs: 0, publishMs: 0 } };
}

function roundTimings({ readMs, proofMs, publishMs }: TaskTimings): TaskTimings {
  return { readMs: Math.round(readMs), proofMs: Math.round(proofMs), publishMs: Math.round(publishMs) };
}
