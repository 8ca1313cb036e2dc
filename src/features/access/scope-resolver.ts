import type { Queryable, VisibleRows } from '../../platform/database/index.ts';

/** What a node of an org tree holds: known to the room of teams, asked for here by who may see what. */
export interface ScopeResolver {
  /** Those of the nodes that are in a tree now, by their names. */
  named(db: Queryable, nodes: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** What belongs to every one of these sets of nodes, each with all below it. */
  rowsWithin(db: Queryable, within: readonly (readonly number[])[]): Promise<VisibleRows>;
}
