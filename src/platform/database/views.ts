import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Log } from '../telemetry/log.ts';
import type { Database, Tx } from './database.ts';
import { advisoryLocks } from './locks.ts';

/** Files of SQL that make views. */
export interface ViewFiles {
  /** For other rooms, in schema `shared`. */
  shared: readonly string[];
  /** For people, in schema `data`. */
  data: readonly string[];
}

/**
 * (Re)creates schemas `shared` and `data` from the rooms' files in one transaction when any of them changed. They hold
 * views only, so they can be dropped and made again at any start.
 */
export function applyViewFiles(db: Database, files: ViewFiles, log: Log): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute("set local lock_timeout = '60s'");
    const rebuilt = await applyViewFilesWithin(tx, files);
    if (rebuilt) log.info({ files: files.shared.length + files.data.length }, 'views rebuilt');
    return rebuilt;
  });
}

/** The same in a transaction that does more. */
export async function applyViewFilesWithin(tx: Tx, files: ViewFiles): Promise<boolean> {
  const sql = `${await schemaOf('shared', files.shared)}\n${await schemaOf('data', files.data)}`;
  const checksum = createHash('sha256').update(sql).digest('hex');
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.views]);
  await tx.execute(
    'create table if not exists platform.data_views (only_row boolean primary key default true check (only_row), checksum text not null, applied_at timestamptz not null default now())',
  );
  const stored = await tx.maybeOne<{ checksum: string }>('select checksum from platform.data_views');
  if (stored?.checksum === checksum) return false;
  await keepBuiltViews(tx);
  await tx.execute(sql);
  await tx.execute(`delete from platform.kept_views where to_regclass(format('custom.%I', name)) is not null`);
  await tx.execute(
    'insert into platform.data_views (checksum) values ($1) on conflict (only_row) do update set checksum = excluded.checksum, applied_at = now()',
    [checksum],
  );
  return true;
}

/**
 * What people built in schema `custom` on the views goes with them. Its definitions are kept until the role that owns them
 * has made them again, also where the process ends between.
 */
async function keepBuiltViews(tx: Tx): Promise<void> {
  await tx.execute(
    `create table if not exists platform.kept_views (
       name text collate "C" primary key, materialized boolean not null, definition text not null, error text, kept_at timestamptz not null default now())`,
  );
  await tx.execute(
    `insert into platform.kept_views (name, materialized, definition)
     select c.relname, c.relkind = 'm', pg_get_viewdef(c.oid) from pg_class c
      where c.relnamespace = to_regnamespace('custom') and c.relkind in ('v', 'm')
     on conflict (name) do update set materialized = excluded.materialized, definition = excluded.definition, error = null, kept_at = now()`,
  );
}

async function schemaOf(name: 'shared' | 'data', files: readonly string[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return `drop schema if exists ${name} cascade;\ncreate schema ${name};\n${texts.join('\n')}`;
}
