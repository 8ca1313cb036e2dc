import type { z } from 'zod';
import type { BitbucketClient, Call } from './client.ts';
import { Page } from './schema.ts';

export interface PageOf<T> {
  items: readonly T[];
  /** Where the next page begins; null after the last. */
  next: number | null;
  /** Why there may be more although no page follows; null when the server said that this is all. */
  cutOff: string | null;
}

/** Every collection takes it; more is clamped without a word. */
const asked = 100;
const mostPages = 10_000;

/**
 * The pages of a list. Where the next one begins is the server’s word: it jumps over what the token may not see, so that
 * a sum would repeat or miss, and an empty page is not the last one.
 */
export async function* readPages<T>(
  client: Pick<BitbucketClient, 'get'>,
  value: z.ZodType<T>,
  path: string,
  { start: first = 0, ...call }: Call & { start?: number },
): AsyncGenerator<PageOf<T>> {
  let start = first;
  for (let pages = 1; ; pages += 1) {
    const params = { ...call.params, start, limit: asked };
    const page = await client.get(Page(value), path, { ...call, params });
    const { next, cutOff } = whatFollows(page, start, pages);
    yield { items: page.values, next, cutOff };
    if (next === null) return;
    start = next;
  }
}

/** What follows a page that was asked for alone. */
export const followingPage = (
  page: { isLastPage?: boolean | null | undefined; nextPageStart?: number | null | undefined },
  start: number,
): Pick<PageOf<never>, 'next' | 'cutOff'> => whatFollows(page, start, 1);

function whatFollows(
  { isLastPage, nextPageStart }: { isLastPage?: boolean | null | undefined; nextPageStart?: number | null | undefined },
  start: number,
  pages: number,
): Pick<PageOf<never>, 'next' | 'cutOff'> {
  if (isLastPage === true) return { next: null, cutOff: null };
  const next = nextPageStart ?? null;
  if (next === null) {
    return { next, cutOff: isLastPage === false ? 'a page that is not the last names no next one' : null };
  }
  if (next <= start) return { next: null, cutOff: 'its pages lead in a circle' };
  if (pages >= mostPages) return { next: null, cutOff: `it has more than ${mostPages} pages` };
  return { next, cutOff: null };
}

/** All items of a list that fits into memory, and why there may be more. */
export async function readAll<T>(
  client: Pick<BitbucketClient, 'get'>,
  value: z.ZodType<T>,
  path: string,
  call: Call,
): Promise<{ items: T[]; cutOff: string | null }> {
  const items: T[] = [];
  let end: string | null = null;
  for await (const { items: some, cutOff } of readPages(client, value, path, call)) {
    items.push(...some);
    end = cutOff;
  }
  return { items, cutOff: end };
}
