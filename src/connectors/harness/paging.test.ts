import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Call } from './client.ts';
import { readAll, readPages } from './paging.ts';

/** A client that gives these pages, and notes what it was asked for. */
function served(pages: readonly object[], pageNames: 'pageIndex' | 'page' = 'page') {
  const asked: Call['params'][] = [];
  const give = async <T>(shape: z.ZodType<T>, _path: string, { params }: Call): Promise<T> => {
    asked.push(params);
    return shape.parse(pages[Number(params?.[pageNames])]);
  };
  const list = { path: 'x', pages: pageNames, subject: 'x' } as const;
  return {
    asked,
    read: () => readAll({ get: give, ask: give }, list),
    each: () => readPages({ get: give, ask: give }, list),
  };
}

describe('a list in pages', () => {
  it('ends where the server’s count is reached, in both shapes', async () => {
    const spring = served([
      { content: [1, 2], totalElements: 3, last: false },
      { content: [3], totalElements: 3, last: true },
    ]);
    expect(await spring.read()).toEqual({ items: [1, 2, 3], total: 3, cutOff: null });
    const ng = served(
      [
        { content: [1], totalItems: 2 },
        { content: [2], totalItems: 2 },
      ],
      'pageIndex',
    );
    expect(await ng.read()).toEqual({ items: [1, 2], total: 2, cutOff: null });
    expect(ng.asked).toEqual([
      { pageIndex: 0, pageSize: 100 },
      { pageIndex: 1, pageSize: 100 },
    ]);
  });

  it('goes on behind a short page: a server may give less than was asked for', async () => {
    const pages = [
      { content: [1], totalElements: 3 },
      { content: [2], totalElements: 3 },
      { content: [3], totalElements: 3 },
    ];
    expect((await served(pages).read()).items).toEqual([1, 2, 3]);
  });

  it('ends at an empty page, and keeps the count that it does not come to', async () => {
    const short = served([
      { content: [1], totalElements: 5 },
      { content: null, totalElements: 5 },
    ]);
    expect(await short.read()).toEqual({ items: [1], total: 5, cutOff: null });
  });

  it('without a count ends where the server says so', async () => {
    expect(
      (
        await served([
          { content: [1], last: false },
          { content: [2], last: true },
        ]).read()
      ).items,
    ).toEqual([1, 2]);
    expect((await served([{ content: [1], totalPages: 1 }]).read()).items).toEqual([1]);
    expect((await served([{ content: [1] }, { content: [] }]).read()).items).toEqual([1]);
  });

  it('that never ends is cut off, and says so', async () => {
    const endless = served(Array.from({ length: 10_001 }, () => ({ content: [1], last: false })));
    expect(await endless.read()).toMatchObject({ total: null, cutOff: expect.stringContaining('10000 pages') });
  });
});
