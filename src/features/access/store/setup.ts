import type { Queryable } from '../../../platform/database/index.ts';

/** Replaces an earlier secret: only the newest link works. */
export async function saveSetupSecret(db: Queryable, secretHash: Buffer): Promise<void> {
  await db.execute(
    `insert into access.setup (secret_hash, expires_at) values ($1, now() + interval '1 hour')
     on conflict (only_row) do update set secret_hash = excluded.secret_hash, expires_at = excluded.expires_at`,
    [secretHash],
  );
}

/** The hash while it is valid, locked against a second use. */
export async function takeSetupSecret(db: Queryable): Promise<Buffer | undefined> {
  const row = await db.maybeOne<{ secretHash: Buffer }>(
    'select secret_hash as "secretHash" from access.setup where expires_at > now() for update',
  );
  return row?.secretHash;
}

export async function deleteSetupSecret(db: Queryable): Promise<void> {
  await db.execute('delete from access.setup');
}

/** One first administrator at a time. */
export async function lockSetup(db: Queryable): Promise<void> {
  await db.execute("select pg_advisory_xact_lock(hashtext('plumbline.access.setup'))");
}
