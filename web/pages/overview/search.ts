import { positive } from '../../address/search.ts';

export interface OverviewSearch {
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
}

export const overviewSearch = (raw: Record<string, unknown>): OverviewSearch => ({ node: positive(raw['node']) });
