import type {
  Connector,
  KeptAnswers,
  SliceEvent,
  SliceRequest,
  StreamDeclaration,
} from '../../../connectors/contract.ts';
import type { Outbound } from '../../../platform/outbound/types.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import type { Sink, StageForm } from '../sink.ts';
import type { OpenSource } from '../source.ts';
import { jsonForm, type StagedRecord } from '../store/stage.ts';
import { recordHash } from './record-hash.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Stager } from './stager.ts';
import { untilAborted } from '../work/until-aborted.ts';

/** What a publish need not know of a reading beside what was staged: newest date, and when the last record came. */
export interface ReadEnd {
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
export async function readSlice(options: ReadSliceOptions): Promise<ReadEnd> {
  const { source, request, stager, signal } = options;
  const end: ReadEnd = { newestAt: undefined, lastRecordAt: undefined };
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
  for await (const event of untilAborted(events, signal)) await take(event, end, { ...options, streams });
  signal.throwIfAborted();
  return end;
}

function resumeFrom(checkpoint: Readonly<Checkpoint>): SliceRequest['resume'] {
  return Object.fromEntries(
    Object.entries(checkpoint).map(([place, mark]) => [
      place,
      'complete' in mark ? 'complete' : { cursor: mark.cursor },
    ]),
  );
}

async function take(
  event: SliceEvent,
  end: ReadEnd,
  options: ReadSliceOptions & { streams: Map<string, StreamDeclaration> },
): Promise<void> {
  const { stager } = options;
  if (event.type === 'set_aside') return stager.setAside(event);
  if (event.type === 'progress') return stager.progress(event);
  if (event.type !== 'records') return stager.say(event);
  end.lastRecordAt = performance.now();
  const { stream, scope, cursor } = event;
  const form = options.sink.forms?.[stream] ?? jsonForm;
  const records = parseRecords(event, form, end, options);
  return stager.add(records, { stream, scope, form, ...(cursor === undefined ? {} : { cursor }) });
}

function* parseRecords(
  event: Extract<SliceEvent, { type: 'records' }>,
  form: StageForm,
  end: ReadEnd,
  options: ReadSliceOptions & { streams: Map<string, StreamDeclaration> },
): Generator<StagedRecord> {
  const declaration = options.streams.get(event.stream);
  if (declaration === undefined)
    throw new Error(`connector ${options.source.kind} yielded undeclared stream ${event.stream}`);
  for (const candidate of event.records) {
    const parsed = declaration.record.safeParse(candidate);
    if (!parsed.success) {
      const reason = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      options.stager.setAside({ stream: event.stream, scope: event.scope, reason, text: JSON.stringify(candidate) });
      continue;
    }
    const record = JSON.stringify(parsed.data);
    const date = declaration.dateOf?.(parsed.data as never) ?? null;
    if (date !== null && (end.newestAt === undefined || date > end.newestAt)) end.newestAt = date;
    yield {
      sourceKey: declaration.key(parsed.data as never),
      rowHash: recordHash(options.hashVersion, record),
      cells: form.cells(parsed.data as never, record),
    };
  }
}
