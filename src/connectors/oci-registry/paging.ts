import type { OutboundResponse } from '../../platform/outbound/types.ts';
import { nextPage } from './next-page.ts';

export interface List<T> {
  /** Distinct, in the order in which they came. */
  items: T[];
  /** Why there may be more than these; null when the registry said that this is all. */
  cutOff: string | null;
}

/** There is no list to read: the answer to its first page, or to a later one when the registry is in trouble. */
export interface Refused {
  refused: OutboundResponse;
}

export interface Paging<T> {
  /** Below `/v2/`, with its query. */
  first: string;
  /** The registry's origin. */
  base: string;
  get(path: string): Promise<OutboundResponse>;
  /** What is on a page that was answered with 200. */
  parse(text: string): readonly T[];
  /** By what items are told apart, and what `last` of the next page is. */
  nameOf(item: T): string;
  maxPages: number;
}

/** Pages without anything on them are passed over: some registries leave out what the account may not see. */
const maxEmptyPages = 100;

/**
 * Reads a list to its end. It ends only where the registry says so: a page without a next one, or, where a page is as
 * full as was asked for and names no next one, a question for what comes after its last item. Whatever cannot be followed
 * (a link elsewhere, a page refused or seen before) leaves the list cut off: what is not on it may still exist.
 */
export async function readList<T>(paging: Paging<T>): Promise<List<T> | Refused> {
  const items = new Map<string, T>();
  const asked = new Set<string>();
  const end = (cutOff: string | null): List<T> => ({ items: [...items.values()], cutOff });
  let empty = 0;
  for (let path = paging.first; ; ) {
    if (asked.size >= paging.maxPages) return end(`it has more than ${paging.maxPages} pages`);
    asked.add(path);
    const response = await paging.get(path);
    if (response.status !== 200) {
      if (asked.size === 1 || response.status === 429 || response.status >= 500) return { refused: response };
      return end(`a page after the first is answered with status ${response.status}`);
    }
    const page = paging.parse(await response.text());
    const before = items.size;
    for (const item of page) if (!items.has(paging.nameOf(item))) items.set(paging.nameOf(item), item);
    const last = page.at(-1);
    const goesOn = nextPage(response.headers['link'], path, paging.base);
    if (goesOn.kind === 'lost') return end(goesOn.reason);
    const isNew = items.size > before;
    if (goesOn.kind === 'end') {
      if (last === undefined || !isNew || page.length < askedFor(path)) return end(null);
      path = after(path, paging.nameOf(last));
      continue;
    }
    if (page.length > 0 && !isNew) return end('its pages lead in a circle');
    if (page.length === 0 && ++empty > maxEmptyPages) return end('its pages are empty');
    const follows = last === undefined ? goesOn.path : positioned(goesOn.path, path, paging.nameOf(last));
    if (asked.has(follows)) return end('its pages lead in a circle');
    path = follows;
  }
}

/** How many items a page may have; without a number nobody can say that it is full. */
function askedFor(path: string): number {
  const n = Number(new URLSearchParams(path.split('?')[1]).get('n'));
  return n > 0 ? n : Number.POSITIVE_INFINITY;
}

/** A link to the list itself that leaves out where the next page begins: after the last item, then. */
function positioned(next: string, path: string, last: string): string {
  const [list, query] = next.split('?');
  const names = [...new URLSearchParams(query).keys()];
  return list === path.split('?')[0] && names.every((name) => name === 'n') ? after(next, last) : next;
}

function after(path: string, name: string): string {
  const [list = '', query] = path.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('last', name);
  return `${list}?${parameters.toString()}`;
}
