import { createHash } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { once } from 'node:events';
import { to as copyTo } from 'pg-copy-streams';
import { advisoryLocks, connect, connectionBudget, type Database, type Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Log } from '../../../platform/telemetry/log.ts';
import { readKeyRows } from '../../../platform/vault/rotation.ts';
import { type Built, holdBuilt } from '../../explorer/index.ts';
import { chunkBytes, compress, encodeFrame, magic } from './frames.ts';
import type { Head, Manifest } from './manifest.ts';
import { backedUpTables, builtTable, type OwnTables, readSequences, type Table } from './tables.ts';

export interface BackupOptions extends OwnTables {
  connectionString: string;
  version: string;
  log: Log;
  now(): Date;
}

/** Tables read at once. More would only wait for the compression. */
const readers = connectionBudget.backup - 1;

/**
 * Starts a backup and returns its bytes as they are made; memory stays bounded because a slow taker stops the readers.
 * All tables are of one snapshot. Secrets are in it as they are stored: sealed, and without a key. Throws `backup_running`;
 * what fails later destroys the stream.
 */
export async function startBackup(options: BackupOptions, signal: AbortSignal): Promise<Readable> {
  // Connections of its own: a backup may take hours, and pages must not wait for theirs meanwhile.
  const db = connect({
    connectionString: options.connectionString,
    applicationName: 'plumbline backup',
    maxConnections: readers + 1,
    log: options.log,
    settings: { idle_in_transaction_session_timeout: '0', statement_timeout: '0', lock_timeout: '30s' },
  });
  const out = new PassThrough({ highWaterMark: 2 * chunkBytes });
  const begun = Promise.withResolvers<void>();
  const working = db
    .transaction(async (tx) => {
      await tx.execute('set transaction isolation level repeatable read, read only');
      const { ours } = await tx.one<{ ours: boolean }>('select pg_try_advisory_xact_lock($1) as ours', [
        advisoryLocks.backup,
      ]);
      if (!ours) throw new PlumblineError('backup_running');
      begun.resolve();
      await write({ db, tx, out, signal }, options);
    })
    .then(() => out.end())
    .catch((error: Error) => {
      begun.reject(error);
      if (!signal.aborted) options.log.error({ error: error.message }, 'backup failed');
      out.destroy(error);
    })
    .finally(() => db.close());
  // A taker that goes away ends the readers: their next write fails.
  signal.addEventListener('abort', () => out.destroy(new PlumblineError('backup_interrupted')), { once: true });
  out.on('error', () => undefined);
  void working;
  await begun.promise;
  return out;
}

interface Work {
  db: Database;
  /** The transaction that holds the snapshot. */
  tx: Tx;
  out: PassThrough;
  signal: AbortSignal;
}

async function write(work: Work, options: BackupOptions): Promise<void> {
  const { tx } = work;
  const tables = await backedUpTables(tx, options);
  const writer = frameWriter(work.out);
  const results: Manifest['tables'] = [];
  await writer.raw(magic);
  // What analysts built is of a moment of its own, a little later, and is let go before ours is read: they wait for no more.
  await work.db.transaction(async (holder) => {
    await holder.execute("set local lock_timeout = '2s'");
    const built = await holdBuilt(holder);
    for (const { name, reason } of built.leftOut)
      options.log.warn({ table: `custom.${name}`, reason }, 'not in the backup');
    const theirs = built.tables.map(builtTable);
    await writer.frame('head', 0, asJson(await readHead(tx, [...tables, ...theirs], options, built)));
    for (const [place, table] of theirs.entries()) {
      work.signal.throwIfAborted();
      const index = tables.length + place;
      results[index] = await copyTable(holder, table, (body) => writer.frame('data', index, body));
    }
  });
  const { snapshot } = await tx.one<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
  const waiting = tables.map((table, index) => ({ table, index }));
  const read = async (): Promise<void> => {
    await work.db.transaction(async (reader) => {
      await reader.execute('set transaction isolation level repeatable read, read only');
      await reader.execute(`set transaction snapshot '${snapshot}'`);
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        work.signal.throwIfAborted();
        const { table, index } = next;
        results[index] = await copyTable(reader, table, (body) => writer.frame('data', index, body));
      }
    });
  };
  await Promise.all(Array.from({ length: readers }, read));
  const manifest: Manifest = { tables: results, sequences: await readSequences(tx, options.schemas) };
  await writer.frame('manifest', 0, asJson(manifest));
  await writer.frame('end', 0, asJson({ sha256: writer.digest() }));
}

async function readHead(tx: Tx, tables: readonly Table[], options: BackupOptions, custom: Built): Promise<Head> {
  const { version } = await tx.one<{ version: number }>(`select current_setting('server_version_num')::int as version`);
  return {
    format: 1,
    productVersion: options.version,
    createdAt: options.now().toISOString(),
    serverVersion: version,
    migrations: await tx.query('select number, name, checksum from platform.migrations order by number, room'),
    keyIds: (await readKeyRows(tx)).map((row) => row.id),
    tables: tables.map(({ schema, name, columns, estimate }) => ({ schema, name, columns, estimate })),
    ...(Object.values(custom).every((list) => list.length === 0) ? {} : { custom }),
  };
}

async function copyTable(
  tx: Tx,
  table: Table,
  frame: (body: Buffer) => Promise<void>,
): Promise<Manifest['tables'][number]> {
  const stream = tx.client.query(copyTo(`copy (select ${table.quotedColumns} from ${table.quoted}) to stdout`));
  const hash = createHash('sha256');
  let bytes = 0;
  let waiting: Buffer[] = [];
  let size = 0;
  const flush = async (all: boolean): Promise<void> => {
    const joined = Buffer.concat(waiting, size);
    let from = 0;
    for (; joined.length - from >= chunkBytes; from += chunkBytes)
      await frame(await compress(joined.subarray(from, from + chunkBytes)));
    const rest = joined.subarray(from);
    if (all && rest.length > 0) await frame(await compress(rest));
    waiting = all ? [] : [rest];
    size = all ? 0 : rest.length;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    waiting.push(chunk);
    size += chunk.length;
    if (size >= chunkBytes) await flush(false);
  }
  await flush(true);
  return { rows: stream.rowCount, bytes, sha256: hash.digest('hex') };
}

function asJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Writes whole frames one after the other, waits while the taker is slow, and keeps the digest of all bytes. */
function frameWriter(out: PassThrough) {
  const hash = createHash('sha256');
  let last: Promise<void> = Promise.resolve();
  const raw = (bytes: Buffer): Promise<void> => {
    last = last.then(async () => {
      if (out.destroyed) throw out.errored ?? new PlumblineError('backup_interrupted');
      hash.update(bytes);
      if (out.write(bytes)) return;
      const gone = new AbortController();
      await Promise.race([once(out, 'drain', { signal: gone.signal }), once(out, 'close', { signal: gone.signal })]);
      gone.abort();
    });
    return last;
  };
  return {
    raw,
    frame: (kind: 'head' | 'data' | 'manifest' | 'end', table: number, body: Buffer) =>
      raw(encodeFrame(kind, table, body)),
    digest: () => hash.copy().digest('hex'),
  };
}
