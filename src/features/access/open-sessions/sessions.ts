import type { Database } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { audit } from '../audit.ts';
import type { Actor } from '../route.ts';
import { deleteSessionsOf } from '../store/sessions.ts';
import { findUser, type UserRow } from '../store/users.ts';
import type { OpenSession } from './contract.ts';
import { deleteSessionOf, listOpenSessions } from './store.ts';

/** A person who is signed in; a token has no sessions. Throws `not_authorized`. */
export function requireSelf(actor: Actor): number {
  if (actor.kind !== 'user' || actor.userId === null) throw new PlumblineError('not_authorized');
  return actor.userId;
}

/** Throws `user_not_found`. */
export async function sessionsOf(db: Database, actor: Actor, userId: number): Promise<OpenSession[]> {
  await requireUser(db, userId);
  const rows = await listOpenSessions(db, userId);
  return rows.map((row) => ({
    id: row.id,
    current: row.id === actor.sessionId,
    way: row.issuer === null ? 'password' : 'single_sign_on',
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    remoteAddress: row.remoteAddress,
    browser: row.userAgent,
  }));
}

/** Throws `session_not_found`, also for a session of somebody else. */
export async function endSession(
  db: Database,
  actor: Actor,
  { userId, id }: { userId: number; id: number },
): Promise<void> {
  const user = await requireUser(db, userId);
  await db.transaction(async (tx) => {
    if (!(await deleteSessionOf(tx, userId, id))) throw new PlumblineError('session_not_found');
    await audit(tx, actor, 'session.ended', { kind: 'user', id: userId, name: user.email }, { session: id });
  });
}

/** Every session of a person but the one that asks; how many there were. */
export async function endSessions(db: Database, actor: Actor, userId: number): Promise<number> {
  const user = await requireUser(db, userId);
  return db.transaction(async (tx) => {
    const own = actor.userId === userId ? (actor.sessionId ?? null) : null;
    const ended = await deleteSessionsOf(tx, userId, own);
    const object = { kind: 'user', id: userId, name: user.email };
    if (ended > 0) await audit(tx, actor, 'session.ended', object, { sessionsEnded: ended });
    return ended;
  });
}

async function requireUser(db: Database, id: number): Promise<UserRow> {
  const user = await findUser(db, id);
  if (user === undefined) throw new PlumblineError('user_not_found');
  return user;
}
