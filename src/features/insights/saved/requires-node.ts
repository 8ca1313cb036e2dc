import type { Database } from '../../../platform/database/index.ts';
import type { Actor } from '../../access/index.ts';
import { seenBy } from '../../teams/index.ts';
import type { NodeFields } from '../security/node-scope.ts';
import { readScope } from '../security/node-scope.ts';

/**
 * What is kept by name is of a node that there is, and that its maker may look at, as for whoever asks about it at once.
 * Throws `org_node_not_found`, `org_node_not_then`, `not_authorized`.
 */
export async function requireNodeAsked(db: Database, actor: Actor, { node, treeAt }: NodeFields): Promise<void> {
  if (node === undefined) return;
  await seenBy(db, actor, () => readScope(db, { node, treeAt, branchScope: 'main', counting: 'server' }));
}

/** The node of the page’s address. */
export function nodeOfSearch(search: string): NodeFields {
  const words = new URLSearchParams(search);
  const node = Number(words.get('node') ?? '');
  const treeAt = words.get('treeAt') ?? '';
  if (!Number.isSafeInteger(node) || node < 1) return {};
  return { node, treeAt: /^\d{4}-\d\d-\d\d$/.test(treeAt) && !Number.isNaN(Date.parse(treeAt)) ? treeAt : undefined };
}
