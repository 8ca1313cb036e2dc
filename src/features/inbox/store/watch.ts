import type { Queryable } from '../../../platform/database/index.ts';

/** How often a server is asked what it sent. */
const everySeconds = 60;
const longestSeconds = 900;

/**
 * An integration whose webhooks of ours are due to be compared, taken for a minute so that no other process asks the
 * same. Undefined when none is due.
 */
export async function takeWatch(db: Queryable): Promise<number | undefined> {
  const row = await db.maybeOne<{ integration_id: number }>(
    `with due as (
       select w.integration_id from inbox.webhooks w join shared.integrations i on i.id = w.integration_id
        where w.wanted and w.remote_key is not null and w.watch_at <= now() and i.state = 'active'
        order by w.watch_at, w.id limit 1 for update of w skip locked),
     taken as (
       update inbox.webhooks w set watch_at = now() + make_interval(secs => ${everySeconds})
         from due where w.integration_id = due.integration_id returning w.integration_id)
     select distinct integration_id from taken`,
  );
  return row?.integration_id;
}

export async function noteWatched(db: Queryable, integrationId: number): Promise<void> {
  await db.execute('update inbox.webhooks set watch_failures = 0 where integration_id = $1 and watch_failures > 0', [
    integrationId,
  ]);
}

/** Doubles the wait with each failure in a row. */
export async function noteWatchFailure(db: Queryable, integrationId: number): Promise<void> {
  await db.execute(
    `update inbox.webhooks
        set watch_failures = watch_failures + 1,
            watch_at = now() + make_interval(secs => least(${everySeconds} * 2 ^ least(watch_failures, 10), ${longestSeconds}))
      where integration_id = $1`,
    [integrationId],
  );
}

export async function watchAllNow(db: Queryable): Promise<void> {
  await db.execute('update inbox.webhooks set watch_at = now() where watch_at > now()');
}
