import { isPlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent } from '../../contract.ts';
import { calledProject, ofProject, paths, type ProjectPlace } from '../address.ts';
import { executionRecord } from '../execution/execution.ts';
import { type List, readPage } from '../paging.ts';
import type { ExecutionRecord } from '../records.ts';
import { complete, type Reader, setAside } from '../reader.ts';
import { Execution } from '../schema.ts';
import { divide, isInside, partsOf, timeRange, type Window } from '../windows.ts';
import { countDoubt } from './lists.ts';

/** What becomes of windows: `unproven` names those of which nobody can say that they are whole. */
export interface WindowsReading {
  reader: Reader;
  place: ProjectPlace;
  stream: 'executions' | 'execution_history';
  unproven: string[];
  /** Told of each execution once a listing has it; again when a window is read again. */
  found(record: ExecutionRecord): void;
}

const attempts = 3;

/**
 * One window of time, whole: read page by page in the order in which runs began, and proven by the server’s own count. More
 * than fits well is divided. A window that changed meanwhile is read again; one that never comes to its count says so.
 */
export async function* readWindow(reading: WindowsReading, window: Window): AsyncGenerator<SliceEvent> {
  const { stream, reader } = reading;
  if (reader.request.resume[`${stream} ${window.scope}`] === 'complete') return;
  for (const part of yield* readWhole(reading, window)) yield* readWindow(reading, part);
}

/** Returns the smaller windows that are read in its place: it holds too many, or too much for one answer. */
async function* readWhole(reading: WindowsReading, window: Window): AsyncGenerator<SliceEvent, Window[]> {
  const { stream } = reading;
  const { scope } = window;
  try {
    const first = await pageOf(reading, window, 0);
    const parts = first.outside === 0 ? partsOf(window, first.total) : [];
    if (parts.length === 0) yield* readProven(reading, window, first);
    return parts;
  } catch (error) {
    const parts = isTooMuch(error) ? divide(window) : [];
    if (parts.length === 0) throw error;
    yield { type: 'restart', stream, scope };
    return parts;
  }
}

const isTooMuch = (error: unknown): boolean =>
  isPlumblineError(error, 'response_too_large') || isPlumblineError(error, 'timeout');

async function* readProven(reading: WindowsReading, window: Window, first: ReadPage): AsyncGenerator<SliceEvent> {
  const { stream } = reading;
  const { scope } = window;
  for (let attempt = 1; ; attempt += 1) {
    if (attempt > 1) yield { type: 'restart', stream, scope };
    const read = yield* readPagesOf(reading, window, attempt === 1 ? first : null);
    if (read.doubt !== null && attempt < attempts) continue;
    if (read.doubt !== null) reading.unproven.push(scope);
    yield complete({
      stream,
      scope,
      sourceCount: read.total,
      method: 'executions list',
      proof: read.doubt === null ? 'counts_equal' : 'unproven',
      ...(read.doubt === null ? {} : { doubt: read.doubt }),
      sourceMoved: false,
      window: { from: new Date(window.from).toISOString(), to: new Date(window.to).toISOString() },
    });
    return;
  }
}

/** All pages; what was asked for already is not asked for again. */
async function* readPagesOf(
  reading: WindowsReading,
  window: Window,
  first: ReadPage | null,
): AsyncGenerator<SliceEvent, { total: number | null; doubt: string | null }> {
  const { stream } = reading;
  const { scope } = window;
  const seen = new Set<string>();
  let outside = 0;
  for (let index = 0; ; index += 1) {
    const page = index === 0 && first !== null ? first : await pageOf(reading, window, index);
    outside += page.outside;
    const records = page.records.filter(({ id }) => !seen.has(id));
    for (const record of records) reading.found(record);
    for (const id of page.ids) seen.add(id);
    yield { type: 'records', stream, scope, records };
    for (const { row, reason } of page.aside) yield setAside(stream, scope, row, reason);
    const { total } = page;
    if (page.length > 0 && (total === null || seen.size < total) && index < mostPages) continue;
    return { total, doubt: doubtOf({ total, listed: seen.size, outside }) };
  }
}

/** An hour with more is no project’s. */
const mostPages = 1_000;

/** What keeps a window from being proven; null: it is whole. */
export function doubtOf({
  total,
  listed,
  outside,
}: {
  total: number | null;
  listed: number;
  outside: number;
}): string | null {
  if (outside > 0) return 'Harness lists runs of another time than was asked for';
  return total === null ? 'Harness does not say how many there are' : countDoubt(listed, total);
}

interface ReadPage {
  records: ExecutionRecord[];
  /** Of all rows, also those that are not understood. */
  ids: string[];
  aside: { row: unknown; reason: string }[];
  /** Runs that the filter should have left out. */
  outside: number;
  length: number;
  total: number | null;
}

async function pageOf({ reader, place }: WindowsReading, window: Window, index: number): Promise<ReadPage> {
  const body = { filterType: 'PipelineExecution', timeRange: timeRange(window) };
  const list = { ...executionList(place, body), params: { ...ofProject(place), sort: 'startTs,ASC' } };
  const page = await readPage(reader.client, list, index);
  const rows = page.content ?? [];
  const { understood, aside } = understand(rows);
  return {
    records: understood.map((one) => recordOf(reader, place, one)),
    ids: rows.map((row, at) => idOf(row) ?? `${index} ${at}`),
    aside,
    outside: understood.filter(({ startTs }) => startTs != null && !isInside(window, startTs)).length,
    length: rows.length,
    total: page.totalElements ?? page.totalItems ?? null,
  };
}

export const executionList = (place: ProjectPlace, body: object): List => ({
  path: paths.executions,
  pages: 'page',
  subject: `executions of ${calledProject(place)}`,
  params: ofProject(place),
  absent: 'project_not_found',
  body,
});

export const recordOf = ({ settings, now }: Reader, place: ProjectPlace, execution: Execution): ExecutionRecord =>
  executionRecord(execution, { ...place, url: settings.url, accountId: settings.accountId, now: now() });

export function understand(rows: readonly unknown[]): {
  understood: Execution[];
  aside: { row: unknown; reason: string }[];
} {
  const understood: Execution[] = [];
  const aside: { row: unknown; reason: string }[] = [];
  for (const row of rows) {
    const parsed = Execution.safeParse(row);
    if (parsed.success) understood.push(parsed.data);
    else {
      const [first] = parsed.error.issues;
      aside.push({ row: withoutInputs(row), reason: `${first?.path.join('.')} ${first?.message}` });
    }
  }
  return { understood, aside };
}

function idOf(row: unknown): string | null {
  const id = typeof row === 'object' && row !== null ? (row as { planExecutionId?: unknown }).planExecutionId : null;
  return typeof id === 'string' ? id : null;
}

/** Inputs of a run may hold secrets of others. */
function withoutInputs(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  const kept = ['planExecutionId', 'pipelineIdentifier', 'status', 'startTs', 'endTs', 'createdAt', 'runSequence'];
  return Object.fromEntries(Object.entries(row).filter(([name]) => kept.includes(name)));
}
