import { groupsThatFit, roomBesideFilters } from '../address.ts';
import { chunk, costOf, exactTotal, gap, isPartition, parameterOf } from './slice-counts.ts';
import { readBothEnds, readLeaf } from './slice-leaves.ts';
import { type Filter, type Listing, rereads, type SliceOutcome, type Slicing } from './slice-oracle.ts';

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
      // A total that its own pages contradict would be walked without end.
      parts.push(yield* readPart(open, () => readLeaf(slicing, open)));
      break;
    }
    const start = oracle.createdOf(first.issues[0]);
    const end = oracle.createdOf(last.issues.at(-1));
    const until: number = Math.max(end, start + 1);
    const part = { ...open, createdAfter: oracle.dateParameter(start), createdBefore: oracle.dateParameter(until) };
    const inside = { ...position, oneSecond: end === start };
    parts.push(yield* readPart(part, () => slice(slicing, part, inside)));
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
    .filter(([field, values]) => !position.used.has(field) && isPartition(field, values, exact))
    .map(([field, values]) => ({ field, values, cost: costOf(values, slicing.limits) }))
    .sort((a, b) => a.cost - b.cost);
  const best = candidates[0];
  if (best !== undefined) {
    const used = new Set([...position.used, best.field]);
    const parts: Part[] = [];
    for (const value of best.values.keys()) {
      const part = { ...filter, ...parameterOf(best.field, value) };
      parts.push(yield* readPart(part, () => slice(slicing, part, { ...position, used })));
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
  const named = paths.filter((path) => !path.includes(','));
  const groups = [...groupsThatFit(named, roomBesideFilters, 100)];
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    const part = { ...filter, files: group.join(',') };
    const { total } = await slicing.oracle.page(part, 1, false);
    if (total >= slicing.limits.window && group.length > 1)
      groups.unshift(...chunk(group, Math.ceil(group.length / 2)));
    else if (total > 0) parts.push(yield* readPart(part, () => slice(slicing, part, position)));
  }
  return yield* reconcile(slicing, filter, parts);
}

interface Part {
  filter: Filter;
  outcome: SliceOutcome;
  read(): Listing;
}

async function* readPart(filter: Filter, read: () => Listing): AsyncGenerator<readonly unknown[], Part> {
  return { filter, read, outcome: yield* read() };
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
      part.outcome = yield* part.read();
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
