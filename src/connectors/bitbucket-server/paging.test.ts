import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readAll } from './paging.ts';

type Wire = { values: number[]; isLastPage?: boolean; nextPageStart?: number | null };

/** A client that answers pages by where they begin, and notes where it was asked. */
function served(pages: Record<number, Wire>): { asked: number[]; read(): ReturnType<typeof readAll<number>> } {
  const asked: number[] = [];
  const client = {
    async get<T>(
      shape: z.ZodType<T>,
      _path: string,
      { params }: { params?: Readonly<Record<string, unknown>> },
    ): Promise<T> {
      const start = Number(params?.['start']);
      asked.push(start);
      return shape.parse(pages[start]);
    },
  };
  return { asked, read: () => readAll(client, z.number(), 'rest/x', { subject: 'x' }) };
}

describe('a list in pages', () => {
  it('goes on where the server says, over jumps and empty pages', async () => {
    const list = served({
      0: { values: [1, 2], isLastPage: false, nextPageStart: 5 },
      5: { values: [], isLastPage: false, nextPageStart: 9 },
      9: { values: [3], isLastPage: true, nextPageStart: null },
    });
    expect(await list.read()).toEqual({ items: [1, 2, 3], cutOff: null });
    expect(list.asked).toEqual([0, 5, 9]);
  });

  it('ends at the last page, whatever else it says', async () => {
    expect(await served({ 0: { values: [1], isLastPage: true, nextPageStart: 25 } }).read()).toEqual({
      items: [1],
      cutOff: null,
    });
    expect(await served({ 0: { values: [1] } }).read()).toEqual({ items: [1], cutOff: null });
  });

  it('is cut off where it leads in a circle, or to nowhere', async () => {
    const circle = served({
      0: { values: [1], isLastPage: false, nextPageStart: 1 },
      1: { values: [2], isLastPage: false, nextPageStart: 1 },
    });
    expect(await circle.read()).toEqual({ items: [1, 2], cutOff: 'its pages lead in a circle' });
    expect((await served({ 0: { values: [1], isLastPage: false } }).read()).cutOff).toContain('names no next one');
  });
});
