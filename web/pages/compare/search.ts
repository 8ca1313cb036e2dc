import { ids, positive } from '../../address/search.ts';

/** More do not fit side by side. */
export const mostCompared = 6;

export interface CompareSearch {
  /** Nodes of an org tree, six at most. */
  nodes?: number[] | undefined;
  /** The tree that is chosen from. */
  tree?: number | undefined;
  page?: number | undefined;
}

export function compareSearch(raw: Record<string, unknown>): CompareSearch {
  const nodes = (ids(raw['nodes']) ?? []).slice(0, mostCompared);
  return { nodes: nodes.length === 0 ? undefined : nodes, tree: positive(raw['tree']) };
}
