import type { FieldDef } from 'pg';
import Cursor from 'pg-cursor';
import type { Database } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Reader, ReaderConnection } from '../login/reader.ts';
import { queryFailure, type StopReason } from './query-failure.ts';

export interface QueryLimits {
  rows: number;
  bytes: number;
  seconds: number;
}

export interface QueryResult {
  columns: { name: string; type: string }[];
  /** Cells as PostgreSQL writes them. */
  rows: (string | null)[][];
  limitedBy: 'rows' | 'bytes' | null;
  durationMs: number;
}

export interface QueryRun {
  db: Database;
  reader: Reader;
  /** A statement that `checkSql` let pass. */
  sql: string;
  /** Shown in pg_stat_activity; another process cancels by it. */
  applicationName: string;
  limits: QueryLimits;
  signal: AbortSignal;
}

/** Rows fetched at once; small, so that a wide row does not take the byte limit by surprise. */
const batchRows = 200;

/** How often the bytes received are looked at, so that one enormous cell cannot fill the memory. */
const byteWatchMs = 20;

/** Runs a checked statement as the reader. Throws sql_failed, sql_timeout, sql_cancelled or sql_unavailable. */
export async function runQuery(run: QueryRun): Promise<QueryResult> {
  const startedAt = performance.now();
  const connection = await run.reader.connect(run.applicationName).catch((error: unknown) => {
    throw queryFailure(error, run.sql, null);
  });
  const guard = await guardConnection(run, connection);
  try {
    await connection.client.query('begin transaction read only');
    if (guard.stopped() !== null) throw new PlumblineError('sql_cancelled');
    const { fields, rows, limitedBy } = await readRows(run, connection, guard);
    const columns = await nameTypes(run.db, fields);
    return { columns, rows, limitedBy, durationMs: performance.now() - startedAt };
  } catch (error) {
    throw queryFailure(error, run.sql, guard.stopped());
  } finally {
    guard.release();
    endConnection(connection);
  }
}

interface Guard {
  stopped(): StopReason | null;
  release(): void;
}

/** Ends the query at its deadline, when its caller goes away, and when more comes than anybody can want. */
async function guardConnection(run: QueryRun, connection: ReaderConnection): Promise<Guard> {
  let reason: StopReason | null = null;
  const { rows } = await connection.client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid;
  let repeat: NodeJS.Timeout | undefined;
  const cancel = (why: StopReason): void => {
    if (reason !== null) return;
    reason = why;
    let sent = 0;
    const send = (): void => {
      // Closing our end stops what no cancel request reaches, for example a server that is busy sending.
      if (++sent > 10) connection.destroy();
      connection.db.execute('select pg_cancel_backend($1)', [pid]).catch(() => connection.destroy());
    };
    send();
    // A request that arrives between two statements has no effect, so it is repeated until the query has ended.
    repeat = setInterval(send, 200);
  };
  const deadline = setTimeout(() => cancel('timeout'), run.limits.seconds * 1000);
  const onAbort = (): void => cancel('cancelled');
  run.signal.addEventListener('abort', onAbort, { once: true });
  if (run.signal.aborted) onAbort();
  // Twice the limit, because the wire has more than the text of the cells; what is returned is counted exactly.
  const most = connection.bytesRead() + 2 * run.limits.bytes;
  const watch = setInterval(() => {
    if (connection.bytesRead() <= most) return;
    reason ??= 'bytes';
    connection.destroy();
  }, byteWatchMs);
  return {
    stopped: () => reason,
    release() {
      clearTimeout(deadline);
      clearInterval(watch);
      clearInterval(repeat);
      run.signal.removeEventListener('abort', onAbort);
    },
  };
}

interface Fetched {
  fields: FieldDef[];
  rows: (string | null)[][];
  limitedBy: 'rows' | 'bytes' | null;
}

async function readRows(run: QueryRun, connection: ReaderConnection, guard: Guard): Promise<Fetched> {
  const asText = { getTypeParser: () => (value: string | null) => value };
  const cursor = connection.client.query(
    new Cursor<(string | null)[]>(run.sql, [], { rowMode: 'array', types: asText }),
  );
  const fetched: Fetched = { fields: [], rows: [], limitedBy: null };
  let bytes = 0;
  for (;;) {
    const batch = await readBatch(cursor).catch((error: unknown) => {
      // What came before one row that is larger than everything allowed is still an answer.
      if (guard.stopped() === 'bytes' && fetched.fields.length > 0) return undefined;
      throw error;
    });
    if (batch === undefined) return { ...fetched, limitedBy: 'bytes' };
    fetched.fields = batch.fields;
    for (const row of batch.rows) {
      if (fetched.rows.length === run.limits.rows) return { ...fetched, limitedBy: 'rows' };
      bytes += sizeOf(row);
      if (bytes > run.limits.bytes) return { ...fetched, limitedBy: 'bytes' };
      fetched.rows.push(row);
    }
    if (batch.rows.length < batchRows) return fetched;
  }
}

function readBatch(cursor: Cursor<(string | null)[]>): Promise<{ fields: FieldDef[]; rows: (string | null)[][] }> {
  return new Promise((resolve, reject) => {
    cursor.read(batchRows, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ fields: result.fields, rows });
    });
  });
}

function sizeOf(row: readonly (string | null)[]): number {
  return row.reduce((sum, cell) => sum + (cell === null ? 0 : Buffer.byteLength(cell)), 0);
}

async function nameTypes(db: Database, fields: readonly FieldDef[]): Promise<{ name: string; type: string }[]> {
  const types = await db.query<{ oid: number; name: string }>(
    'select oid::bigint as oid, format_type(oid, null) as name from pg_type where oid = any($1::oid[])',
    [[...new Set(fields.map((field) => field.dataTypeID))]],
  );
  const names = new Map(types.map((type) => [type.oid, type.name]));
  return fields.map((field) => ({ name: field.name, type: names.get(field.dataTypeID) ?? 'text' }));
}

function endConnection(connection: ReaderConnection): void {
  const stuck = setTimeout(() => connection.destroy(), 1000);
  connection.client
    .end()
    .catch(() => connection.destroy())
    .finally(() => clearTimeout(stuck));
}
