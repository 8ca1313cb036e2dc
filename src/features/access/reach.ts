import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Role } from './model.ts';
import { requireKnownNodes } from './org-nodes.ts';
import type { ScopeResolver } from './scope-resolver.ts';

/**
 * Throws `invalid_request` for an administrator of some teams only, whose rights have no such part, and `org_node_not_found`
 * for nodes that are in no tree. `kept`: nobody says them anew, so that who was of a team that is gone can still be changed.
 */
export async function requireNodes(
  { db, teams }: { db: Database; teams: ScopeResolver },
  { role, nodes, kept = false }: { role: Role; nodes: readonly number[] | null; kept?: boolean },
): Promise<void> {
  if (nodes === null) return;
  if (role === 'admin') throw invalidNodes('an administrator works in the whole organization');
  if (!kept) requireKnownNodes(nodes, await teams.named(db, nodes));
}

function invalidNodes(message: string): PlumblineError {
  return new PlumblineError('invalid_request', {
    message: `The request is not valid. nodes: ${message}`,
    data: { fields: [{ in: 'body', path: 'nodes', message }] },
  });
}
