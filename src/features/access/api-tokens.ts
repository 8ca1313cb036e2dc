import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { audit } from './audit.ts';
import type { ApiToken } from './contract.ts';
import { lesserRole, permissionsOfActor, type Role, type TokenPurpose } from './model.ts';
import { hashToken, newApiToken } from './opaque-tokens.ts';
import { requireNodes } from './reach.ts';
import type { Actor } from './route.ts';
import type { ScopeResolver } from './scope-resolver.ts';
import { deleteToken, findToken, insertToken, toApiToken } from './store/tokens.ts';

/**
 * Makes a token; its text is in the answer and nowhere else. It never has more rights than its maker, now and later.
 * A token made with a token does not outlive it: it ends with it, and is revoked with it.
 */
export async function createToken(
  { db, teams }: { db: Database; teams: ScopeResolver },
  actor: Actor,
  wanted: {
    name: string;
    role: Role;
    only: TokenPurpose | null;
    nodes: readonly number[] | null;
    expiresAt: Date | null;
  },
): Promise<{ token: ApiToken; secret: string }> {
  requireAhead(wanted.expiresAt);
  const secret = newApiToken();
  const role = lesserRole(wanted.role, actor.role);
  requirePurpose(role, wanted.only);
  await requireNodes({ db, teams }, { role, nodes: wanted.nodes });
  return db.transaction(async (tx) => {
    const parent = actor.tokenId === null ? undefined : await findToken(tx, actor.tokenId);
    // Revoked between the guard and here.
    if (actor.tokenId !== null && parent === undefined) throw new PlumblineError('not_authed');
    const expiresAt = earlier(wanted.expiresAt, parent?.expiresAt ?? null);
    const id = await insertToken(tx, {
      name: wanted.name,
      tokenHash: hashToken(secret),
      prefix: secret.slice(0, 8),
      role,
      only: wanted.only,
      nodes: wanted.nodes,
      userId: actor.userId,
      // What a service account makes is its own, and bound like it.
      serviceAccountId: parent?.serviceAccountId ?? null,
      expiresAt,
      madeWithId: actor.tokenId,
    });
    const only = wanted.only === null ? {} : { only: wanted.only };
    const nodes = wanted.nodes === null ? {} : { nodes: [...wanted.nodes] };
    const details = { role, ...only, ...nodes, expiresAt: expiresAt?.toISOString() ?? null };
    await audit(tx, actor, 'api_token.created', { kind: 'api_token', id, name: wanted.name }, details);
    const row = await findToken(tx, id);
    if (row === undefined) throw new Error('the token just made is not there');
    return { token: toApiToken(row), secret };
  });
}

/** Ends it and every token made with it. Throws `token_not_found`. */
export async function revokeToken(db: Database, actor: Actor, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const token = await findToken(tx, id);
    if (token === undefined) throw new PlumblineError('token_not_found');
    const madeWithIt = await deleteToken(tx, id);
    const details = { role: token.role, madeWithIt };
    await audit(tx, actor, 'api_token.revoked', { kind: 'api_token', id, name: token.name }, details);
  });
}

/** Throws `invalid_request` for a role that may do nothing of it. */
export function requirePurpose(role: Role, only: TokenPurpose | null): void {
  if (only !== null && !mayDoAnything({ role, only }))
    throw invalid('role', 'may not do what the token is for; choose team_manager or admin');
}

/** Throws `invalid_request` for what has ended already. */
export function requireAhead(expiresAt: Date | null): void {
  if (expiresAt !== null && expiresAt <= new Date()) throw invalid('expiresAt', 'must lie ahead');
}

const mayDoAnything = (actor: Pick<Actor, 'role' | 'only'>): boolean => permissionsOfActor(actor).length > 0;

function invalid(path: string, message: string): PlumblineError {
  return new PlumblineError('invalid_request', {
    message: `The request is not valid. ${path}: ${message}`,
    data: { fields: [{ in: 'body', path, message }] },
  });
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
