import { advisoryLocks, type Database } from '../../../platform/database/index.ts';
import { keptDays } from '../model.ts';

/** Days ahead for which there is a partition: enough for a hub that was asleep over a weekend. */
const daysAhead = 4;

/**
 * One partition per UTC day: dropping one costs nothing whatever it holds. Any number of processes may do this at once.
 * Returns how many partitions were dropped.
 */
export async function maintainPartitions(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.deliveryPartitions]);
    const { days } = await tx.one<{ days: string[] }>(
      `select array_agg((current_date + n)::text order by n) as days from generate_series(0, $1::int) n`,
      [daysAhead],
    );
    for (const day of days) await createPartition(tx, day);
    const old = await tx.query<{ name: string }>(
      `select c.relname as name from pg_inherits h join pg_class c on c.oid = h.inhrelid
        where h.inhparent = 'inbox.deliveries'::regclass and c.relname ~ '^deliveries_[0-9]{8}$'
          and to_date(right(c.relname, 8), 'YYYYMMDD') < current_date - $1::int`,
      [keptDays],
    );
    for (const { name } of old) await tx.execute(`drop table inbox.${name}`);
    return old.length;
  });
}

type Tx = Parameters<Parameters<Database['transaction']>[0]>[0];

async function createPartition(tx: Tx, day: string): Promise<void> {
  const name = `inbox.deliveries_${day.replaceAll('-', '')}`;
  const { exists } = await tx.one<{ exists: boolean }>('select to_regclass($1) is not null as exists', [name]);
  if (exists) return;
  // What fell into the default partition on that day must move first, or the new one is refused.
  await tx.execute(`create table ${name} (like inbox.deliveries including defaults including constraints)`);
  await tx.execute(
    `with moved as (delete from inbox.deliveries_undated where received_at >= $1::date and received_at < $1::date + 1 returning *)
     insert into ${name} select * from moved`,
    [day],
  );
  await tx.execute(
    `alter table inbox.deliveries attach partition ${name} for values from ('${day} 00:00:00+00') to (('${day}'::date + 1)::timestamptz)`,
  );
  await tx.execute(`comment on table ${name} is 'Deliveries of ${day}.'`);
}

/** What is older than the partitions kept. */
export async function sweepOld(db: Database): Promise<void> {
  await db.execute(`delete from inbox.deliveries_undated where received_at < now() - make_interval(days => $1)`, [
    keptDays,
  ]);
  await db.execute('delete from inbox.seen where first_at < now() - make_interval(days => $1)', [keptDays]);
  await db.execute('delete from inbox.sent where at < now() - make_interval(days => $1)', [keptDays]);
  await db.execute('delete from inbox.refusals where day < current_date - $1::int', [keptDays]);
}
