import { advisoryLocks, type Database, type TransactionOptions, type Tx } from '../../../platform/database/index.ts';
import { groundOf, type Ground, grounds, presentOf, type Thing } from './things.ts';

/** Ends what is said otherwise now and begins what is said instead, both at one moment; what is the same is not written. */
async function recordSaid(tx: Tx, thing: Thing, ids: readonly number[] | null, at: Date): Promise<void> {
  // Two texts: of a condition that a value may switch off, a plan that serves all values reads everything.
  const wanted = (id: string): string => (ids === null ? 'true' : `${id} = any ($3)`);
  const values = [thing, at, ...(ids === null ? [] : [ids])];
  const same = '(n.group_id, n.integration_id, n.value) is not distinct from (s.group_id, s.integration_id, s.value)';
  await tx.execute(
    `with present as materialized (${presentOf[thing](wanted)})
     update trace.said s set said_to = $2
      where s.thing = $1 and s.said_to is null and ${wanted('s.thing_id')}
        and not exists (select from present n where n.id = s.thing_id and ${same})`,
    values,
  );
  await tx.execute(
    `with present as materialized (${presentOf[thing](wanted)})
     insert into trace.said (thing, thing_id, group_id, integration_id, value, said_from)
     select $1, n.id, n.group_id, n.integration_id, n.value, $2 from present n
      where not exists (select from trace.said s where s.thing = $1 and s.thing_id = n.id and s.said_to is null)
      order by n.id`,
    values,
  );
}

/** Stations with what they lie in now, and lay in as was said before. */
export async function recordStations(tx: Tx, thing: Thing, ids: readonly number[], at: Date): Promise<void> {
  await recordSaid(tx, thing, ids, at);
  const ground = groundOf[thing];
  if (ground === undefined) return;
  const rows = await tx.query<{ id: number }>(
    'select distinct group_id as id from trace.said where thing = $1 and thing_id = any ($2) and said_to is null order by 1',
    [thing, ids],
  );
  await recordSaid(
    tx,
    ground,
    rows.map(({ id }) => id),
    at,
  );
}

/** What stations lie in, whether any of them changed or not: names, bindings, how systems are read. */
export async function recordGrounds(
  db: Database,
  which: readonly Ground[] = grounds,
  ids: readonly number[] | null = null,
): Promise<void> {
  await db.transaction(async (tx) => {
    const at = await saidFrom(tx);
    for (const ground of which) await recordSaid(tx, ground, ids, at);
  }, plansFor(ids));
}

/** Few are planned for once: to plan takes longer than to look at them. */
export const plansFor = (ids: readonly number[] | null): TransactionOptions => ({
  prepared: ids !== null && ids.length <= few,
});
const few = 20;

/** From now on everything that is said is kept, unless it was before. */
export async function beginHistory(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const at = await saidFrom(tx);
    await tx.execute('insert into trace.kept (since) select $1 where not exists (select from trace.kept)', [at]);
  });
}

/** The moment from which something is said: taken while nobody else says anything, so that times come in their order. */
export async function saidFrom(tx: Tx): Promise<Date> {
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.trace]);
  const { at } = await tx.one<{ at: Date }>('select clock_timestamp() as at');
  return at;
}
