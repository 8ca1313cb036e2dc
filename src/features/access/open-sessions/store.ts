import type { Queryable } from '../../../platform/database/index.ts';

export interface OpenSessionRow {
  id: number;
  issuer: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  remoteAddress: string | null;
  userAgent: string | null;
}

/** Those that still let somebody in, the newest first. */
export function listOpenSessions(db: Queryable, userId: number): Promise<OpenSessionRow[]> {
  return db.query(
    `select id, issuer, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt",
            remote_address as "remoteAddress", user_agent as "userAgent"
       from access.sessions
      where user_id = $1 and expires_at > now() and last_seen_at > now() - interval '12 hours'
      order by id desc`,
    [userId],
  );
}

/** False when it is not one of theirs. */
export async function deleteSessionOf(db: Queryable, userId: number, id: number): Promise<boolean> {
  return (await db.execute('delete from access.sessions where id = $2 and user_id = $1', [userId, id])) === 1;
}
