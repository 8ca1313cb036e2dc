import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Log } from '../telemetry/log.ts';
import { databaseFault } from './fault.ts';
import { boundedStatements } from './bounded-statements.ts';
import { visibleNow } from './visible-rows.ts';

// Identities and counts stay far below 2^53; a string for every count would leak the driver into each room.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// Dates without time (partition days, buckets) stay text: a Date would shift them by the host's time zone.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);

export type Row = Record<string, unknown>;

export interface Queryable {
  /** Runs one statement; `name` makes it a prepared statement of the connection. */
  query<R = Row>(text: string, values?: readonly unknown[], name?: string): Promise<R[]>;
  /** The only row; throws when there is none or more. */
  one<R = Row>(text: string, values?: readonly unknown[], name?: string): Promise<R>;
  maybeOne<R = Row>(text: string, values?: readonly unknown[], name?: string): Promise<R | undefined>;
  /** Number of rows changed. */
  execute(text: string, values?: readonly unknown[], name?: string): Promise<number>;
}

export interface Tx extends Queryable {
  /** The driver's client, for COPY. */
  readonly client: pg.PoolClient;
  /**
   * Calls it at the end of the transaction, still in it, in order: for what all who write must wait for, so that nobody
   * waits for the rest of a transaction. One that throws takes everything back.
   */
  beforeCommit(call: () => Promise<void>): void;
  /** Calls it once what was written is there for others; never when the transaction is rolled back. It must not throw. */
  afterCommit(call: () => void): void;
}

export interface Database extends Queryable {
  readonly pool: pg.Pool;
  /** Rolls back when `work` throws. Nothing in it may wait for the network. */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  close(): Promise<void>;
}

export interface TransactionOptions {
  /**
   * Each statement with values becomes a prepared statement of its connection, planned once. Only for work that is done
   * over and over with the same texts, and finds its rows by their keys: a connection keeps every text for as long as it
   * lives.
   */
  prepared?: boolean;
  /** False: the commit does not wait for the disk. Only for what a crash of the server empties anyway. */
  durable?: boolean;
}

export interface ConnectOptions {
  connectionString: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  maxConnections?: number;
  log: Log;
  /** Server settings of each connection, beside our own timeouts. */
  settings?: Record<string, string>;
}

/** Opens a pool. Every connection has a lock timeout of 5 s and an idle-in-transaction timeout of 30 s. */
export function connect(options: ConnectOptions): Database {
  const settings = {
    lock_timeout: '5s',
    idle_in_transaction_session_timeout: '30s',
    TimeZone: 'UTC',
    ...options.settings,
  };
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
      .join(' '),
  });
  // An idle connection that dies (server restart) must not take the process with it; the next query reconnects.
  pool.on('error', (error) => options.log.warn({ error: error.message }, 'idle database connection lost'));
  return {
    pool,
    ...queries((statement) => runAlone(pool, statement)),
    transaction: (work, given) => inTransaction(pool, work, given),
    close: () => pool.end(),
  };
}

/**
 * The plan of a prepared statement serves all its values: to plan is most of the work of small statements. It may have
 * been made while tables were nearly empty, so none reads a whole table that has an index for it.
 */
const planOnce = 'set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off';

const beginning = ({ prepared = false, durable = true }: TransactionOptions): string =>
  ['begin', ...(prepared ? [planOnce] : []), ...(durable ? [] : ['set local synchronous_commit = off'])].join('; ');

/** A prepared statement whose tables have got another shape, by a migration, fails on its connection for ever. */
const planOutdated = '0A000';

async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: Tx & { send: Send }) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  const last: (() => Promise<void>)[] = [];
  const calls: (() => void)[] = [];
  try {
    // Before it begins: a transaction may fix its snapshot only until it has read something.
    const sending = await sender(pool, client);
    await client.query(beginning(options));
    if (sending.bounds !== undefined) await client.query(sending.bounds);
    const { send } = sending;
    const beforeCommit = (call: () => Promise<void>): void => void last.push(call);
    const afterCommit = (call: () => void): void => void calls.push(call);
    const result = await work({ client, beforeCommit, afterCommit, send, ...queries(send, options.prepared) });
    for (const call of last) await call();
    await client.query('commit');
    for (const call of calls) call();
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    // Kept, a connection that still answers would go on leading to a server that became a standby.
    const fault = databaseFault(error)?.code;
    if ((fault !== undefined && fault !== 'database_busy') || (error as { code?: string }).code === planOutdated)
      broken = error as Error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** Whoever sees some rows only has no statement outside a transaction, which is what the bounds are set for. */
function runAlone(pool: pg.Pool, statement: Statement): Promise<pg.QueryResult> {
  if (visibleNow() === undefined) return pool.query(statement);
  return inTransaction(pool, (tx) => tx.send(statement));
}

interface Statement {
  text: string;
  values: unknown[];
  name?: string;
}

type Send = (statement: Statement) => Promise<pg.QueryResult>;

/** How statements of a transaction are sent: as they are, or, once it has its bounds, within what their sender may see. */
async function sender(pool: pg.Pool, client: pg.PoolClient): Promise<{ send: Send; bounds?: string }> {
  const rows = visibleNow();
  if (rows === undefined) return { send: (statement) => client.query(statement) };
  const bounded = await boundedStatements(pool, client);
  return {
    bounds: bounded.begin(rows),
    send: ({ text, values, name }) =>
      client.query({ text: bounded.of(text), values, ...(name === undefined ? {} : { name: `${name}_bounded` }) }),
  };
}

function queries(send: Send, prepared = false): Queryable {
  const run = async (
    text: string,
    values: readonly unknown[] = [],
    name = prepared && values.length > 0 ? nameOf(text) : undefined,
  ): Promise<pg.QueryResult> => send({ text, values: [...values], ...(name === undefined ? {} : { name }) });
  const query = async <R>(text: string, values?: readonly unknown[], name?: string): Promise<R[]> =>
    (await run(text, values, name)).rows as R[];
  return {
    query,
    async one<R>(text: string, values?: readonly unknown[], name?: string): Promise<R> {
      const rows = await query<R>(text, values, name);
      if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}: ${text.slice(0, 80)}`);
      return rows[0] as R;
    },
    async maybeOne<R>(text: string, values?: readonly unknown[], name?: string): Promise<R | undefined> {
      const rows = await query<R>(text, values, name);
      if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}: ${text.slice(0, 80)}`);
      return rows[0];
    },
    async execute(text, values, name) {
      return (await run(text, values, name)).rowCount ?? 0;
    },
  };
}

/** One text, one name; shorter than the 63 characters that PostgreSQL keeps of it. */
const nameOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
