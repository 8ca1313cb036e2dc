/** Parameters of `issues/search` that narrow it; never a parameter with several values of a multi-valued field. */
export type Filter = Readonly<Record<string, string>>;

export interface Page {
  /** The server's total for the filter; on Cloud never above the window. */
  total: number;
  issues: readonly unknown[];
}

/** What the planner needs of a search: pure tests put a small population behind it, the connector the server. */
export interface SearchOracle {
  /** Sorted by creation date, ties by key; `descending` reverses both. Pages count from 1. */
  page(filter: Filter, page: number, descending: boolean): Promise<Page>;
  /** Counts per value of single-valued fields, by parameter name; a truncated one is complete nowhere. */
  facets(filter: Filter): Promise<{ total: number; counts: Record<string, ReadonlyMap<string, number>> }>;
  /** Paths of every file of the scope, or null where they cannot be listed. */
  files(): Promise<readonly string[] | null>;
  keyOf(issue: unknown): string;
  /** Whole seconds since 1970. */
  createdOf(issue: unknown): number;
  /** A moment as the server wants it as parameter. */
  dateParameter(seconds: number): string;
}

export interface SlicingLimits {
  /** Results that can be paged: 10,000. */
  window: number;
  pageSize: number;
  /** Cloud counts no further than the window: a total equal to it proves nothing. */
  totalsCapped: boolean;
  /** Pages in flight at once. */
  width(): number;
}

/** How one filter was read: how many issues it had, and whether all of them were seen. */
export interface SliceOutcome {
  count: number;
  proven: boolean;
  /** Why not, with numbers. */
  gaps: string[];
}

export type Listing = AsyncGenerator<readonly unknown[], SliceOutcome>;

/** Every page is read again this often when the counts of a slice do not fit, e.g. because somebody edits issues. */
export const rereads = 2;

/** Fields whose values are a closed list: never truncated, each issue has exactly one. */
export const exhaustive = 'types';

export interface Slicing {
  oracle: SearchOracle;
  limits: SlicingLimits;
}
