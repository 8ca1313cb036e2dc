import type { Queryable } from '../../../platform/database/index.ts';

/**
 * Counts one attempt before it is made, so that many at once cannot slip through, and returns how many there were in
 * the running window of 15 minutes, this one included.
 */
export async function countAttempt(db: Queryable, key: string): Promise<number> {
  const row = await db.one<{ attempts: number }>(
    `insert into access.sign_in_attempts as a (key, attempts) values ($1, 1)
     on conflict (key) do update set
       attempts = case when a.window_started_at < now() - interval '15 minutes' then 1 else least(a.attempts + 1, 1000000) end,
       window_started_at = case when a.window_started_at < now() - interval '15 minutes' then now() else a.window_started_at end
     returning attempts`,
    [key],
  );
  return row.attempts;
}

export async function forgetAttempts(db: Queryable, key: string): Promise<void> {
  await db.execute('delete from access.sign_in_attempts where key = $1', [key]);
}

/** Takes one attempt back: a success must not count against others behind the same address. */
export async function uncountAttempt(db: Queryable, key: string): Promise<void> {
  await db.execute('update access.sign_in_attempts set attempts = greatest(attempts - 1, 0) where key = $1', [key]);
}

export async function deleteOldAttempts(db: Queryable): Promise<void> {
  await db.execute(
    `delete from access.sign_in_attempts where key in (
       select key from access.sign_in_attempts where window_started_at < now() - interval '1 hour'
        order by key limit 500 for update skip locked)`,
  );
}
