import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connectionBudget, type Database } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { querySeconds, type Reader } from '../login/reader.ts';
import { checkSql } from './check-sql.ts';
import { createTurns } from './turns.ts';
import { createLimiter } from './limiter.ts';
import { type QueryLimits, type QueryResult, runQuery } from './run-query.ts';
import { readVocabulary } from './vocabulary.ts';

export const defaultLimits: QueryLimits = { rows: 10_000, bytes: 20 * 1024 * 1024, seconds: querySeconds };

export interface QueryOrder {
  sql: string;
  /** Who asks; a query can be cancelled by its own asker only. */
  actorKey: string;
  /** The asker's own name for it. */
  queryId: string | undefined;
  signal: AbortSignal;
}

/** Runs statements of people, as the reader, a few at a time. */
export interface Queries {
  run(order: QueryOrder): Promise<QueryResult>;
  /** Cancels a running or waiting query, also one that another process of the hub runs. False when there is none. */
  cancel(actorKey: string, queryId: string): Promise<boolean>;
}

export interface QueriesOptions {
  db: Database;
  reader: Reader;
  /** The read replica, where queries of other processes may run. */
  replica?: Database | undefined;
  limits?: QueryLimits;
  /** Queries at once in this process. */
  concurrency?: number;
}

export function createQueries(options: QueriesOptions): Queries {
  const { db, reader, limits = defaultLimits, concurrency = connectionBudget.sql } = options;
  const share = Math.max(1, Math.floor(concurrency / 2));
  const limiter = createLimiter({ places: concurrency, share, queue: 16, queueShare: 6 });
  const running = new Map<string, AbortController>();
  const inTurn = createTurns();

  return {
    async run(order) {
      if (reader.unavailable !== null) throw reader.unavailable;
      const name = applicationName(order.actorKey, order.queryId);
      const own = new AbortController();
      if (order.queryId !== undefined) running.set(name, own);
      const signal = AbortSignal.any([order.signal, own.signal]);
      try {
        const vocabulary = await readVocabulary(db);
        await inTurn(() => checkSql(order.sql, vocabulary));
        const leave = await limiter.enter(signal, order.actorKey).catch((error: unknown) => {
          throw isPlumblineError(error) ? error : new PlumblineError('sql_cancelled');
        });
        try {
          return await runQuery({ db, reader, sql: order.sql, applicationName: name, limits, signal });
        } finally {
          leave();
        }
      } finally {
        if (running.get(name) === own) running.delete(name);
      }
    },
    async cancel(actorKey, queryId) {
      const name = applicationName(actorKey, queryId);
      const own = running.get(name);
      if (own !== undefined) {
        own.abort();
        return true;
      }
      if (await cancelElsewhere(db, reader.role, name)) return true;
      return options.replica !== undefined && cancelElsewhere(options.replica, reader.role, name);
    },
  };
}

/** A request that arrives between two statements has no effect, so it is repeated until the query has ended. */
async function cancelElsewhere(db: Database, role: string, name: string): Promise<boolean> {
  for (let sent = 0; sent < 20; sent++) {
    const [row] = await db.query<{ cancelled: boolean }>(
      `select pg_cancel_backend(pid) as cancelled from pg_stat_activity
       where usename = $1 and application_name = $2 and datname = current_database()`,
      [role, name],
    );
    if (row === undefined) return sent > 0;
    await delay(100);
  }
  return false;
}

/** The same for the same asker and name in every process, and nothing that tells who asks; at most 63 characters. */
function applicationName(actorKey: string, queryId: string | undefined): string {
  if (queryId === undefined) return 'plumbline sql';
  const digest = createHash('sha256').update(`${actorKey}\n${queryId}`).digest('hex').slice(0, 32);
  return `plumbline sql ${digest}`;
}
