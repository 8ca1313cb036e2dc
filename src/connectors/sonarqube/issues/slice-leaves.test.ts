import { describe, expect, it } from 'vitest';
import { readBothEnds, readLeaf } from './slice-leaves.ts';
import type { Listing, Page, SearchOracle, SliceOutcome, Slicing } from './slice-oracle.ts';

/** A window of six issues in pages of two. */
const limits = { window: 6, pageSize: 2, totalsCapped: false, width: () => 2 };
const filter = { files: 'a.js' };

interface Asked {
  /** Which request of the reading this is, from 1 on. */
  call: number;
  number: number;
  descending: boolean;
}

/** Answers each page as told, and notes which were asked for. */
function slicingOf(answer: (asked: Asked) => Page, totalsCapped = false) {
  const asked: string[] = [];
  const never = (): never => {
    throw new Error('a leaf asks for pages only');
  };
  const oracle: SearchOracle = {
    async page(wanted, number, descending) {
      expect(wanted).toBe(filter);
      asked.push(`${descending ? '-' : '+'}${number}`);
      return answer({ call: asked.length, number, descending });
    },
    facets: never,
    files: never,
    keyOf: String,
    createdOf: never,
    dateParameter: never,
  };
  return { asked, slicing: { oracle, limits: { ...limits, totalsCapped } } satisfies Slicing };
}

/** The page of these keys, in this order or from its other end. */
function pageOf(keys: readonly string[], { number, descending }: Asked, total = keys.length): Page {
  const sorted = descending ? keys.toReversed() : keys;
  return { total, issues: sorted.slice((number - 1) * limits.pageSize, number * limits.pageSize) };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${index}`);

async function read(listing: Listing): Promise<{ keys: string[]; outcome: SliceOutcome }> {
  const keys: string[] = [];
  for (;;) {
    const next = await listing.next();
    if (next.done === true) return { keys, outcome: next.value };
    keys.push(...next.value.map(String));
  }
}

describe('a slice that fits', () => {
  it('is proven when its pages hold as many keys as it counts, each page asked for once', async () => {
    const keys = numbered(5);
    const { asked, slicing } = slicingOf((page) => pageOf(keys, page));
    const listing = await read(readLeaf(slicing, filter));
    expect(listing.keys.toSorted()).toEqual(keys);
    expect(listing.outcome).toEqual({ count: 5, proven: true, gaps: [] });
    expect(asked.toSorted()).toEqual(['+1', '+2', '+3']);
  });

  it('does not ask again for the page that is known', async () => {
    const keys = numbered(4);
    const { asked, slicing } = slicingOf((page) => pageOf(keys, page));
    const known = { total: 4, issues: keys.slice(0, 2) };
    expect((await read(readLeaf(slicing, filter, known))).keys).toEqual(keys);
    expect(asked).toEqual(['+2']);
  });

  it('reads a window and no page more', async () => {
    const keys = numbered(9);
    const { asked, slicing } = slicingOf((page) => pageOf(keys, page));
    const { outcome } = await read(readLeaf(slicing, filter));
    expect(asked.slice(0, 3).toSorted()).toEqual(['+1', '+2', '+3']);
    expect(outcome).toEqual({ count: 6, proven: false, gaps: ['6 of 9 issues of {"files":"a.js"}'] });
  });

  it('is read three times when a key is missing, and then says how many', async () => {
    const { asked, slicing } = slicingOf((page) => pageOf(['a', 'b', 'b', 'c'], page));
    const { outcome } = await read(readLeaf(slicing, filter));
    expect(outcome).toEqual({ count: 3, proven: false, gaps: ['3 of 4 issues of {"files":"a.js"}'] });
    expect(asked.toSorted()).toEqual(['+1', '+1', '+1', '+2', '+2', '+2']);
  });

  it('is read again when its total moved between two pages, though the keys would fit', async () => {
    // The first reading counts four and then three, and has seen four.
    const { asked, slicing } = slicingOf((page) =>
      page.call === 1
        ? { total: 4, issues: ['a', 'b'] }
        : page.call === 2
          ? { total: 3, issues: ['c', 'd'] }
          : pageOf(['a', 'b', 'c'], page),
    );
    const { outcome } = await read(readLeaf(slicing, filter));
    expect(outcome).toEqual({ count: 3, proven: true, gaps: [] });
    expect(asked).toEqual(['+1', '+2', '+1', '+2']);
  });

  it('whose total never stands still says how many of the most there were', async () => {
    const { slicing } = slicingOf((page) => pageOf(['a', 'b', 'c'], page, page.number === 1 ? 4 : 3));
    expect((await read(readLeaf(slicing, filter))).outcome).toEqual({
      count: 3,
      proven: false,
      gaps: ['3 of 4 issues of {"files":"a.js"}'],
    });
  });

  it('is proven by what it holds when it is read again, at the third time too', async () => {
    const { slicing } = slicingOf((page) => pageOf(page.call <= 4 ? ['a', 'a'] : ['a', 'b'], page, 2));
    const three = slicingOf((page) => pageOf(page.call <= 2 ? ['a', 'a'] : ['a', 'b'], page, 2));
    expect((await read(readLeaf(three.slicing, filter))).outcome).toEqual({ count: 2, proven: true, gaps: [] });
    expect((await read(readLeaf(slicing, filter))).outcome.proven).toBe(false);
  });
});

describe('up to two windows without a further filter', () => {
  it('are proven when both ends hold as many keys as are counted, without a page more than needed', async () => {
    const keys = numbered(9);
    const { asked, slicing } = slicingOf((page) => pageOf(keys, page));
    const listing = await read(readBothEnds(slicing, filter));
    expect([...new Set(listing.keys)].toSorted()).toEqual(keys);
    expect(listing.outcome).toEqual({ count: 9, proven: true, gaps: [] });
    expect(asked.toSorted()).toEqual(['+1', '+2', '+3', '-1', '-2']);
  });

  it('are not read again when nothing moved, and say how many of how many', async () => {
    const keys = numbered(13);
    const { asked, slicing } = slicingOf((page) => pageOf(keys, page));
    const { outcome } = await read(readBothEnds(slicing, filter));
    expect(outcome).toEqual({ count: 12, proven: false, gaps: ['12 of 13 issues of {"files":"a.js"}'] });
    expect(asked).toHaveLength(6);
  });

  it.each([
    ['from one end to the other', 8, (page: Asked) => (page.descending ? 8 : 9)],
    ['within the first half', 9, (page: Asked) => (page.call === 1 ? 8 : 9)],
    ['within the second half', 9, (page: Asked) => (page.call === 5 ? 8 : 9)],
  ])('are read three times while the total moves %s, though the keys would fit', async (_, count, totalOf) => {
    const keys = numbered(count);
    let readings = 0;
    const { slicing } = slicingOf((page) => {
      if (!page.descending && page.number === 1) readings += 1;
      const inReading = { ...page, call: ((page.call - 1) % 5) + 1 };
      return pageOf(keys, page, totalOf(inReading));
    });
    const { outcome } = await read(readBothEnds(slicing, filter));
    expect(outcome.proven).toBe(false);
    expect(readings).toBe(3);
  });

  it('are proven as soon as one reading stood still', async () => {
    const keys = numbered(8);
    const { slicing } = slicingOf((page) => pageOf(keys, page, page.call === 1 ? 9 : 8));
    expect((await read(readBothEnds(slicing, filter))).outcome).toEqual({ count: 8, proven: true, gaps: [] });
  });

  it('read nothing from the other end when one window holds all', async () => {
    const keys = numbered(5);
    const { asked, slicing } = slicingOf((page) => pageOf(keys, page));
    await read(readBothEnds(slicing, filter));
    expect(asked.filter((page) => page.startsWith('-'))).toEqual([]);
  });
});

describe('two ends where totals are capped', () => {
  const ends = (forward: readonly string[], backward: readonly string[]) =>
    slicingOf(
      (page) => ({ ...pageOf(page.descending ? backward.toReversed() : forward, page), total: limits.window }),
      true,
    );
  const proven = async (forward: string, backward: string): Promise<boolean> =>
    (await read(readBothEnds(ends([...forward], [...backward]).slicing, filter))).outcome.proven;

  it('are whole when they meet in reversed order', async () => {
    const { asked, slicing } = ends([...'abcdef'], [...'hgfedc']);
    expect((await read(readBothEnds(slicing, filter))).outcome).toEqual({ count: 8, proven: true, gaps: [] });
    expect(asked.toSorted()).toEqual(['+1', '+2', '+3', '-1', '-2', '-3']);
  });

  it('are whole when they share two, and not when they share one or none', async () => {
    expect(await proven('abcdef', 'jihgfe')).toBe(true);
    expect(await proven('abcdef', 'kjihgf')).toBe(false);
    expect(await proven('abcdef', 'lkjihg')).toBe(false);
  });

  it('are not whole when what they share is in the same order, or in no order', async () => {
    expect(await proven('abcdef', 'abcdef')).toBe(false);
    expect(await proven('abcdef', 'hgfdec')).toBe(false);
    expect(await proven('abcdef', 'hgefdc')).toBe(false);
    expect(await proven('abcdef', 'hgffed')).toBe(false);
  });

  it('say how many of how many when they do not meet, without reading again', async () => {
    const { asked, slicing } = ends([...'abcdef'], [...'lkjihg']);
    expect((await read(readBothEnds(slicing, filter))).outcome).toEqual({
      count: 12,
      proven: false,
      gaps: ['12 of 6 issues of {"files":"a.js"}'],
    });
    expect(asked).toHaveLength(6);
  });
});
