import type { Json } from '../../contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { pooled } from '../pool.ts';
import { isClosed, type Reader, type ScopeRef } from '../reader.ts';
import { IssuesList, IssuesSearch } from '../schema.ts';
import { decodeIssueList } from './issue-message.ts';
import { keysPerCall, readByKeys, readPulled } from './pulled.ts';
import { createSearchOracle, pageSize, scopeFilter, searchLimits } from './search-oracle.ts';
import { listSlices } from './slicing.ts';

/** Raw issues as they arrive; `cursor` when a restarted attempt may go on after them. */
interface RawPage {
  issues: readonly unknown[];
  cursor?: Json;
}

/** How one way of listing ended. */
export interface WayOutcome {
  method: string;
  /**
   * `counted`: complete when the distinct keys equal the server's total. `keys`: complete by construction.
   * `proven`: its slices add up, also where a total would not say. `gaps`: it knows that something is missing.
   */
  certainty: 'counted' | 'keys' | 'proven' | 'gaps';
  /** How many issues the way itself says there are; null where it says nothing. */
  count: number | null;
  gaps: string[];
}

export type Way = AsyncGenerator<RawPage, WayOutcome>;

export interface WayTarget {
  reader: Reader;
  project: string;
  scope: ScopeRef;
}

/** Pages after which a listing that never ends is given up: fifty million issues. */
const longestListing = 100_000;

/** Every issue of the scope in any status, as `api/issues/search` counts it; null where the search is closed. */
export async function countIssues({ reader, project, scope }: WayTarget): Promise<number | null> {
  try {
    const params = { ...scopeFilter(project, scope), ps: 1 };
    return (await reader.client.get(IssuesSearch, 'api/issues/search', params)).paging.total;
  } catch (error) {
    // While the index is rebuilt the search answers 503: the list still reads the database, though unproven.
    if (isClosed(error) || isPlumblineError(error, 'upstream_error')) return null;
    throw error;
  }
}

/**
 * `api/issues/list`: reads the database, has no window and no total, and no order either (its SQL has none), so pages
 * may overlap. Fast, and proven by counting. Read up to the first page that is not full, whatever the search counts: its
 * index may lag behind. `pagesDone` were staged by an earlier attempt.
 */
export async function* listPages(
  { reader, project, scope }: WayTarget,
  { expected, pagesDone }: { expected: Promise<number | null>; pagesDone: readonly number[] },
): Way {
  const full = new Set(pagesDone);
  let ended = false;
  const read = async (page: number): Promise<{ page: number; issues: readonly unknown[] }> => {
    const params = { project, ...scope.params, p: page, ps: pageSize };
    const { issues } = await reader.client.getMessage(decodeIssueList, IssuesList, 'api/issues/list', params);
    return { page, issues };
  };
  // Beside the count, which takes longer than a refusal: a token that may not list is told so once.
  const first = full.has(1) ? undefined : read(1);
  const total = await (first === undefined ? expected : Promise.race([expected, first.then(() => expected)]));
  let next = 1;
  function* pagesUpTo(last: number): Generator<number> {
    for (; next <= last && !ended; next += 1) if (!full.has(next)) yield next;
  }
  const readNext = (page: number): ReturnType<typeof read> => (page === 1 && first !== undefined ? first : read(page));
  // The page after the last full one is asked for with the others. Beyond the count there are few, or it is unknown.
  for (let last = Math.ceil(((total ?? 0) + 1) / pageSize); !ended && next <= longestListing; last = next + 3) {
    for await (const { page, issues } of pooled(pagesUpTo(last), () => reader.client.concurrency(), readNext)) {
      if (issues.length === pageSize) full.add(page);
      else ended = true;
      yield { issues, cursor: { pages: packPages(full) } };
    }
  }
  return { method: 'api/issues/list', certainty: 'counted', count: null, gaps: [] };
}

/**
 * `api/issues/pull` names every issue that is not closed by its key, ordered and without a window; the details come by
 * key, the closed ones by slices of the search. For branches only: pull requests have no pull.
 */
export async function* pullKeys(target: WayTarget): Way {
  const { reader, project, scope } = target;
  const keys = new Set<string>();
  for await (const { key, closed } of readPulled(reader, { project, branch: scope.name ?? '' })) {
    if (!closed) keys.add(key);
  }
  let found = 0;
  const read = (batch: readonly string[]): Promise<readonly unknown[]> => readByKeys(reader, batch);
  for await (const issues of pooled(batches([...keys], keysPerCall), () => reader.client.concurrency(), read)) {
    found += issues.length;
    yield { issues };
  }
  const closed = yield* searchSlices(target, { statuses: 'CLOSED' });
  const sandboxed = yield* pullSandboxed(target, found + (closed.count ?? 0));
  const method = 'api/issues/pull + api/issues/search by key';
  // A key without details is an issue deleted meanwhile, or one that the search index does not show yet.
  const lost = keys.size - found;
  const gaps = lost === 0 ? closed.gaps : [...closed.gaps, `${lost} of ${keys.size} pulled keys without details`];
  return {
    method,
    certainty: gaps.length === 0 ? 'keys' : 'gaps',
    count: found + (closed.count ?? 0) + sandboxed,
    gaps,
  };
}

/** Since 26.x an issue may be IN_SANDBOX, which the pull may leave out: asked for only when something is missing. */
async function* pullSandboxed(target: WayTarget, seen: number): AsyncGenerator<RawPage, number> {
  const total = await countIssues(target);
  if (total === null || total <= seen) return 0;
  try {
    return (yield* searchSlices(target, { statuses: 'IN_SANDBOX' })).count ?? 0;
  } catch (error) {
    // An older server does not know the status.
    if (isPlumblineError(error, 'upstream_error')) return 0;
    throw error;
  }
}

/** `api/issues/search`, sliced so that no slice exceeds the window. */
export async function* searchSlices({ reader, project, scope }: WayTarget, extra: Record<string, string> = {}): Way {
  const slicing = { oracle: createSearchOracle(reader, project, scope), limits: searchLimits(reader) };
  const slices = listSlices(slicing, { ...scopeFilter(project, scope), ...extra });
  for (;;) {
    const next = await slices.next();
    if (next.done !== true) {
      yield { issues: next.value };
      continue;
    }
    const { count, proven, gaps } = next.value;
    return { method: 'api/issues/search', certainty: proven ? 'proven' : 'gaps', count, gaps };
  }
}

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Page numbers as ranges (`1-17,19`): a million issues are two thousand pages. */
export function packPages(pages: ReadonlySet<number>): string {
  const sorted = [...pages].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    ranges.push(start === end ? `${sorted[start]}` : `${sorted[start]}-${sorted[end]}`);
    start = end + 1;
  }
  return ranges.join(',');
}

export function unpackPages(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [first, last] = range.split('-').map(Number);
    if (first === undefined || !Number.isInteger(first) || first < 1) return [];
    const end = last === undefined || !Number.isInteger(last) || last - first > 1_000_000 ? first : last;
    return Array.from({ length: Math.max(0, end - first + 1) }, (_, index) => first + index);
  });
}
