import { z } from 'zod';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { keysOf, type SliceEvent } from '../../contract.ts';
import { ofProject, paths, type ProjectPlace } from '../address.ts';
import { readPage, readPages } from '../paging.ts';
import type { ExecutionRecord } from '../records.ts';
import { complete, type Reader, setAside, takesStreamAway, unavailable } from '../reader.ts';
import { ExecutionDetail } from '../schema.ts';
import { hasEnded, openStatuses } from '../status.ts';
import { historyWindows, recentWindow } from '../windows.ts';
import { createNeeds, readStageOutcomes } from './stage-outcomes.ts';
import { executionList, readWindow, recordOf, understand, type WindowsReading } from './window-reading.ts';

/** What a room answers for the status of an execution that may still change, and of any other. */
export const storedStatusOf = ({ settled }: Pick<ExecutionRecord, 'settled'>): 'open' | 'settled' =>
  settled ? 'settled' : 'open';

/** Beside an execution stream’s last reading. */
export const ExecutionBookmark = z.object({
  /** Up to when everything that began is proven to be there. */
  end: z.iso.datetime(),
  /** When what had ended before was last looked at, too. */
  deepAt: z.iso.datetime(),
  /** How many might still change. */
  open: z.int().nonnegative(),
  /** Id of the execution that began last; null: there was none. */
  newest: z.string().nullable(),
});
export type ExecutionBookmark = z.infer<typeof ExecutionBookmark>;

const stream = 'executions';

/**
 * Part `current`: what began lately, everything that is under way whenever it began, and what became of those that were
 * under way before. Nothing stays stored as running because nobody looked again.
 */
export async function* readExecutions(reader: Reader, place: ProjectPlace): AsyncGenerator<SliceEvent> {
  const needs = createNeeds();
  let looksBack = false;
  try {
    looksBack = yield* readCurrent(reader, place, needs.note);
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    reader.log.warn({ stream, code: error.code, ...error.data }, 'stream unavailable');
    yield unavailable(stream, '', error);
    return;
  }
  yield* readStageOutcomes(reader, place, needs.list(), { looksBack });
}

/** Returns whether it looked back further than to the end of the last reading. */
async function* readCurrent(
  reader: Reader,
  place: ProjectPlace,
  note: (record: ExecutionRecord) => void,
): AsyncGenerator<SliceEvent, boolean> {
  const { request } = reader;
  // What an interrupted attempt had of the last days has aged since: it is read again, so that its end is this one’s.
  for (const key of Object.keys(request.resume).filter((one) => one.startsWith(`${stream} `)))
    yield { type: 'restart', stream, scope: key.slice(stream.length + 1) };
  const kept = ExecutionBookmark.safeParse((await request.stored?.bookmark(stream, ''))?.value);
  const last = kept.success ? kept.data : null;
  const window = recentWindow(last, reader.now());
  const seen = new Map<string, { settled: boolean; startedAt: string | null }>();
  const found = (record: ExecutionRecord): void => {
    seen.set(record.id, { settled: record.settled, startedAt: record.startedAt });
    note(record);
  };
  const windows: WindowsReading = {
    reader: { ...reader, request: { ...request, resume: {} } },
    place,
    stream,
    unproven: [],
    found,
  };
  yield* readWindow(windows, window);
  try {
    yield* readOpen(reader, place, { seen, found });
  } catch (error) {
    // A server that refuses the question is asked for each run that is stored as under way.
    if (!isPlumblineError(error, 'harness_rejected_request')) throw error;
    reader.log.warn({ stream, code: error.code, ...error.data }, 'no list of what is under way');
  }
  const { gone, doubt } = yield* refreshStored(reader, place, { seen, found });
  const to = new Date(window.to).toISOString();
  const isProven = windows.unproven.length === 0;
  const bookmark: ExecutionBookmark = {
    end: isProven ? to : (last?.end ?? new Date(window.from).toISOString()),
    deepAt: isProven && window.isDeep ? to : (last?.deepAt ?? new Date(0).toISOString()),
    open: [...seen.values()].filter(({ settled }) => !settled).length + (doubt === null ? 0 : 1),
    newest: await newestOf(reader, place, seen),
  };
  yield complete({
    stream,
    scope: '',
    // Of everything there ever was nobody tells a number: each window has its own.
    sourceCount: null,
    method: 'runs under way',
    proof: doubt === null ? 'key_set' : 'unproven',
    ...(doubt === null ? {} : { doubt }),
    coverage: 'changes',
    gone,
    bookmark,
  });
  return window.isDeep;
}

interface Seen {
  seen: Map<string, { settled: boolean; startedAt: string | null }>;
  found(record: ExecutionRecord): void;
}

/** Those under way, of whatever age, as far as the server understands the question: a queued one has not begun yet. */
async function* readOpen(reader: Reader, place: ProjectPlace, { seen, found }: Seen): AsyncGenerator<SliceEvent> {
  const body = { filterType: 'PipelineExecution', status: openStatuses };
  for await (const page of readPages(reader.client, executionList(place, body))) {
    const { understood, aside } = understand(page.items);
    const records = understood.map((one) => recordOf(reader, place, one)).filter(({ id }) => !seen.has(id));
    for (const record of records) found(record);
    yield { type: 'records', stream, scope: '', records };
    for (const { row, reason } of aside) yield setAside(stream, '', row, reason);
    // A server that does not filter would list its whole past.
    if (understood.some(({ status }) => hasEnded(status))) return;
  }
}

/** Those that are stored as under way and that no list named. What Harness has no more is gone. */
async function* refreshStored(
  reader: Reader,
  place: ProjectPlace,
  { seen, found }: Seen,
): AsyncGenerator<SliceEvent, { gone: string[]; doubt: string | null }> {
  const { request, log } = reader;
  const open = request.rows === undefined ? [] : await keysOf(request.rows(stream, '', { status: 'open' }));
  const gone: string[] = [];
  let failure: PlumblineError | null = null;
  for (const id of open.filter((one) => !seen.has(one))) {
    try {
      const record = await readExecution(reader, place, id);
      found(record);
      yield { type: 'records', stream, scope: '', records: [record] };
    } catch (error) {
      if (!takesStreamAway(error)) throw error;
      if (error.code === 'harness_execution_not_found') gone.push(id);
      else {
        log.warn({ stream, id, code: error.code, ...error.data }, 'execution not refreshed');
        failure = error;
      }
    }
  }
  return { gone, doubt: failure === null ? null : `a run that was under way could not be asked for (${failure.code})` };
}

/** One execution by its id. Throws `harness_execution_not_found` where Harness has none. */
export async function readExecution(reader: Reader, place: ProjectPlace, id: string): Promise<ExecutionRecord> {
  const { pipelineExecutionSummary } = await reader.client.get(ExecutionDetail, paths.execution(id), {
    subject: `execution ${id}`,
    params: ofProject(place),
    absent: 'harness_execution_not_found',
  });
  const { understood, aside } = understand([pipelineExecutionSummary]);
  const [execution] = understood;
  if (execution !== undefined) return recordOf(reader, place, execution);
  const message = `Execution ${id} is not understood: ${aside[0]?.reason}.`;
  throw new PlumblineError('malformed_response', { message });
}

/** Where nothing was listed, what began last is asked for: it tells the next look whether something began since. */
async function newestOf(reader: Reader, place: ProjectPlace, seen: Seen['seen']): Promise<string | null> {
  const began = [...seen].flatMap(([id, { startedAt }]) => (startedAt === null ? [] : [{ id, startedAt }]));
  const newest = began.reduce<{ id: string; startedAt: string } | null>(
    (best, one) => (best === null || one.startedAt > best.startedAt ? one : best),
    null,
  );
  return newest === null ? askNewest(reader, place) : newest.id;
}

export async function askNewest({ client }: Pick<Reader, 'client'>, place: ProjectPlace): Promise<string | null> {
  const list = executionList(place, { filterType: 'PipelineExecution' });
  const { content } = await readPage(client, { ...list, size: 1, params: { ...list.params, sort: 'startTs,DESC' } }, 0);
  const parsed = z.object({ planExecutionId: z.string() }).safeParse(content?.[0]);
  return parsed.success ? parsed.data.planExecutionId : null;
}

/** Part `history`: the past as far back as it is wanted. What an interrupted attempt has is not read again. */
export async function* readExecutionHistory(reader: Reader, place: ProjectPlace): AsyncGenerator<SliceEvent> {
  const history = 'execution_history';
  const reading: WindowsReading = { reader, place, stream: history, unproven: [], found: () => {} };
  const windows = historyWindows(reader.request.since, reader.now());
  try {
    for (const [index, window] of windows.entries()) {
      yield { type: 'progress', stage: 'Past executions', done: index, total: windows.length };
      yield* readWindow(reading, window);
    }
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    yield unavailable(history, '', error);
  }
}

/** What a delivery names. */
const namedPrefix = 'execution:';
export const executionName = (id: string): string => `${namedPrefix}${id}`;

/** Each costs a call; more are found by reading what began lately. */
const mostNames = 50;

export const canReadNamed = (named: readonly string[]): boolean =>
  named.length <= mostNames && named.every((one) => one.startsWith(namedPrefix) && one.length > namedPrefix.length);

/** The executions that are named, with what their steps say, and nothing else. */
export async function* readNamedExecutions(
  reader: Reader,
  place: ProjectPlace,
  named: readonly string[],
): AsyncGenerator<SliceEvent> {
  const gone: string[] = [];
  const records: ExecutionRecord[] = [];
  for (const id of named.map((one) => one.slice(namedPrefix.length))) {
    try {
      records.push(await readExecution(reader, place, id));
    } catch (error) {
      if (!isPlumblineError(error, 'harness_execution_not_found')) throw error;
      gone.push(id);
    }
  }
  yield { type: 'records', stream, scope: '', records };
  yield complete({
    stream,
    scope: '',
    sourceCount: null,
    method: 'execution by id',
    proof: 'key_set',
    coverage: 'named',
    gone,
  });
  const needs = createNeeds();
  for (const record of records) needs.note(record);
  yield* readStageOutcomes(reader, place, needs.list(), { looksBack: false });
}
