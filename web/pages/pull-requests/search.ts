import type { ReportSummary } from '../../../src/features/reports/contract.ts';
import { ids, manyOf, oneOf, positive, text } from '../../address/search.ts';

const otherStates = ['merged', 'declined', 'any'] as const;
export const reportStates = ['failed', 'waiting', 'published', 'skipped', 'none'] as const satisfies readonly (
  | ReportSummary['state']
  | 'none'
)[];

export interface PullRequestsSearch {
  q?: string | undefined;
  /** Left out: the open ones. */
  state?: (typeof otherStates)[number] | undefined;
  report?: (typeof reportStates)[number][] | undefined;
  /** Ids of repositories. */
  repository?: number[] | undefined;
  page?: number | undefined;
}

export function pullRequestsSearch(raw: Record<string, unknown>): PullRequestsSearch {
  return {
    q: text(raw['q']),
    state: oneOf(raw['state'], otherStates),
    report: manyOf(raw['report'], reportStates),
    repository: ids(raw['repository']),
    page: positive(raw['page']),
  };
}

export interface PullRequestSearch {
  /** Id of the report whose gate, issues and history are shown. */
  report?: number | undefined;
  /** Id of the attempt whose calls are open. */
  attempt?: number | undefined;
  /** Of the new issues. */
  page?: number | undefined;
}

export function pullRequestSearch(raw: Record<string, unknown>): PullRequestSearch {
  return { report: positive(raw['report']), attempt: positive(raw['attempt']), page: positive(raw['page']) };
}
