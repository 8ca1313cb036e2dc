import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { databaseFault } from './fault.ts';

let clone: TestDatabase;
beforeAll(async () => {
  clone = await cloneDatabase();
  await clone.db.execute('create table public.rows (id int primary key)');
  await clone.db.execute('insert into public.rows values (1), (2)');
});
afterAll(() => clone.drop());

/** What the server says of a statement that had to give way, and whether the connection is used again. */
async function gaveWay(statement: string): Promise<{ code: string | undefined; kept: boolean }> {
  let pid = 0;
  const failed = await clone.db
    .transaction(async (tx) => {
      ({ pid } = await tx.one<{ pid: number }>('select pg_backend_pid() as pid'));
      await tx.execute("set local lock_timeout = '1ms'; set local statement_timeout = '1min'");
      await tx.execute(statement);
    })
    .catch((error: unknown) => error);
  const { kept } = await clone.db.one<{ kept: boolean }>(
    'select exists (select from pg_stat_activity where pid = $1) as kept',
    [pid],
  );
  return { code: databaseFault(failed)?.code, kept };
}

it('a lock that is not granted in time is a busy database, whose connection is kept', async () => {
  await clone.db.transaction(async (tx) => {
    await tx.execute('select from public.rows where id = 1 for update');
    expect(await gaveWay('select from public.rows where id = 1 for update')).toEqual({
      code: 'database_busy',
      kept: true,
    });
    expect(await gaveWay("set local statement_timeout = '1ms'; select pg_sleep(60)")).toEqual({
      code: 'database_busy',
      kept: true,
    });
  });
});

it('one of two that wait for each other gives way to the other', async () => {
  const { db } = clone;
  const lock = (id: number): string => `select from public.rows where id = ${id} for update`;
  let begun = 0;
  let bothBegan = (): void => {};
  const both = new Promise<void>((resolve) => (bothBegan = resolve));
  const wait = (first: number, second: number): Promise<unknown> =>
    db
      .transaction(async (tx) => {
        await tx.execute("set local lock_timeout = '1min'");
        await tx.execute(lock(first));
        begun += 1;
        if (begun === 2) bothBegan();
        await both;
        await tx.execute(lock(second));
      })
      .catch((error: unknown) => databaseFault(error)?.code);
  expect((await Promise.all([wait(1, 2), wait(2, 1)])).toSorted()).toEqual(['database_busy', undefined]);
});
