import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { requireAhead, requirePurpose } from '../api-tokens.ts';
import { audit } from '../audit.ts';
import type { ApiToken } from '../contract.ts';
import type { TokenPurpose } from '../model.ts';
import { hashToken, newApiToken } from '../opaque-tokens.ts';
import type { Actor } from '../route.ts';
import { findToken, insertToken, shortenToken, type TokenRow, toApiToken } from '../store/tokens.ts';
import { requirePerson } from '../users.ts';
import { lockServiceAccount } from './store.ts';

type Made = { token: ApiToken; secret: string };

/**
 * A token with the rights of a service account, which only who answers for it makes. Throws `service_account_not_found`,
 * `token_of_another`, or `not_authorized` for a token.
 */
export async function createServiceToken(
  db: Database,
  actor: Actor,
  wanted: { account: number; name: string; only: TokenPurpose | null; expiresAt: Date | null },
): Promise<Made> {
  requirePerson(actor);
  requireAhead(wanted.expiresAt);
  return db.transaction(async (tx) => {
    const account = await lockServiceAccount(tx, wanted.account);
    if (account === undefined) throw new PlumblineError('service_account_not_found');
    requireBounds(actor, { holder: account.userId, ofAccount: true });
    requirePurpose(account.role, wanted.only);
    // No bounds of its own: it follows the account.
    const rights = { role: 'admin' as const, nodes: null, only: wanted.only };
    const { name, expiresAt } = wanted;
    const held = { userId: null, serviceAccountId: account.id, madeWithId: null };
    const made = await insert(tx, { name, ...rights, ...held, expiresAt });
    const only = wanted.only === null ? {} : { only: wanted.only };
    const details = { serviceAccount: account.name, ...only, expiresAt: expiresAt?.toISOString() ?? null };
    await audit(tx, actor, 'api_token.created', { kind: 'api_token', id: made.token.id, name }, details);
    return made;
  });
}

/**
 * Another text for the rights of a token; the old one ends when the overlap is over, and with it what was made with it. Throws
 * `token_not_found`, `token_of_another`, or `not_authorized` for a token.
 */
export async function rotateToken(
  db: Database,
  actor: Actor,
  wanted: { id: number; expiresAt: Date | null | undefined; overlapHours: number },
): Promise<Made> {
  requirePerson(actor);
  return db.transaction(async (tx) => {
    const old = await findToken(tx, wanted.id);
    if (old === undefined) throw new PlumblineError('token_not_found');
    requireBounds(actor, { holder: old.holderId, ofAccount: old.serviceAccountId !== null });
    const now = new Date();
    const expiresAt = wanted.expiresAt === undefined ? asLongAgain(old, now) : wanted.expiresAt;
    requireAhead(expiresAt);
    const { name, role, only, nodes, userId, serviceAccountId, madeWithId } = old;
    const made = await insert(tx, { name, role, only, nodes, userId, serviceAccountId, madeWithId, expiresAt });
    const until = new Date(now.getTime() + wanted.overlapHours * 3_600_000);
    await shortenToken(tx, old.id, until);
    const details = {
      inPlaceOf: old.id,
      oldUntil: until.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
      ...(old.serviceAccount === null ? {} : { serviceAccount: old.serviceAccount }),
    };
    await audit(tx, actor, 'api_token.rotated', { kind: 'api_token', id: made.token.id, name }, details);
    return made;
  });
}

function asLongAgain({ createdAt, expiresAt }: TokenRow, now: Date): Date | null {
  return expiresAt === null ? null : new Date(now.getTime() + expiresAt.getTime() - createdAt.getTime());
}

/**
 * Whoever makes a token learns its text, so its rights must be bounded by that person. The hub's own machine may for service
 * accounts, which act in nobody's name.
 */
function requireBounds(actor: Actor, { holder, ofAccount }: { holder: number | null; ofAccount: boolean }): void {
  const allowed = actor.kind === 'local' ? ofAccount || holder === null : holder === actor.userId;
  if (!allowed) throw new PlumblineError('token_of_another');
}

async function insert(
  tx: Queryable,
  token: Omit<Parameters<typeof insertToken>[1], 'tokenHash' | 'prefix'>,
): Promise<Made> {
  const secret = newApiToken();
  const id = await insertToken(tx, { ...token, tokenHash: hashToken(secret), prefix: secret.slice(0, 8) });
  const row = await findToken(tx, id);
  if (row === undefined) throw new Error('the token just made is not there');
  return { token: toApiToken(row), secret };
}
