import type { Queryable } from '../../../platform/database/index.ts';

export interface FactorRow {
  id: number;
  sealed: { secret: unknown };
  confirmedAt: Date | null;
}

export function findFactor(db: Queryable, userId: number): Promise<FactorRow | undefined> {
  return db.maybeOne('select id, sealed, confirmed_at as "confirmedAt" from access.second_factors where user_id = $1', [
    userId,
  ]);
}

export async function nextFactorId(db: Queryable): Promise<number> {
  const row = await db.one<{ id: number }>(
    `select nextval(pg_get_serial_sequence('access.second_factors', 'id')) as id`,
  );
  return row.id;
}

/** In place of one that was never confirmed. False when there is a confirmed one. */
export async function putFactor(
  db: Queryable,
  factor: { id: number; userId: number; sealed: object },
): Promise<boolean> {
  await db.execute('delete from access.second_factors where user_id = $1 and confirmed_at is null', [factor.userId]);
  const added = await db.execute(
    `insert into access.second_factors (id, user_id, sealed) overriding system value values ($1, $2, $3)
     on conflict (user_id) do nothing`,
    [factor.id, factor.userId, JSON.stringify(factor.sealed)],
  );
  return added === 1;
}

/** Takes a code once: false for the half minute of one that was taken, and those before. */
export async function takeStep(db: Queryable, id: number, step: number): Promise<boolean> {
  const taken = await db.execute(
    `update access.second_factors set last_step = $2, confirmed_at = coalesce(confirmed_at, now())
      where id = $1 and last_step < $2`,
    [id, step],
  );
  return taken === 1;
}

export async function deleteFactor(db: Queryable, userId: number): Promise<boolean> {
  await db.execute('delete from access.recovery_codes where user_id = $1', [userId]);
  return (await db.execute('delete from access.second_factors where user_id = $1', [userId])) === 1;
}

export async function putRecoveryCodes(db: Queryable, userId: number, hashes: readonly Buffer[]): Promise<void> {
  await db.execute('delete from access.recovery_codes where user_id = $1', [userId]);
  await db.execute('insert into access.recovery_codes (user_id, code_hash) select $1, unnest($2::bytea[])', [
    userId,
    hashes,
  ]);
}

/** Takes it once. */
export async function takeRecoveryCode(db: Queryable, userId: number, hash: Buffer): Promise<boolean> {
  return (
    (await db.execute('delete from access.recovery_codes where user_id = $1 and code_hash = $2', [userId, hash])) === 1
  );
}

export async function countRecoveryCodes(db: Queryable, userId: number): Promise<number> {
  const row = await db.one<{ n: number }>(
    'select count(*)::integer as n from access.recovery_codes where user_id = $1',
    [userId],
  );
  return row.n;
}
