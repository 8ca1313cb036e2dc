import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Log } from '../telemetry/log.ts';
import type { Database } from './database.ts';
import { advisoryLocks } from './locks.ts';

/**
 * (Re)creates schema `data` from the rooms' `data-views.sql` in one transaction when any of them changed. Nothing of
 * ours reads `data`, so it can be dropped and made again at any start; `afterwards` puts grants back.
 */
export async function applyDataViews(
  db: Database,
  files: readonly string[],
  afterwards: string,
  log: Log,
): Promise<boolean> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const sql = `drop schema if exists data cascade;\ncreate schema data;\n${texts.join('\n')}\n${afterwards}`;
  const checksum = createHash('sha256').update(sql).digest('hex');
  return db.transaction(async (tx) => {
    await tx.execute("set local lock_timeout = '60s'");
    await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.views]);
    await tx.execute(
      'create table if not exists platform.data_views (only_row boolean primary key default true check (only_row), checksum text not null, applied_at timestamptz not null default now())',
    );
    const stored = await tx.maybeOne<{ checksum: string }>('select checksum from platform.data_views');
    if (stored?.checksum === checksum) return false;
    await tx.execute(sql);
    await tx.execute(
      'insert into platform.data_views (checksum) values ($1) on conflict (only_row) do update set checksum = excluded.checksum, applied_at = now()',
      [checksum],
    );
    log.info({ files: files.length }, 'schema data rebuilt');
    return true;
  });
}
