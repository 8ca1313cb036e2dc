import { pooled } from '../pool.ts';

/** Parameters of `issues/search` that narrow it; never a parameter with several values of a multi-valued field. */
export type Filter = Readonly<Record<string, string>>;

export interface Page {
  /** The server's total for the filter; on Cloud never above the window. */
  total: number;
  issues: readonly unknown[];
}

/** What the planner needs of a search: pure tests put a small population behind it, the connector the server. */
export interface SearchOracle {
  /** Sorted by creation date, ties by key; `descending` reverses both. Pages count from 1. */
  page(filter: Filter, page: number, descending: boolean): Promise<Page>;
  /** Counts per value of single-valued fields, by parameter name; a truncated one is complete nowhere. */
  facets(filter: Filter): Promise<{ total: number; counts: Record<string, ReadonlyMap<string, number>> }>;
  /** Paths of every file of the scope, or null where they cannot be listed. */
  files(): Promise<readonly string[] | null>;
  keyOf(issue: unknown): string;
  /** Whole seconds since 1970. */
  createdOf(issue: unknown): number;
  /** A moment as the server wants it as parameter. */
  dateParameter(seconds: number): string;
}

export interface SlicingLimits {
  /** Results that can be paged: 10,000. */
  window: number;
  pageSize: number;
  /** Cloud counts no further than the window: a total equal to it proves nothing. */
  totalsCapped: boolean;
  /** Pages in flight at once. */
  width(): number;
}

/** How one filter was read: how many issues it had, and whether all of them were seen. */
export interface SliceOutcome {
  count: number;
  proven: boolean;
  /** Why not, with numbers. */
  gaps: string[];
}

type Listing = AsyncGenerator<readonly unknown[], SliceOutcome>;

/** Every page is read again this often when the counts of a slice do not fit, e.g. because somebody edits issues. */
const rereads = 2;

/** Fields whose values are a closed list: never truncated, each issue has exactly one. */
const exhaustive = 'types';

export interface Slicing {
  oracle: SearchOracle;
  limits: SlicingLimits;
}

/**
 * Yields every issue of a filter, some perhaps twice, and says whether that is proven. Never loops: a walk moves on by
 * at least one second, a split uses up a field.
 */
export async function* listSlices(slicing: Slicing, filter: Filter): Listing {
  return yield* slice(slicing, filter, { used: new Set<string>(), oneSecond: false });
}

interface Position {
  used: ReadonlySet<string>;
  /** True once the filter is down to one creation second, the smallest slice of time there is. */
  oneSecond: boolean;
}

async function* slice(slicing: Slicing, filter: Filter, position: Position): Listing {
  const { oracle, limits } = slicing;
  const first = await oracle.page(filter, 1, false);
  if (first.total === 0) return { count: 0, proven: true, gaps: [] };
  if (first.total < limits.window || (first.total === limits.window && !limits.totalsCapped)) {
    return yield* readLeaf(slicing, filter, first);
  }
  if (!limits.totalsCapped && first.total <= limits.window * 2) {
    const outcome = yield* readBothEnds(slicing, filter);
    if (outcome.proven) return outcome;
  }
  if (!position.oneSecond) return yield* walk(slicing, filter, position);
  return yield* split(slicing, filter, position);
}

/** A slice that fits into the window: all its pages, again while the distinct keys differ from the total. */
async function* readLeaf(slicing: Slicing, filter: Filter, known?: Page): Listing {
  const { oracle, limits } = slicing;
  let first = known ?? (await oracle.page(filter, 1, false));
  for (let attempt = 0; ; attempt += 1) {
    const keys = new Set<string>();
    const totals = new Set<number>();
    const collect = (page: Page): readonly unknown[] => {
      for (const issue of page.issues) keys.add(oracle.keyOf(issue));
      totals.add(page.total);
      return page.issues;
    };
    yield collect(first);
    const pages = Math.ceil(Math.min(first.total, limits.window) / limits.pageSize);
    for await (const page of pooled(range(2, pages), limits.width, (number) => oracle.page(filter, number, false))) {
      yield collect(page);
    }
    const total = Math.max(...totals);
    // An issue that left the slice between two pages moves another one over their edge, and the count still fits.
    if (keys.size === total && totals.size === 1) return { count: total, proven: true, gaps: [] };
    if (attempt === rereads) return gap(filter, keys.size, total);
    first = await oracle.page(filter, 1, false);
  }
}

/**
 * Up to twice the window without any further filter: the first half from one end of the order, the rest from the
 * other. Where totals are capped it is complete when both ends meet.
 */
async function* readBothEnds(slicing: Slicing, filter: Filter): Listing {
  const { limits } = slicing;
  for (let attempt = 0; ; attempt += 1) {
    const ranks = new Map<string, number>();
    const forward = yield* readEnd(slicing, filter, { descending: false, pages: limits.window / limits.pageSize });
    for (const [rank, key] of forward.keys.entries()) ranks.set(key, rank);
    const rest = limits.totalsCapped ? limits.window : Math.min(limits.window, forward.total - limits.window);
    const pages = Math.ceil(Math.max(0, rest) / limits.pageSize);
    const backward = yield* readEnd(slicing, filter, { descending: true, pages });
    const distinct = new Set([...forward.keys, ...backward.keys]).size;
    if (limits.totalsCapped) {
      if (meet(ranks, backward.keys)) return { count: distinct, proven: true, gaps: [] };
      return gap(filter, distinct, forward.total);
    }
    const steady = forward.steady && backward.steady && forward.total === backward.total;
    if (steady && distinct === backward.total) return { count: distinct, proven: true, gaps: [] };
    // The same once more will not help where nothing moved.
    if (attempt === rereads || steady) {
      return gap(filter, distinct, backward.total);
    }
  }
}

/** True when the backward listing runs into the forward one in exactly reversed order. */
function meet(forward: ReadonlyMap<string, number>, backward: readonly string[]): boolean {
  const shared = backward.map((key) => forward.get(key)).filter((rank) => rank !== undefined);
  const reversed = shared.every((rank, index) => index === 0 || rank < (shared[index - 1] ?? -1));
  // One shared key may be met by chance of a repeated first row, two in reversed order may not.
  return shared.length > 1 && reversed;
}

async function* readEnd(
  slicing: Slicing,
  filter: Filter,
  end: { descending: boolean; pages: number },
): AsyncGenerator<readonly unknown[], { keys: string[]; total: number; steady: boolean }> {
  const { oracle, limits } = slicing;
  const pages: string[][] = [];
  const totals = new Set<number>();
  const read = async (number: number): Promise<{ number: number; page: Page }> => ({
    number,
    page: await oracle.page(filter, number, end.descending),
  });
  for await (const { number, page } of pooled(range(1, end.pages), limits.width, read)) {
    pages[number] = page.issues.map((issue) => oracle.keyOf(issue));
    totals.add(page.total);
    yield page.issues;
  }
  return { keys: pages.flat(), total: Math.max(0, ...totals), steady: totals.size === 1 };
}

/**
 * By creation date: the window sorted by it holds every issue older than its last one, so that date ends a slice that
 * fits, and the next begins there. Only a single second with more than a window needs another field.
 */
async function* walk(slicing: Slicing, filter: Filter, position: Position): Listing {
  const { oracle, limits } = slicing;
  const parts: Part[] = [];
  for (let from: number | null = null; ; ) {
    const open: Filter = from === null ? filter : { ...filter, createdAfter: oracle.dateParameter(from) };
    const [first, last] = await Promise.all([
      oracle.page(open, 1, false),
      oracle.page(open, limits.window / limits.pageSize, false),
    ]);
    if (first.total < limits.window || last.issues.length === 0) {
      parts.push(yield* readPart(slicing, open, position));
      break;
    }
    const start = oracle.createdOf(first.issues[0]);
    const end = oracle.createdOf(last.issues.at(-1));
    const until: number = Math.max(end, start + 1);
    const part = { ...open, createdAfter: oracle.dateParameter(start), createdBefore: oracle.dateParameter(until) };
    parts.push(yield* readPart(slicing, part, { ...position, oneSecond: end === start }));
    from = until;
  }
  return yield* reconcile(slicing, filter, parts);
}

/** By the field that costs the fewest pages, among those whose counts add up to the total. */
async function* split(slicing: Slicing, filter: Filter, position: Position): Listing {
  const { oracle } = slicing;
  const { total, counts } = await oracle.facets(filter);
  const exact = exactTotal(total, counts);
  const candidates = Object.entries(counts)
    .filter(([field, values]) => !position.used.has(field) && isPartition(values, exact))
    .map(([field, values]) => ({ field, values, cost: costOf(values, slicing.limits) }))
    .sort((a, b) => a.cost - b.cost);
  const best = candidates[0];
  if (best !== undefined) {
    const used = new Set([...position.used, best.field]);
    const parts: Part[] = [];
    for (const value of best.values.keys()) {
      parts.push(yield* readPart(slicing, { ...filter, ...parameterOf(best.field, value) }, { ...position, used }));
    }
    return yield* reconcile(slicing, filter, parts);
  }
  const paths = position.used.has('files') ? null : await oracle.files();
  if (paths !== null && paths.length > 1) {
    return yield* splitByFiles(slicing, filter, {
      paths,
      position: { ...position, used: new Set([...position.used, 'files']) },
    });
  }
  return yield* readBothEnds(slicing, filter);
}

/** Groups of files small enough for an address; the facet of files stops at 100 of them. */
async function* splitByFiles(
  slicing: Slicing,
  filter: Filter,
  { paths, position }: { paths: readonly string[]; position: Position },
): Listing {
  const parts: Part[] = [];
  const groups = chunk(
    paths.filter((path) => !path.includes(',')),
    100,
  );
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const part = { ...filter, files: group.join(',') };
    const { total } = await slicing.oracle.page(part, 1, false);
    if (total >= slicing.limits.window && group.length > 1)
      groups.unshift(...chunk(group, Math.ceil(group.length / 2)));
    else if (total > 0) parts.push(yield* readPart(slicing, part, position));
  }
  return yield* reconcile(slicing, filter, parts);
}

interface Part {
  filter: Filter;
  outcome: SliceOutcome;
  position: Position;
}

async function* readPart(
  slicing: Slicing,
  filter: Filter,
  position: Position,
): AsyncGenerator<readonly unknown[], Part> {
  return { filter, position, outcome: yield* slice(slicing, filter, position) };
}

/** The parts must add up to the whole as it is now; those that changed meanwhile are read again. */
async function* reconcile(slicing: Slicing, filter: Filter, parts: readonly Part[]): Listing {
  for (let attempt = 0; ; attempt += 1) {
    const whole = await exactCount(slicing, filter);
    const count = parts.reduce((sum, part) => sum + part.outcome.count, 0);
    const gaps = parts.flatMap((part) => part.outcome.gaps);
    if (count === whole || attempt === rereads) {
      const proven = count === whole && gaps.length === 0;
      return { count, proven, gaps: proven || gaps.length > 0 ? gaps : gap(filter, count, whole).gaps };
    }
    for (const part of parts) {
      if ((await exactCount(slicing, part.filter)) === part.outcome.count) continue;
      part.outcome = yield* slice(slicing, part.filter, part.position);
    }
  }
}

/** The total of a filter, by the closed field's counts where the total itself is capped. */
async function exactCount(slicing: Slicing, filter: Filter): Promise<number> {
  const { total } = await slicing.oracle.page(filter, 1, false);
  if (!slicing.limits.totalsCapped || total < slicing.limits.window) return total;
  const { total: again, counts } = await slicing.oracle.facets(filter);
  return exactTotal(again, counts);
}

function exactTotal(total: number, counts: Record<string, ReadonlyMap<string, number>>): number {
  return Math.max(total, sum(counts[exhaustive] ?? new Map()));
}

/** Pages a split would read; a value that still exceeds the window will have to be split again. */
function costOf(values: ReadonlyMap<string, number>, limits: SlicingLimits): number {
  return [...values.values()].reduce((cost, count) => {
    const pages = Math.ceil(count / limits.pageSize);
    return cost + (count < limits.window ? pages : pages * 4);
  }, 0);
}

/** A value with a comma cannot be asked for: the server would read it as two. */
function isPartition(values: ReadonlyMap<string, number>, total: number): boolean {
  return values.size > 1 && sum(values) === total && ![...values.keys()].some((value) => value.includes(','));
}

/** Nobody is assigned: the facet's empty value has a parameter of its own. */
function parameterOf(field: string, value: string): Filter {
  return field === 'assignees' && value === '' ? { assigned: 'false' } : { [field]: value };
}

function sum(values: ReadonlyMap<string, number>): number {
  return [...values.values()].reduce((total, count) => total + count, 0);
}

function gap(filter: Filter, seen: number, total: number): SliceOutcome {
  return { count: seen, proven: false, gaps: [`${seen} of ${total} issues of ${JSON.stringify(filter)}`] };
}

function* range(first: number, last: number): Generator<number> {
  for (let number = first; number <= last; number += 1) yield number;
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
