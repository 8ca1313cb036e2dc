import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Role } from './model.ts';
import type { ScopeResolver } from './scope-resolver.ts';

/**
 * Throws `invalid_request` for an administrator of some teams only, whose rights have no such part, and for nodes that are
 * in no tree.
 */
export async function requireNodes(
  { db, teams }: { db: Database; teams: ScopeResolver },
  { role, nodes }: { role: Role; nodes: readonly number[] | null },
): Promise<void> {
  if (nodes === null) return;
  if (role === 'admin') throw invalidNodes('an administrator works in the whole organization');
  const known = await teams.named(db, nodes);
  const unknown = nodes.filter((node) => !known.has(node));
  if (unknown.length > 0) throw invalidNodes(`there is no node ${unknown.slice(0, 5).join(', ')} in an org tree`);
}

function invalidNodes(message: string): PlumblineError {
  return new PlumblineError('invalid_request', {
    message: `The request is not valid. nodes: ${message}`,
    data: { fields: [{ in: 'body', path: 'nodes', message }] },
  });
}
