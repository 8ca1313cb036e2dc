import { expect, it, onTestFinished, vi } from 'vitest';
import { cloneDatabase } from '../../../test/support/database.ts';
import { migrationFolders } from '../../schema.ts';
import { type Log, silentLog } from '../telemetry/log.ts';
import { advisoryLocks } from './locks.ts';
import type { Database } from './database.ts';
import { type Migration, migrate, migrateWithin, readMigrations } from './migrations.ts';

it('a database that a newer version wrote is refused by the names of both', async () => {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  const migrations = await readMigrations(migrationFolders);
  const last = migrations.at(-1);
  // As an older ledger, without versions.
  await db.execute('alter table platform.migrations drop column if exists product_version');
  expect(await migrate(db, migrations, silentLog, '0.1.0')).toEqual([]);
  await db.execute(
    `insert into platform.migrations (room, number, name, checksum) values ('later', 9999, '9999-later', 'x')`,
  );
  const refusal = () => migrate(db, migrations, silentLog, '0.1.0').catch((error: Error) => error);
  expect(await refusal()).toMatchObject({
    code: 'database_newer',
    message: expect.stringContaining('by a newer version'),
  });
  await db.execute(`update platform.migrations set product_version = '0.9.0' where number = 9999`);
  const { message, remedy } = (await refusal()) as Error & { remedy: string };
  expect(message).toContain('brought to migration 9999-later by version 0.9.0');
  expect(message).toContain(`This is version 0.1.0, which knows migrations up to ${last?.name}`);
  expect(remedy).toContain('Start version 0.9.0 or a newer one');
});

const landed = await readMigrations(migrationFolders);

/** As a room would write it: a table of its own. */
const written = (room: string, number: number, name: string, sql: string): Migration => ({
  room,
  number,
  name: `${String(number).padStart(4, '0')}-${name}`,
  sql,
  checksum: `${room} ${name}`,
});

/** In the order of `readMigrations`. */
const inOrder = (...added: Migration[]): Migration[] =>
  [...landed, ...added].toSorted((a, b) => a.number - b.number || (a.room < b.room ? -1 : 1));

const ledgerOf = (db: Database) =>
  db.query<{ room: string; name: string }>('select room, name from platform.migrations order by number, room');

async function migratedDatabase(): Promise<Database> {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  return db;
}

async function emptyDatabase(): Promise<Database> {
  const db = await migratedDatabase();
  const schemas = await db.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  for (const { name } of schemas) if (name !== 'public') await db.execute(`drop schema "${name}" cascade`);
  return db;
}

it('two rooms may take the same number: each is applied once, whichever lands first', async () => {
  const next = (landed.at(-1)?.number ?? 0) + 1;
  const pears = written('pears', next, 'first', 'create schema pears; create table pears.pears (id integer)');
  const apples = written('apples', next, 'first', 'create schema apples; create table apples.apples (id integer)');
  // Needs what `pears` made, and was written when that was there.
  const later = written('apples', next + 1, 'of-pears', 'create view apples.of_pears as select id from pears.pears');
  const states = [[pears], [apples], [pears, apples], [apples, pears]];
  for (const state of states) {
    const db = await migratedDatabase();
    for (const one of state) await migrate(db, inOrder(...state.slice(0, state.indexOf(one) + 1)), silentLog);
    await migrate(db, inOrder(pears, apples, later), silentLog);
    expect(await migrate(db, inOrder(pears, apples, later), silentLog)).toEqual([]);
    expect(await db.query('select id from apples.of_pears')).toEqual([]);
    expect((await ledgerOf(db)).slice(landed.length)).toEqual([
      { room: 'apples', name: pears.name },
      { room: 'pears', name: pears.name },
      { room: 'apples', name: later.name },
    ]);
  }
});

it('one that lands after others with a higher number is applied all the same', async () => {
  const db = await migratedDatabase();
  const next = (landed.at(-1)?.number ?? 0) + 1;
  const early = written('pears', next, 'early', 'create schema pears');
  const late = written('apples', next + 5, 'late', 'create schema apples');
  expect(await migrate(db, inOrder(late), silentLog)).toEqual([late.name]);
  expect(await migrate(db, inOrder(early, late), silentLog)).toEqual([early.name]);
});

it('a ledger of one number line is brought up to date from every state it can have', async () => {
  const last = landed.at(-1)?.number ?? 0;
  for (const upTo of [1, Math.floor(last / 2), last - 1, last]) {
    const db = await emptyDatabase();
    await db.transaction((tx) =>
      migrateWithin(
        tx,
        landed.filter(({ number }) => number <= upTo),
      ),
    );
    // As it was before rooms had lines of their own.
    await db.execute(`alter table platform.migrations drop column room, add primary key (number)`);
    expect(await migrate(db, landed, silentLog)).toHaveLength(landed.filter(({ number }) => number > upTo).length);
    expect(await ledgerOf(db)).toEqual(landed.map(({ room, name }) => ({ room, name })));
  }
});

it('each migration is named before it begins, and who comes second says so and waits as long as it takes', async () => {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  const lines: string[] = [];
  const log: Log = { ...silentLog, info: (...words) => void lines.push(JSON.stringify(words)) };
  const said = (text: string): number => lines.filter((line) => line.includes(text)).length;
  const migrations = await readMigrations(migrationFolders);
  const sql = 'create table platform.later (id int)';
  const later = [...migrations, written('platform', 9999, 'later', sql)];
  let done: string[] | undefined;
  await db.transaction(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.migrations]);
    void migrate(db, later, log).then((names) => (done = names));
    await vi.waitFor(() => expect(said('another process migrates')).toBe(1), { timeout: 30_000 });
    // A lock that is waited for without an end: one that is refused ends the process.
    await vi.waitFor(
      async () => {
        const waiting = await tx.query(
          `select from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`,
        );
        expect(waiting).toHaveLength(1);
      },
      { timeout: 30_000 },
    );
    expect([done, said('migrating the database')]).toEqual([undefined, 0]);
  });
  await vi.waitFor(() => expect(done).toEqual(['9999-later']), { timeout: 30_000 });
  const [before = -1, after = -1] = ['migrating the database', 'migration applied'].map((text) =>
    lines.findIndex((line) => line.includes(text) && line.includes('9999-later')),
  );
  expect(before).toBeGreaterThanOrEqual(0);
  expect(after).toBeGreaterThan(before);
});

it('a database that is made anew is told of in one line', async () => {
  const db = await emptyDatabase();
  const lines: unknown[] = [];
  const log: Log = { ...silentLog, info: (...words) => void lines.push(words) };
  await migrate(db, landed, log);
  expect(lines).toEqual([[{ migrations: landed.length }, 'database made']]);
});

it('a large table that a migration rewrote is vacuumed: until then no index answers for it alone', async () => {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  await db.execute(
    `create table platform.large as select g as id, repeat('x', 500) as text from generate_series(1, 30000) g`,
  );
  await db.execute('analyze platform.large');
  // How often, and not what came of it: of rows that a snapshot of anybody's still needs, no vacuum makes anything.
  const vacuums = () =>
    db.one(`select vacuum_count::int as times from pg_stat_user_tables where relid = 'platform.large'::regclass`);
  expect(await vacuums()).toEqual({ times: 0 });
  const sql = `alter table platform.large add column twice bigint generated always as (id * 2) stored;
               create index on platform.large (twice)`;
  const rewriting = written('platform', 9999, 'rewriting', sql);
  await migrate(db, [...(await readMigrations(migrationFolders)), rewriting], silentLog);
  expect(await vacuums()).toEqual({ times: 1 });
});

it('a rewritten table that cannot be vacuumed keeps no hub from starting', async () => {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  await db.execute(
    `create table platform.large as select g as id, repeat('x', 500) as text from generate_series(1, 30000) g`,
  );
  await db.execute('analyze platform.large');
  const warned: unknown[] = [];
  const log: Log = { ...silentLog, warn: (...words) => void warned.push(words) };
  await db.transaction(async (tx) => {
    await tx.execute('lock table platform.large in share update exclusive mode');
    const harmless = written('platform', 9999, 'harmless', 'create table platform.harmless (id int)');
    await migrate(db, [...(await readMigrations(migrationFolders)), harmless], log);
  });
  expect(warned).toEqual([
    [{ table: 'platform.large', reason: expect.stringContaining('lock') }, 'a rewritten table was not vacuumed'],
  ]);
});
