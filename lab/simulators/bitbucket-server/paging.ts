import { json, type Reply } from '../wire/reply.ts';
import { alike } from './texts.ts';
import { badRequest } from './errors.ts';
import { type Call, optional } from './call.ts';
import type { Gaps } from './world.ts';

/** Most rows of one page, by what is listed; an administrator may change each. */
export const pageLimits = {
  standard: 1000,
  commits: 100,
  activities: 500,
  files: 100_000,
  lines: 5000,
} as const;

export interface Page<Row> {
  rows: readonly Row[];
  start: number;
  limit: number;
  next: number | null;
}

/** What the call asks for; a limit that is too high is lowered without a word. */
export function pageAsked(call: Call, most: number): { start: number; limit: number } {
  return { start: whole(call, 'start', 0), limit: Math.min(whole(call, 'limit', 25, 1), most) };
}

function whole(call: Call, name: string, usual: number, least = 0): number {
  const value = optional(call, name);
  if (value === undefined) return usual;
  if (!/^\d{1,10}$/.test(value) || Number(value) < least)
    throw badRequest(alike(`'${value}' is not a valid value for '${name}'`), name);
  return Number(value);
}

export function pageOf<Row>(call: Call, rows: readonly Row[], most: number = pageLimits.standard): Page<Row> {
  const { start, limit } = pageAsked(call, most);
  const { gaps } = call.world;
  if (gaps !== null) return pageWithGaps(rows, { start, limit }, gaps);
  const end = start + limit;
  return { rows: rows.slice(start, end), start, limit, next: end < rows.length ? end : null };
}

/**
 * Rows at positions among which hidden ones lie: `nextPageStart` jumps over them, or a page consists of nothing else.
 * After every `every` rows come `hidden` hidden positions.
 */
function pageWithGaps<Row>(
  rows: readonly Row[],
  { start, limit }: { start: number; limit: number },
  { every, hidden, emptyPages = false }: Gaps,
): Page<Row> {
  const group = every + hidden;
  const positionOf = (index: number): number => Math.floor(index / every) * group + (index % every);
  const first = rows.findIndex((_row, index) => positionOf(index) >= start);
  if (first === -1) return { rows: [], start, limit, next: null };
  const begins = positionOf(first);
  if (emptyPages && start % group >= every && start > 0) return { rows: [], start, limit, next: begins };
  const found = rows.slice(first, first + limit);
  const after = first + found.length;
  if (after >= rows.length) return { rows: found, start, limit, next: null };
  return { rows: found, start, limit, next: emptyPages ? positionOf(after - 1) + 1 : positionOf(after) };
}

export function pageBody<Row>({ rows, start, limit, next }: Page<Row>, view: (row: Row) => unknown): object {
  return {
    size: rows.length,
    limit,
    isLastPage: next === null,
    values: rows.map((row) => view(row)),
    start,
    ...(next === null ? {} : { nextPageStart: next }),
  };
}

/** A page of rows as an answer. */
export const paged = <Row>(
  call: Call,
  rows: readonly Row[],
  view: (row: Row) => unknown,
  most: number = pageLimits.standard,
): Reply => json(pageBody(pageOf(call, rows, most), view));
