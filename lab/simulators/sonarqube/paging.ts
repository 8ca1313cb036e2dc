import { type Numbered, numbered } from '../wire/paging.ts';
import type { Call } from './call.ts';
import { optional } from './call.ts';
import { badRequest } from './reply.ts';

export type Paging = Numbered;

/** The services refuse page numbers in different words. */
type Wording = 'search' | 'list' | 'projects' | 'analyses' | 'history';

export interface PagingRules {
  maximum?: number;
  /** `declared`: the maximum is in the endpoint's definition, which words the refusal differently. */
  check?: 'declared' | 'runtime';
  wording?: Wording;
}

export function paging(call: Call, rules: PagingRules = {}): Paging {
  const { maximum = 500, check = 'declared', wording = 'search' } = rules;
  const size = pageSize(call) ?? 100;
  const page = pageNumber(call) ?? 1;
  if (size > maximum && check === 'declared') throw badRequest(`'ps' value (${size}) must be less than ${maximum}`);
  const { from } = numbered(page, size);
  if (page < 1) throw badRequest(pageWords(wording, page, from));
  // `search_history` answers nothing to a page of no size.
  if (size < 1 && wording === 'history') return { page, size, from: 0 };
  if (size < 1 || size > maximum) throw badRequest(sizeWords(wording, size, maximum));
  return { page, size, from };
}

function pageWords(wording: Wording, page: number, from: number): string {
  if (wording === 'list') return 'page index must be >= 1';
  if (wording === 'projects') return `Page index must be strictly positive. Got ${page}`;
  // The offset that it computes, and nothing else.
  if (wording === 'analyses' || wording === 'history') return String(from);
  return `Page must be greater or equal to 1 (got ${page})`;
}

function sizeWords(wording: Wording, size: number, maximum: number): string {
  if (wording === 'list') return 'page size must be >= 1';
  if (wording === 'projects' || wording === 'analyses') return `Page size must be strictly positive. Got ${size}`;
  return `Page size must be between 1 and ${maximum} (got ${size})`;
}

const whole = /^-?\d+$/;

function pageSize(call: Call): number | undefined {
  const value = optional(call, 'ps');
  if (value !== undefined && !whole.test(value))
    throw badRequest(`'ps' value '${value}' cannot be parsed as an integer`);
  return value === undefined ? undefined : Number(value);
}

function pageNumber(call: Call): number | undefined {
  const value = optional(call, 'p');
  if (value !== undefined && !whole.test(value))
    throw badRequest(`The 'p' parameter cannot be parsed as an integer value: ${value}`);
  return value === undefined ? undefined : Number(value);
}

/** Elasticsearch's window: no row beyond the first 10,000 (section 3.3). */
export const resultWindow = 10_000;

export function withinWindow(page: Paging): Paging {
  const last = page.page * page.size;
  if (last > resultWindow)
    throw badRequest(`Can return only the first ${resultWindow} results. ${last}th result asked.`);
  return page;
}

export const pagingOf = (page: Paging, total: number) => ({ pageIndex: page.page, pageSize: page.size, total });
