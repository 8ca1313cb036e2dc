import type { Queryable } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';

type Thing = 'project' | 'repository' | 'service' | 'pipeline' | 'environment' | 'image';

/**
 * Which things of a kind belong to a node of an org tree now, by their ids. Rooms that things come from lie below the one
 * that says whose they are, so it is handed to them. Throws `org_node_not_found`.
 */
export type HeldByNode = (db: Queryable, node: number, thing: Thing) => Promise<readonly number[]>;

/** The one refusal of nodes that are in no org tree now, wherever they are named. Throws `org_node_not_found`. */
export function requireKnownNodes(nodes: readonly number[], known: { has(node: number): boolean }): void {
  const gone = [...new Set(nodes.filter((node) => !known.has(node)))];
  if (gone.length === 0) return;
  const named = gone.slice(0, 5).join(', ');
  throw new PlumblineError('org_node_not_found', {
    message: `There is no node ${named}${gone.length > 5 ? ` and ${gone.length - 5} more` : ''} in an org tree as it stands now.`,
  });
}

/** Where nobody says whose things are there is no node. */
export const noNodes: HeldByNode = () => Promise.reject(new PlumblineError('org_node_not_found'));
