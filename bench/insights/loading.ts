import type { Database, Tx } from '../../src/platform/database/index.ts';

/** In one transaction, without looking up again for each row what was made a moment ago. */
export const loading = (db: Database, work: (tx: Tx) => Promise<unknown>): Promise<void> =>
  db.transaction(async (tx) => {
    await tx.execute('set local session_replication_role = replica');
    await work(tx);
  });

/** Two at a time, as there are hardly machines with fewer cores. */
export async function twoAtOnce(tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const left = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = left.shift(); task !== undefined; task = left.shift()) await task();
  };
  await Promise.all([work(), work()]);
}

interface Index {
  table: string;
  name: string;
  definition: string;
  constraint: boolean;
}

/**
 * Loading millions of rows into a dozen indexes takes ten times as long as making those afterwards. Keys that other
 * tables refer to stay.
 */
export async function withoutIndexes(
  db: Database,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const indexes = await db.query<Index>(
    `select i.indrelid::regclass::text as table, coalesce(quote_ident(c.conname), i.indexrelid::regclass::text) as name,
            coalesce(pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid)) as definition, c.oid is not null as constraint
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = i.indrelid
      where i.indrelid = any ($1::text[]::regclass[])
        and not exists (select from pg_constraint r where r.conindid = i.indexrelid and r.contype = 'f')
      order by i.indexrelid`,
    [tables],
  );
  for (const { table, name, constraint } of indexes)
    await db.execute(constraint ? `alter table ${table} drop constraint ${name}` : `drop index ${name}`);
  await work();
  // Keys first: while one is made nobody else touches its table.
  const made = Map.groupBy(indexes, ({ table }) => table);
  await twoAtOnce(
    [...made.values()].map((own) => async () => {
      for (const { table, name, definition, constraint } of own)
        if (constraint) await db.execute(`alter table ${table} add constraint ${name} ${definition}`);
    }),
  );
  await twoAtOnce(indexes.flatMap(({ definition, constraint }) => (constraint ? [] : [() => db.execute(definition)])));
  // Who counts what was loaded knows how much there is, as in a hub that runs.
  await db.execute(`analyze ${tables.join(', ')}`);
}
