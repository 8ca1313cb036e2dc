import { day, flag, manyOf, positive, text } from '../../address/search.ts';

export const verdictFilters = ['failed', 'waived', 'no_data', 'error', 'passed'] as const;
export type VerdictFilter = (typeof verdictFilters)[number];

export interface PolicySearch {
  q?: string | undefined;
  status?: VerdictFilter[] | undefined;
  /** A reason code. */
  reason?: string | undefined;
  /** The chart as a table. */
  table?: true | undefined;
  /** As it was said at the end of this day. */
  at?: string | undefined;
  page?: number | undefined;
}

export function policySearch(raw: Record<string, unknown>): PolicySearch {
  return {
    q: text(raw['q']),
    status: manyOf(raw['status'], verdictFilters),
    reason: text(raw['reason']),
    table: flag(raw['table']),
    at: day(raw['at']),
    page: positive(raw['page']),
  };
}

/** The list of verdicts. */
export interface VerdictsSearch extends Omit<PolicySearch, 'table'> {
  /** Only what has been so since this day or later. */
  since?: string | undefined;
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
}

export function verdictsSearch(raw: Record<string, unknown>): VerdictsSearch {
  const { table: _table, ...rest } = policySearch(raw);
  return { ...rest, since: day(raw['since']), node: positive(raw['node']) };
}
