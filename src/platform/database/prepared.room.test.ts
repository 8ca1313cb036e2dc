import { expect, it, onTestFinished } from 'vitest';
import { cloneDatabase } from '../../../test/support/database.ts';
import { silentLog } from '../telemetry/log.ts';
import { connect, type Database, type TransactionOptions } from './database.ts';

/** One connection, so that each transaction meets what the one before left there. */
async function oneConnection(): Promise<Database> {
  const { connectionString, drop } = await cloneDatabase();
  const db = connect({ connectionString, applicationName: 'test', maxConnections: 1, log: silentLog });
  onTestFinished(async () => {
    await db.close();
    await drop();
  });
  await db.execute('create table public.things (id integer)');
  return db;
}

const readThings = (db: Database, options?: TransactionOptions) =>
  db.transaction((tx) => tx.query('select * from public.things where id = $1', [1]), options);

const preparedTexts = async (db: Database): Promise<string[]> =>
  (await db.query<{ statement: string }>('select statement from pg_prepared_statements')).map((row) => row.statement);

it('a text is prepared once for its connection where the transaction says so', async () => {
  const db = await oneConnection();
  await readThings(db);
  expect(await preparedTexts(db)).toEqual([]);
  for (let round = 0; round < 3; round++) await readThings(db, { prepared: true });
  expect(await preparedTexts(db)).toEqual(['select * from public.things where id = $1']);
});

it('what has no values, and may be several statements, is not prepared', async () => {
  const db = await oneConnection();
  await db.transaction((tx) => tx.execute('select 1; select 2'), { prepared: true });
  expect(await preparedTexts(db)).toEqual([]);
});

it('a connection whose statement a migration outdated is replaced, and the next attempt succeeds', async () => {
  const db = await oneConnection();
  await readThings(db, { prepared: true });
  await db.execute('alter table public.things add column name text');
  await db.execute(`insert into public.things values (1, 'one')`);
  await expect(readThings(db, { prepared: true })).rejects.toMatchObject({ code: '0A000' });
  expect(await readThings(db, { prepared: true })).toEqual([{ id: 1, name: 'one' }]);
});
