import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PlumblineError } from '../errors/index.ts';
import type { Log } from '../telemetry/log.ts';
import type { Database, Tx } from './database.ts';
import { advisoryLocks } from './locks.ts';

export interface Migration {
  number: number;
  name: string;
  sql: string;
  checksum: string;
}

/** Reads `NNNN-name.sql` of all folders into one number line; refuses duplicates. */
export async function readMigrations(folders: readonly string[]): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((entry) => entry.endsWith('.sql'))) {
      const match = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name);
      if (match === null) throw new Error(`migration ${join(folder, name)} is not named NNNN-name.sql`);
      const sql = await readFile(join(folder, name), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      migrations.push({ number: Number(match[1]), name: basename(name, '.sql'), sql, checksum });
    }
  }
  migrations.sort((a, b) => a.number - b.number);
  const duplicate = migrations.find((migration, index) => migration.number === migrations[index - 1]?.number);
  if (duplicate !== undefined) throw new Error(`two migrations have number ${duplicate.number}`);
  return migrations;
}

/** Applies what is missing, each migration in its own transaction, under one advisory lock. Returns what was applied. */
export async function migrate(
  db: Database,
  migrations: readonly Migration[],
  log: Log,
  productVersion?: string,
): Promise<string[]> {
  const applied: string[] = [];
  for (;;) {
    const name = await db.transaction(async (tx) => {
      await tx.execute("set local lock_timeout = '120s'");
      await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.migrations]);
      await ensureLedger(tx);
      return applyNext(tx, migrations, productVersion);
    });
    if (name === undefined) return applied;
    log.info({ migration: name }, 'migration applied');
    applied.push(name);
  }
}

/**
 * Applies the migrations up to a number in the caller's transaction, on a database without any or with earlier ones. A
 * hub that starts meanwhile waits for its end.
 */
export async function migrateWithin(tx: Tx, migrations: readonly Migration[], upTo: number): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.migrations]);
  await ensureLedger(tx);
  const wanted = migrations.filter((migration) => migration.number <= upTo);
  while ((await applyNext(tx, wanted)) !== undefined);
}

async function ensureLedger(tx: Tx): Promise<void> {
  await tx.execute(`
    create schema if not exists platform;
    create table if not exists platform.migrations (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
  const { there } = await tx.one<{ there: boolean }>(
    `select exists (select from information_schema.columns
       where table_schema = 'platform' and table_name = 'migrations' and column_name = 'product_version') as there`,
  );
  if (!there) await tx.execute('alter table platform.migrations add column product_version text');
}

async function applyNext(
  tx: Tx,
  migrations: readonly Migration[],
  productVersion?: string,
): Promise<string | undefined> {
  const rows = await tx.query<{ number: number; checksum: string; name: string }>(
    'select number, checksum, name from platform.migrations',
  );
  const done = new Map(rows.map((row) => [row.number, row]));
  for (const row of rows) {
    const known = migrations.find((migration) => migration.number === row.number);
    if (known === undefined) throw await newer(tx, migrations, productVersion);
    if (known.checksum !== row.checksum) {
      throw new PlumblineError('migration_edited', {
        message: `Migration ${row.name} was changed after it was applied.`,
      });
    }
  }
  const next = migrations.find((migration) => !done.has(migration.number));
  if (next === undefined) return undefined;
  await tx.execute(next.sql);
  await tx.execute(
    'insert into platform.migrations (number, name, checksum, product_version) values ($1, $2, $3, $4)',
    [next.number, next.name, next.checksum, productVersion ?? null],
  );
  return next.name;
}

/** Names both versions: what wrote the database says so with its last migration. */
async function newer(tx: Tx, migrations: readonly Migration[], productVersion?: string): Promise<PlumblineError> {
  const last = await tx.one<{ name: string; version: string | null; at: Date }>(
    'select name, product_version as version, applied_at as at from platform.migrations order by number desc limit 1',
  );
  const by = last.version === null ? 'a newer version' : `version ${last.version}`;
  const own = productVersion === undefined ? 'This version' : `This is version ${productVersion}, which`;
  return new PlumblineError('database_newer', {
    message: `The database was brought to migration ${last.name} by ${by} on ${last.at.toISOString().slice(0, 10)}. ${own} knows migrations up to ${migrations.at(-1)?.name}.`,
    remedy: `Start ${by} or a newer one, or restore the backup made before the upgrade into an empty database.`,
    data: { databaseVersion: last.version, version: productVersion ?? null },
  });
}
