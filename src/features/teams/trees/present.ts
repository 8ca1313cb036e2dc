import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { requireKnownNodes } from '../../access/index.ts';
import { heldAt } from './periods.ts';

/** Those of the nodes that are in a tree now, by their names. */
export async function namedNodes(db: Queryable, nodes: readonly number[]): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; name: string }>(
    'select id, name from shared.org_nodes where id = any ($1)',
    [nodes],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Names of nodes that are asked about. Throws `org_node_not_found` where one of them is in no tree now. */
export async function requireNodes(db: Queryable, nodes: readonly number[]): Promise<Map<number, string>> {
  const known = await namedNodes(db, nodes);
  requireKnownNodes(nodes, known);
  return known;
}

/** Throws `org_node_not_found`, also for a node of another tree, and `org_node_not_then`. */
export async function requireNodeOf(
  db: Queryable,
  { tree, node, at }: { tree: number; node: number; at: string | null },
): Promise<void> {
  const spans = await db.query<{ stood: boolean }>(
    `select ${heldAt('p', 3)} as stood from teams.node_periods p where p.node_id = $1 and p.tree_id = $2`,
    [node, tree, at],
  );
  if (spans.some(({ stood }) => stood)) return;
  if (at !== null && spans.length > 0) throw new PlumblineError('org_node_not_then');
  requireKnownNodes([node], new Set());
}
