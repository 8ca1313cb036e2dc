import { z } from 'zod';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { ConnectorContext, TimeWindow } from '../contract.ts';

import type { Secrets, Settings } from './settings.ts';

/** The vendor's shapes, lenient: what is more than we know is let through and left out. */
const Shelves = z.object({ shelves: z.array(z.object({ name: z.string(), changes: z.int() })), total: z.int() });
const Books = z.object({ books: z.array(z.unknown()), total: z.int(), next: z.int().nullable() });

export type Context = ConnectorContext<Settings, Secrets>;
export type Shelf = z.infer<typeof Shelves>['shelves'][number];

/** HTTP and nothing else. */
export async function listShelves(context: Context): Promise<{ shelves: Shelf[]; total: number }> {
  return Shelves.parse(await get(context, '/api/shelves'));
}

/** Books that were added in a window of time; all of the shelf without one. */
export async function listBooks(
  context: Context,
  { shelf, start, window }: { shelf: string; start: number; window: TimeWindow | null },
): Promise<z.infer<typeof Books>> {
  const query = new URLSearchParams({ shelf, start: String(start), ...window });
  return Books.parse(await get(context, `/api/books?${query}`));
}

async function get({ http, settings, secrets, signal }: Context, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${secrets.token}` };
  const response = await http.request({ url: new URL(path, settings.url), headers, signal });
  const text = await response.text();
  if (response.status === 401) throw new PlumblineError('invalid_credentials', { upstream: text.slice(0, 300) });
  if (response.status !== 200) throw new PlumblineError('upstream_error', { upstream: text.slice(0, 300) });
  return JSON.parse(text);
}

/** Of what a page lists, what can be understood, and the text of what cannot. */
export function understood<T>(shape: z.ZodType<T>, rows: readonly unknown[]): { records: T[]; others: string[] } {
  const parsed = rows.map((row) => ({ row, result: shape.safeParse(row) }));
  return {
    records: parsed.flatMap(({ result }) => (result.success ? [result.data] : [])),
    others: parsed.flatMap(({ row, result }) => (result.success ? [] : [JSON.stringify(row)])),
  };
}
