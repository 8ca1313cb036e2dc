import { pooled } from '../pool.ts';
import { gap, range } from './slice-counts.ts';
import { type Filter, type Listing, type Page, rereads, type Slicing } from './slice-oracle.ts';

/** A slice that fits into the window: all its pages, again while the distinct keys differ from the total. */
export async function* readLeaf(slicing: Slicing, filter: Filter, known?: Page): Listing {
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
export async function* readBothEnds(slicing: Slicing, filter: Filter): Listing {
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
  const reversed = shared.every((rank, index) => index === 0 || rank < shared[index - 1]!);
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
