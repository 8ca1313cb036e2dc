import type { Call, HarnessClient } from './client.ts';
import { Page } from './schema.ts';

/** How a list names its pages. */
export type PageNames = 'pageIndex' | 'page';

/** Most lists refuse more. */
export const pageSize = 100;
const mostPages = 10_000;

export interface List extends Call {
  path: string;
  pages: PageNames;
  /** Lists with a filter are asked by POST. */
  body?: object;
  size?: number;
}

export interface PageOf {
  items: readonly unknown[];
  /** What the server says there is in all; null where it says nothing. */
  total: number | null;
  /** Why there may be more although no page follows; null when the list was read to its end. */
  cutOff: string | null;
}

/**
 * The pages of a list. A short page says nothing, as a server may give less than was asked for: the end is where the
 * server’s own count or its own word says so, or a page is empty.
 */
export async function* readPages(client: Pick<HarnessClient, 'get' | 'ask'>, list: List): AsyncGenerator<PageOf> {
  let read = 0;
  for (let index = 0; ; index += 1) {
    const page = await readPage(client, list, index);
    const items = page.content ?? [];
    const total = page.totalElements ?? page.totalItems ?? null;
    read += items.length;
    const ended = hasEnded(page, { read, index, total });
    const tooMany = !ended && index + 1 >= mostPages;
    yield { items, total, cutOff: tooMany ? `it has more than ${mostPages} pages` : null };
    if (ended || tooMany) return;
  }
}

function hasEnded(
  { content, last, totalPages }: Page,
  { read, index, total }: { read: number; index: number; total: number | null },
): boolean {
  if ((content ?? []).length === 0) return true;
  if (total !== null) return read >= total;
  return last === true || (totalPages != null && index + 1 >= totalPages);
}

/** One page of it. */
export function readPage(
  client: Pick<HarnessClient, 'get' | 'ask'>,
  { path, pages, body, size = pageSize, ...call }: List,
  index: number,
): Promise<Page> {
  const names = pages === 'page' ? { page: index, size } : { pageIndex: index, pageSize: size };
  const asked = { ...call, params: { ...call.params, ...names } };
  return body === undefined ? client.get(Page, path, asked) : client.ask(Page, path, { ...asked, body });
}

/** All items of a list that fits into memory. */
export async function readAll(
  client: Pick<HarnessClient, 'get' | 'ask'>,
  list: List,
): Promise<{ items: unknown[]; total: number | null; cutOff: string | null }> {
  const items: unknown[] = [];
  let end: Pick<PageOf, 'total' | 'cutOff'> = { total: null, cutOff: null };
  for await (const { items: some, total, cutOff } of readPages(client, list)) {
    items.push(...some);
    end = { total, cutOff };
  }
  return { items, ...end };
}
