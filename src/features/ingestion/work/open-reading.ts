import type { Connector, SlicePhase, SliceRequest, StreamPlace } from '../../../connectors/contract.ts';
import type { OpenedWork, WorkRequest } from '../../../connectors/work/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type Checkpoint, goOn } from '../receiving/checkpoint.ts';
import { createReceiver, type Receiver } from '../receiving/receive.ts';
import { openStager, type Stager } from '../receiving/stager.ts';
import { type StoredState, storedSlice } from '../receiving/stored-slice.ts';
import type { Sink } from '../sink.ts';
import { sinkOf, type Sinks } from '../sinks.ts';
import type { OpenedIntegration, Sources } from '../source.ts';
import { readCursors } from '../store/publishing.ts';
import { wantBehind } from '../store/repeats.ts';
import type { ReadFacts } from '../store/staged-tasks.ts';
import { streamRoles } from '../stream-roles.ts';
import type { LeasedTask, TaskTraffic } from '../store/tasks.ts';

export interface OpenDependencies {
  db: Database;
  sources: Sources;
  sinks: Sinks;
  now(): Date;
  /** What else a discovery should know of before it asks; see `IngestionOptions`. */
  beforeDiscovery(integrationId: number, signal: AbortSignal): Promise<void>;
}

/** What this process keeps of a task while somebody reads its slice. */
export interface OpenReading {
  source: OpenedIntegration;
  sink: Sink;
  stager: Stager;
  receiver: Receiver;
  /** What may be asked for a reading of what changed; undefined: everything is listed whole. */
  stored: StoredState | undefined;
  since: Date;
}

/** An integration as one task opens it: its secrets and its share of several credentials. */
export function openSource(task: LeasedTask, { sources }: OpenDependencies): Promise<OpenedIntegration> {
  // Discovery and audit compare whole listings: two tokens may not see the same.
  const compares = task.slice === 'discovery' || task.phase === 'audit' || task.phase === 'count';
  return sources.open(task.integrationId, compares ? 'same' : 'spread');
}

/** Begins to receive a task's slice, where an earlier attempt was interrupted. */
export async function openReading(
  task: LeasedTask,
  source: OpenedIntegration,
  { db, sinks, now }: OpenDependencies,
): Promise<OpenReading> {
  const { connector } = source;
  const sink = sinkOf(source.kind, sinks);
  const stager = await openStager(db, task, connector.hashVersion);
  return {
    source,
    sink,
    stager,
    receiver: createReceiver({ stager, connector, sink }),
    stored: await storedSlice(db, task, { sink, hashVersion: connector.hashVersion }),
    since: monthsBefore(now(), source.backfillMonths),
  };
}

/** Goes on receiving what was opened with this very lease. Throws `task_lease_lost` when it never was. */
export async function goOnReading(
  task: LeasedTask,
  source: OpenedIntegration,
  { db, sinks }: OpenDependencies,
): Promise<OpenReading> {
  const { connector } = source;
  const { hashVersion } = connector;
  const sink = sinkOf(source.kind, sinks);
  const { resumed, holding } = await goOn(db, task, hashVersion);
  const stager = await openStager(db, task, hashVersion, resumed);
  return {
    source,
    sink,
    stager,
    receiver: createReceiver({ stager, connector, sink, from: holding }),
    stored: await storedSlice(db, task, { sink, hashVersion }),
    since: new Date(holding.since),
  };
}

/** What the worker must know of it. */
export async function openedWork(task: LeasedTask, reading: OpenReading, db: Database): Promise<OpenedWork> {
  const { source } = reading;
  return {
    name: source.name,
    kind: source.kind,
    settings: source.settings,
    secrets: source.secrets,
    reach: source.outbound,
    request: await requestOf(task, reading, db),
  };
}

async function requestOf(task: LeasedTask, reading: OpenReading, db: Database): Promise<WorkRequest> {
  const { source, sink, stager, stored, since } = reading;
  const { connector } = source;
  const phase = phaseToRead(task);
  const purpose = purposeOf(task);
  const cursors = await readCursors(db, task.integrationId, task.slice === 'discovery');
  const { unread } = await wantBehind(db, task);
  const polling = phase === 'discovery' && task.named === null ? connector.polling?.(source.settings) : undefined;
  const { integrationId, slice } = task;
  const facts = await sink.facts?.(db, { integrationId, slice, polling: polling ?? null });
  return {
    phase,
    slice: task.slice,
    since: since.toISOString(),
    purpose,
    cursors,
    resume: resumeFrom(stager.checkpoint),
    facts: facts ?? null,
    named: task.named,
    unread: unread === null ? null : { places: unread, only: standAlone(unread, connector) },
    stored: {
      changes: stored !== undefined,
      rows: sink.holdings !== undefined && purpose === 'ingest',
      known: sink.known !== undefined && task.slice === 'discovery' && task.named === null,
    },
  };
}

/** What whoever publishes it must know beside what lies in the stage. */
export function readFacts({ source, receiver, since }: OpenReading, traffic: TaskTraffic): ReadFacts {
  const { kind, connector, knownUnavailable } = source;
  return {
    kind,
    headline: streamRoles(connector).headline,
    hasHistory: connector.streams.some((stream) => stream.phase === 'history'),
    since,
    knownUnavailable,
    newestAt: receiver.received().newestAt ?? undefined,
    traffic,
  };
}

/** True when none of these needs another stream of its slice. */
function standAlone(places: readonly StreamPlace[], { streams }: Pick<Connector, 'streams'>): boolean {
  return places.every((place) => streams.find(({ name }) => name === place.stream)?.standsAlone === true);
}

function resumeFrom(checkpoint: Readonly<Checkpoint>): SliceRequest['resume'] {
  return Object.fromEntries(
    Object.entries(checkpoint).map(([place, mark]) => [
      place,
      'complete' in mark ? 'complete' : { cursor: mark.cursor },
    ]),
  );
}

function purposeOf({ phase }: LeasedTask): SliceRequest['purpose'] {
  return phase === 'audit' || phase === 'count' ? phase : 'ingest';
}

function phaseToRead(task: LeasedTask): SlicePhase {
  if (task.slice === 'discovery') return 'discovery';
  return task.phase === 'history' ? 'history' : 'current';
}

function monthsBefore(date: Date, months: number): Date {
  const day = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1));
  const lastDay = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  day.setUTCDate(Math.min(date.getUTCDate(), lastDay));
  return day;
}
