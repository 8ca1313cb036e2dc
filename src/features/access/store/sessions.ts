import type { Queryable } from '../../../platform/database/index.ts';
import type { Role } from '../model.ts';

/** Of the account `u`: null where it is of the whole organization, and empty where it was given nothing. */
export const nodesOfUser = `case when u.reach = 'nodes' then
  (select coalesce(jsonb_agg(n.node_id order by n.node_id), '[]') from access.user_nodes n where n.user_id = u.id) end`;

export interface LiveSession {
  id: number;
  userId: number;
  email: string;
  role: Role;
  /** null: the whole organization. */
  nodes: number[] | null;
  expiresAt: Date;
  stale: boolean;
}

export function insertSession(
  db: Queryable,
  tokenHash: Buffer,
  userId: number,
): Promise<{ id: number; expiresAt: Date }> {
  return db.one(
    `insert into access.sessions (token_hash, user_id, expires_at) values ($1, $2, now() + interval '7 days')
     returning id, expires_at as "expiresAt"`,
    [tokenHash, userId],
  );
}

/** A session that has neither been idle for 12 hours nor reached its end; the role is the user's role now. */
export function findLiveSession(db: Queryable, tokenHash: Buffer): Promise<LiveSession | undefined> {
  return db.maybeOne(
    `select s.id, u.id as "userId", u.email, u.role, ${nodesOfUser} as nodes, s.expires_at as "expiresAt",
            s.last_seen_at < now() - interval '1 minute' as stale
       from access.sessions s join access.users u on u.id = s.user_id
      where s.token_hash = $1 and s.expires_at > now() and s.last_seen_at > now() - interval '12 hours'`,
    [tokenHash],
    'access_find_live_session',
  );
}

export async function touchSession(db: Queryable, id: number): Promise<void> {
  await db.execute('update access.sessions set last_seen_at = now() where id = $1', [id]);
}

export async function deleteSession(db: Queryable, id: number): Promise<void> {
  await db.execute('delete from access.sessions where id = $1', [id]);
}

/** Ends all sessions of a user, but the one named. */
export function deleteSessionsOf(db: Queryable, userId: number, except: number | null): Promise<number> {
  return db.execute('delete from access.sessions where user_id = $1 and ($2::bigint is null or id <> $2)', [
    userId,
    except,
  ]);
}

/** Rows nobody can use any more; called at sign-in, so that the table stays as small as its use. */
export async function deleteDeadSessions(db: Queryable): Promise<void> {
  await db.execute(
    `delete from access.sessions where id in (
       select id from access.sessions
        where expires_at <= now() or last_seen_at <= now() - interval '12 hours'
        order by id limit 500 for update skip locked)`,
  );
}

/** When the session ends at the latest. */
export async function findSessionEnd(db: Queryable, id: number): Promise<Date | undefined> {
  const row = await db.maybeOne<{ expiresAt: Date }>(
    'select expires_at as "expiresAt" from access.sessions where id = $1',
    [id],
  );
  return row?.expiresAt;
}

export async function endAllSessions(db: Queryable): Promise<void> {
  await db.execute('delete from access.sessions');
}
