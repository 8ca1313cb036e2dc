import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import {
  applyViewFilesWithin,
  connect,
  type Migration,
  migrateWithin,
  type Queryable,
  type Tx,
  type ViewFiles,
} from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { dropCustom, endLostLogins, rebuildBuilt } from '../../explorer/index.ts';
import { rebuildRollupsWithin } from '../../insights/index.ts';
import { damaged, decompress } from './frames.ts';
import type { Backup, Place } from './inspect.ts';
import { type Manifest, requireKeys, requireKnownMigrations } from './manifest.ts';
import { backedUpTables, builtTable, type OwnTables, type Table } from './tables.ts';

export interface RestoreOptions extends OwnTables {
  connectionString: string;
  backup: Backup;
  migrations: readonly Migration[];
  /** What other rooms and people read: roll-ups are made through it. */
  viewFiles: ViewFiles;
  /** Ids of the master keys held here. */
  keyIds: readonly string[];
  /** What is in the database goes; otherwise only an empty one is taken. */
  replace: boolean;
  log: Log;
  told(progress: { step: string; done: number; total: number }): void;
  /** The crash tests end the process at these moments. */
  reached?(point: 'restore_dropped' | 'restore_loaded' | 'restore_before_commit'): void;
}

/** Throws `backup_newer`, `migration_edited`, `vault_key_missing` or `vault_key_wrong`. Returns the backup's last migration. */
export function requireRestorable(options: Pick<RestoreOptions, 'backup' | 'migrations' | 'keyIds'>): Migration[] {
  const made = requireKnownMigrations(options.backup.head, options.migrations);
  requireKeys(options.backup.head, options.keyIds);
  return made;
}

/**
 * Loads a backup in one transaction: what was there is removed, the schema is made as the backup had it, every table is
 * loaded and checked, the schema is brought up to this version and what is derived is made anew. Its commit is the
 * moment of change; killed at any time before, the database is what it was. Throws `restore_not_empty`,
 * `restore_database_in_use`, `backup_damaged`, `restore_failed` and what `requireRestorable` throws.
 */
export async function restoreBackup(options: RestoreOptions): Promise<{ rows: number }> {
  const made = requireRestorable(options);
  const db = connect({
    connectionString: options.connectionString,
    applicationName: 'plumbline restore',
    maxConnections: 2,
    log: options.log,
    settings: { idle_in_transaction_session_timeout: '0', statement_timeout: '0', synchronize_seqscans: 'off' },
  });
  const file = await open(options.backup.file, 'r');
  try {
    await requireFree(db, options);
    return await db.transaction((tx) => load(tx, { file, made }, options));
  } catch (error) {
    if (isPlumblineError(error)) throw error;
    throw new PlumblineError('restore_failed', {
      message: 'The database refused the backup.',
      upstream: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  } finally {
    await file.close();
    await db.close();
  }
}

async function requireFree(db: Queryable, { replace, schemas }: RestoreOptions): Promise<void> {
  const users = await db.query<{ name: string }>(
    `select distinct application_name as name from pg_stat_activity
      where datname = current_database() and application_name like 'plumbline %' and application_name <> 'plumbline restore'`,
  );
  if (users.length > 0) {
    const names = users.map((user) => user.name).join(', ');
    throw new PlumblineError('restore_database_in_use', { message: `The database is in use by ${names}.` });
  }
  const present = await db.query('select from pg_namespace where nspname = any($1)', [schemas]);
  if (present.length > 0 && !replace) throw new PlumblineError('restore_not_empty');
}

async function load(
  tx: Tx,
  { file, made }: { file: FileHandle; made: readonly Migration[] },
  options: RestoreOptions,
): Promise<{ rows: number }> {
  const { backup, migrations, schemas, leftOut, reached } = options;
  // Views and the job queue are ours as well: the one is made again here, the other at the next start, and has no state of ours.
  await dropCustom(tx);
  for (const schema of ['data', 'shared', 'jobs', ...schemas])
    await tx.execute(`drop schema if exists ${schema} cascade`);
  reached?.('restore_dropped');
  await migrateWithin(
    tx,
    migrations.filter((migration) => made.includes(migration)),
  );
  const tables = matchTables(await backedUpTables(tx, { schemas, leftOut }), backup);
  // Migrations put rows of their own into some. Tables left out refer to others and are empty.
  await tx.execute(`truncate ${tables.map(({ table }) => table.quoted).join(', ')} cascade`);
  const total = backup.manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  let rows = 0;
  for (const { table, index } of tables) {
    const expected = backup.manifest.tables[index] as Manifest['tables'][number];
    options.told({ step: `loading ${table.schema}.${table.name}`, done: rows, total });
    await loadTable(tx, table, { file, places: backup.data[index] ?? [] }, expected);
    rows += expected.rows;
  }
  reached?.('restore_loaded');
  await setSequences(tx, backup, schemas);
  options.told({ step: 'bringing the schema up to this version', done: total, total });
  await migrateWithin(tx, migrations);
  await applyViewFilesWithin(tx, options.viewFiles);
  rows += await loadBuilt(tx, file, backup);
  options.told({ step: 'making roll-ups', done: total, total });
  await rebuildRollupsWithin(tx);
  await endLostLogins(tx);
  await tx.execute('analyze');
  reached?.('restore_before_commit');
  return { rows };
}

/** The backup's tables must be those of its own migration: names from a file never get into a statement. */
function matchTables(present: readonly Table[], backup: Backup): { table: Table; index: number }[] {
  const matched = present.map((table) => {
    const index = backup.head.tables.findIndex((entry) => entry.schema === table.schema && entry.name === table.name);
    const columns = backup.head.tables[index]?.columns;
    if (columns === undefined || columns.join() !== table.columns.join())
      throw damaged(`Its table ${table.schema}.${table.name} is not as its version made it.`);
    return { table, index };
  });
  if (matched.length !== backup.head.tables.filter(({ schema }) => schema !== 'custom').length)
    throw damaged('It holds tables that its version does not have.');
  return matched;
}

/** What analysts built. Views that read what this version does not have any more wait, as after any upgrade. */
async function loadBuilt(tx: Tx, file: FileHandle, { head, manifest, data }: Backup): Promise<number> {
  if (head.custom === undefined) return 0;
  let rows = 0;
  await rebuildBuilt(tx, head.custom, async (built) => {
    const table = builtTable(built);
    const index = head.tables.findIndex(({ schema, name }) => schema === 'custom' && name === built.name);
    const expected = manifest.tables[index];
    if (expected === undefined || head.tables[index]?.columns.join() !== table.columns.join())
      throw damaged(`Its table custom.${built.name} is not as it was described.`);
    await loadTable(tx, table, { file, places: data[index] ?? [] }, expected);
    rows += expected.rows;
  });
  return rows;
}

async function loadTable(
  tx: Tx,
  table: Table,
  source: { file: FileHandle; places: readonly Place[] },
  expected: Manifest['tables'][number],
): Promise<void> {
  const hash = createHash('sha256');
  const sink = tx.client.query(copyFrom(`copy ${table.quoted} (${table.quotedColumns}) from stdin`));
  await pipeline(Readable.from(contents(source, hash), { objectMode: false }), sink);
  const { n } = await tx.one<{ n: number }>(`select count(*) as n from ${table.quoted}`);
  if (hash.digest('hex') !== expected.sha256 || n !== expected.rows || sink.rowCount !== expected.rows)
    throw damaged(`Table ${table.schema}.${table.name} has ${n} rows and not the ${expected.rows} that were written.`);
}

async function* contents(
  { file, places }: { file: FileHandle; places: readonly Place[] },
  hash: { update(bytes: Buffer): void },
): AsyncGenerator<Buffer, void, void> {
  for (const { offset, length } of places) {
    const body = Buffer.alloc(length);
    const { bytesRead } = await file.read(body, 0, length, offset);
    if (bytesRead !== length) throw damaged('It ends in the middle.');
    const bytes = await decompress(body);
    hash.update(bytes);
    yield bytes;
  }
}

async function setSequences(tx: Tx, backup: Backup, schemas: readonly string[]): Promise<void> {
  for (const { schema, name, value, called } of backup.manifest.sequences) {
    if (!schemas.includes(schema)) throw damaged('It holds a sequence that is not ours.');
    await tx.execute(`select setval(format('%I.%I', $1::text, $2::text)::regclass, $3, $4)`, [
      schema,
      name,
      value,
      called,
    ]);
  }
}
