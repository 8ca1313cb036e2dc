import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PlumblineError } from '../errors/index.ts';
import type { Log } from '../telemetry/log.ts';
import type { Database, Tx } from './database.ts';
import { advisoryLocks } from './locks.ts';
import { forgetVisibleRows } from './prepare-visible-rows.ts';

/** A migration is what its room and its number say: two rooms may have the same number. */
export interface MigrationId {
  /** Folder of the room that it belongs to. */
  room: string;
  number: number;
  /** `NNNN-name` */
  name: string;
}

export interface Migration extends MigrationId {
  sql: string;
  checksum: string;
}

/**
 * Reads `NNNN-name.sql` of all folders, each the folder `migrations` of a room, in the order in which they are applied: by
 * number, then by room. What needs another room’s migration has a higher number; those with the same number were written
 * without knowledge of each other, so that neither can need the other. Refuses two of one room with the same number.
 */
export async function readMigrations(folders: readonly string[]): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const folder of folders) {
    const room = basename(dirname(folder));
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((entry) => entry.endsWith('.sql'))) {
      const match = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name);
      if (match === null) throw new Error(`migration ${join(folder, name)} is not named NNNN-name.sql`);
      const sql = await readFile(join(folder, name), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      migrations.push({ room, number: Number(match[1]), name: basename(name, '.sql'), sql, checksum });
    }
  }
  migrations.sort((a, b) => a.number - b.number || (a.room < b.room ? -1 : 1));
  const duplicate = migrations.find((one, index) => isSame(one, migrations[index - 1]));
  if (duplicate !== undefined) throw new Error(`two migrations of ${duplicate.room} have number ${duplicate.number}`);
  return migrations;
}

const isSame = (one: Pick<MigrationId, 'room' | 'number'>, other?: Pick<MigrationId, 'room' | 'number'>): boolean =>
  one.room === other?.room && one.number === other.number;

/**
 * Applies what is missing, each migration in its own transaction, under one advisory lock. Returns what was applied. On
 * millions of rows one takes minutes: each is named before it begins, and who comes second says what it waits for. Of a
 * database that is made anew one line tells.
 */
export async function migrate(
  db: Database,
  migrations: readonly Migration[],
  log: Log,
  productVersion?: string,
): Promise<string[]> {
  const applied: string[] = [];
  let anew = false;
  let begun = performance.now();
  const beginningOf = (migration: Migration, isFirst: boolean): void => {
    begun = performance.now();
    anew ||= isFirst;
    if (!anew)
      log.info({ migration: migration.name }, 'migrating the database; on millions of rows this takes minutes');
  };
  for (;;) {
    const name = await db.transaction(async (tx) => {
      await waitForTurn(tx, log);
      await tx.execute("set local lock_timeout = '120s'");
      await ensureLedger(tx, migrations);
      return applyNext(tx, migrations, { productVersion, beginning: beginningOf });
    });
    if (name === undefined) break;
    if (!anew)
      log.info({ migration: name, seconds: Math.round((performance.now() - begun) / 1000) }, 'migration applied');
    applied.push(name);
  }
  if (anew) log.info({ migrations: applied.length }, 'database made');
  if (applied.length > 0) await vacuumRewritten(db, log);
  return applied;
}

/**
 * No page of a table that was rewritten counts as read by an index alone until it is vacuumed; nothing else would ask for
 * that. One that is being analyzed by the server itself is waited for: it gives way. What goes wrong costs speed only.
 */
async function vacuumRewritten(db: Database, log: Log): Promise<void> {
  const tables = await db.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and c.relpages > 1000 and c.relallvisible = 0 and pg_has_role(c.relowner, 'usage')
        and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`,
  );
  for (const { name } of tables) {
    log.info({ table: name }, 'vacuuming a table that a migration rewrote');
    await db
      .execute(`vacuum (analyze) ${name}`)
      .catch((error: Error) => log.warn({ table: name, reason: error.message }, 'a rewritten table was not vacuumed'));
  }
}

/**
 * Applies what is missing of some migrations in the caller's transaction, on a database without any or with some of them.
 * A hub that starts meanwhile waits for its end.
 */
export async function migrateWithin(tx: Tx, migrations: readonly Migration[]): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.migrations]);
  await ensureLedger(tx, migrations);
  while ((await applyNext(tx, migrations)) !== undefined);
}

/** Another process may migrate for longer than any lock is waited for otherwise. */
async function waitForTurn(tx: Tx, log: Log): Promise<void> {
  const { free } = await tx.one<{ free: boolean }>('select pg_try_advisory_xact_lock($1) as free', [
    advisoryLocks.migrations,
  ]);
  if (free) return;
  log.info({}, 'another process migrates the database; waiting for its end');
  await tx.execute('set local lock_timeout = 0');
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.migrations]);
}

async function ensureLedger(tx: Tx, migrations: readonly Migration[]): Promise<void> {
  await tx.execute(`
    create schema if not exists platform;
    create table if not exists platform.migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
  const columns = await tx.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'platform' and table_name = 'migrations'`,
  );
  const has = (wanted: string): boolean => columns.some(({ name }) => name === wanted);
  if (!has('product_version')) await tx.execute('alter table platform.migrations add column product_version text');
  if (!has('room')) await nameRooms(tx, migrations);
}

/** Brings a ledger of one number line over all rooms up to date: there each name was of one room. */
async function nameRooms(tx: Tx, migrations: readonly Migration[]): Promise<void> {
  await tx.execute('alter table platform.migrations add column room text');
  await tx.execute(
    `update platform.migrations m set room = known.room
       from unnest($1::text[], $2::text[]) as known (name, room) where m.name = known.name`,
    [migrations.map(({ name }) => name), migrations.map(({ room }) => room)],
  );
  // Of a newer version, which is refused next.
  await tx.execute(`update platform.migrations set room = '' where room is null`);
  await tx.execute(`alter table platform.migrations alter column room set not null,
    drop constraint migrations_pkey, add primary key (room, number)`);
}

async function applyNext(
  tx: Tx,
  migrations: readonly Migration[],
  {
    productVersion,
    beginning,
  }: { productVersion?: string | undefined; beginning?: (migration: Migration, isFirst: boolean) => void } = {},
): Promise<string | undefined> {
  const rows = await tx.query<MigrationId & { checksum: string }>(
    'select room, number, checksum, name from platform.migrations',
  );
  for (const row of rows) {
    const known = migrations.find((migration) => isSame(migration, row));
    if (known === undefined) throw await newer(tx, migrations, productVersion);
    if (known.checksum !== row.checksum) {
      throw new PlumblineError('migration_edited', {
        message: `Migration ${row.name} was changed after it was applied.`,
      });
    }
  }
  const next = migrations.find((migration) => !rows.some((row) => isSame(row, migration)));
  if (next === undefined) return undefined;
  beginning?.(next, rows.length === 0);
  // Made of tables as they were; made again at the end of every start.
  await forgetVisibleRows(tx);
  await tx.execute(next.sql);
  await tx.execute(
    'insert into platform.migrations (room, number, name, checksum, product_version) values ($1, $2, $3, $4, $5)',
    [next.room, next.number, next.name, next.checksum, productVersion ?? null],
  );
  return next.name;
}

/** Names both versions: what wrote the database says so with its last migration. */
async function newer(tx: Tx, migrations: readonly Migration[], productVersion?: string): Promise<PlumblineError> {
  const last = await tx.one<{ name: string; version: string | null; at: Date }>(
    'select name, product_version as version, applied_at as at from platform.migrations order by number desc, room desc limit 1',
  );
  const by = last.version === null ? 'a newer version' : `version ${last.version}`;
  const own = productVersion === undefined ? 'This version' : `This is version ${productVersion}, which`;
  return new PlumblineError('database_newer', {
    message: `The database was brought to migration ${last.name} by ${by} on ${last.at.toISOString().slice(0, 10)}. ${own} knows migrations up to ${migrations.at(-1)?.name}.`,
    remedy: `Start ${by} or a newer one, or restore the backup made before the upgrade into an empty database.`,
    data: { databaseVersion: last.version, version: productVersion ?? null },
  });
}
