import type {
  Connector,
  KeptAnswers,
  SliceEvent,
  SliceRequest,
  StreamDeclaration,
} from '../../../connectors/contract.ts';
import type { Outbound } from '../../../platform/outbound/types.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import type { Sink, StageForm, StreamOutcome } from '../sink.ts';
import type { OpenSource } from '../source.ts';
import { jsonForm, type StagedRecord } from '../store/stage.ts';
import type { StageTally } from '../store/stage-proof.ts';
import { recordHash } from './record-hash.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Stager } from './stager.ts';
import { untilAborted } from './until-aborted.ts';

export interface DiscoveredSlice {
  slice: string;
  version: string | null;
  touchedAt: string | null;
}

export interface PolledScope {
  slice: string;
  scope: string;
  touchedAt: string | null;
}

export type CountedScope = Omit<Extract<SliceEvent, { type: 'counts' }>, 'type'>;

export interface UnavailableStream {
  stream: string;
  scope: string;
  code: string;
  message: string;
  upstream: string | null;
  hidesOthers?: true;
}

/** What reading a slice came to, beside the staged records. */
export interface SliceReading {
  outcomes: StreamOutcome[];
  unavailable: UnavailableStream[];
  slices: DiscoveredSlice[];
  cursors: Record<string, string>;
  /** By `<stream> <scope>`, of this attempt. */
  memories: Map<string, Uint8Array>;
  polled: PolledScope[];
  counts: CountedScope[];
  serverId: string | undefined;
  /** What the source says there is over all slices. */
  expected: number | undefined;
  setAside: Map<string, number>;
  /** What lies in the stage; whoever builds on it requires that all of it is there. */
  tally: StageTally;
  /** Newest source date among the records. */
  newestAt: string | undefined;
  /** Monotonic clock when the last record arrived, in milliseconds. */
  lastRecordAt: number | undefined;
}

export interface ReadSliceOptions {
  source: OpenSource;
  sink: Pick<Sink, 'forms'>;
  request: SliceRequest;
  stager: Stager;
  http: Outbound;
  signal: AbortSignal;
  log: Log;
  hashVersion: number;
  kept: KeptAnswers;
  now(): Date;
}

/** Runs the connector over one slice and stages what it yields, each record parsed strictly once more. */
export async function readSlice(options: ReadSliceOptions): Promise<SliceReading> {
  const { source, request, stager, signal } = options;
  const reading: SliceReading = {
    outcomes: Object.values(stager.checkpoint).flatMap((mark) => ('outcome' in mark ? [mark.outcome] : [])),
    unavailable: [],
    slices: [],
    cursors: {},
    memories: new Map(),
    polled: [],
    counts: [],
    serverId: undefined,
    expected: undefined,
    setAside: new Map(Object.entries(stager.checkpoint).map(([place, { setAside }]) => [place, setAside])),
    tally: { epoch: '', places: new Map() },
    newestAt: undefined,
    lastRecordAt: undefined,
  };
  const streams = new Map(source.connector.streams.map((stream) => [stream.name, stream]));
  const context = {
    settings: source.settings,
    secrets: source.secrets,
    http: options.http,
    log: options.log,
    signal,
    now: options.now,
    kept: options.kept,
  };
  const events = (source.connector as Connector).read(context, {
    ...request,
    resume: resumeFrom(stager.checkpoint),
    stagedKeys: (stream, scope) => stager.keys(stream, scope),
  });
  for await (const event of untilAborted(events, signal)) await take(event, reading, { ...options, streams });
  signal.throwIfAborted();
  reading.tally = await stager.flush();
  return reading;
}

function resumeFrom(checkpoint: Readonly<Checkpoint>): SliceRequest['resume'] {
  return Object.fromEntries(
    Object.entries(checkpoint).map(([place, mark]) => [
      place,
      'outcome' in mark ? 'complete' : { cursor: mark.cursor },
    ]),
  );
}

async function take(
  event: SliceEvent,
  reading: SliceReading,
  options: ReadSliceOptions & { streams: Map<string, StreamDeclaration> },
): Promise<void> {
  const { stager } = options;
  switch (event.type) {
    case 'records': {
      reading.lastRecordAt = performance.now();
      const form = options.sink.forms?.[event.stream] ?? jsonForm;
      return stager.add(parseRecords(event, form, reading, options), {
        stream: event.stream,
        scope: event.scope,
        form,
        ...(event.cursor === undefined ? {} : { cursor: event.cursor }),
      });
    }
    case 'restart':
      reading.setAside.delete(`${event.stream} ${event.scope}`);
      return stager.restart(event.stream, event.scope);
    case 'set_aside':
      return countSetAside(event, reading, stager);
    case 'complete': {
      const { type: _, ...outcome } = event;
      const ended: StreamOutcome = { ...outcome, outcome: 'complete' };
      reading.outcomes.push(ended);
      return stager.complete(ended);
    }
    case 'unavailable':
      reading.unavailable.push({ ...event, upstream: event.upstream ?? null });
      reading.outcomes.push(unavailableOutcome(event));
      return stager.restart(event.stream, event.scope);
    case 'slice':
      reading.slices.push({ slice: event.slice, version: event.version, touchedAt: event.touchedAt });
      return;
    case 'cursor':
      reading.cursors[event.name] = event.value;
      return;
    case 'counts': {
      const { type: _, ...counted } = event;
      reading.counts.push(counted);
      return;
    }
    case 'memory':
      reading.memories.set(`${event.stream} ${event.scope}`, event.bytes);
      return;
    case 'polled':
      reading.polled.push({ slice: event.slice, scope: event.scope, touchedAt: event.touchedAt });
      return;
    case 'identity':
      reading.serverId = event.serverId;
      return;
    case 'progress':
      return stager.progress(event);
    case 'expected':
      reading.expected = event.records;
      return;
    default:
      return event satisfies never;
  }
}

function* parseRecords(
  event: Extract<SliceEvent, { type: 'records' }>,
  form: StageForm,
  reading: SliceReading,
  options: ReadSliceOptions & { streams: Map<string, StreamDeclaration> },
): Generator<StagedRecord> {
  const declaration = options.streams.get(event.stream);
  if (declaration === undefined)
    throw new Error(`connector ${options.source.kind} yielded undeclared stream ${event.stream}`);
  for (const candidate of event.records) {
    const parsed = declaration.record.safeParse(candidate);
    if (!parsed.success) {
      const reason = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      countSetAside(
        { stream: event.stream, scope: event.scope, reason, text: JSON.stringify(candidate) },
        reading,
        options.stager,
      );
      continue;
    }
    const record = JSON.stringify(parsed.data);
    noteNewest(parsed.data as Record<string, unknown>, reading);
    yield {
      sourceKey: declaration.key(parsed.data as never),
      rowHash: recordHash(options.hashVersion, record),
      cells: form.cells(parsed.data as never, record),
    };
  }
}

function countSetAside(
  record: { stream: string; scope: string; reason: string; text: string },
  reading: SliceReading,
  stager: Stager,
): void {
  const place = `${record.stream} ${record.scope}`;
  reading.setAside.set(place, (reading.setAside.get(place) ?? 0) + 1);
  stager.setAside(record);
}

/** Members of our records that carry a date of the source; the newest of them ends the scan range. */
const dateMembers = ['updatedAt', 'analyzedAt', 'lastAnalysisAt'] as const;

function noteNewest(record: Record<string, unknown>, reading: SliceReading): void {
  for (const member of dateMembers) {
    const value = record[member];
    if (typeof value === 'string' && (reading.newestAt === undefined || value > reading.newestAt))
      reading.newestAt = value;
  }
}

function unavailableOutcome({ stream, scope, code }: Extract<SliceEvent, { type: 'unavailable' }>): StreamOutcome {
  return {
    stream,
    scope,
    outcome: 'unavailable',
    code,
    sourceCount: null,
    method: 'none',
    proof: 'unproven',
    sourceMoved: false,
    absenceTrusted: false,
  };
}
