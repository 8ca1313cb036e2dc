import type { Log } from '../telemetry/log.ts';
import { connect, type Database, type Queryable } from './database.ts';

export interface ReplicaState {
  /** True while reads go there. */
  answers: boolean;
  /** How far its data lie behind the primary's; null while unknown. */
  lagSeconds: number | null;
  /** Why it is not used. */
  reason: string | null;
}

export interface ReadDatabase {
  /** Reads where the replica is, while it can be used; else the primary. Also after a failure in the middle of a query. */
  db: Database;
  state(): ReplicaState;
  /** The replica itself, for connections of another login; undefined where none is configured. */
  replica: Database | undefined;
  close(): Promise<void>;
}

export interface ReadDatabaseOptions {
  primary: Database;
  /** Undefined: the primary serves everything. */
  replicaUrl: string | undefined;
  applicationName: string;
  log: Log;
  /** The newest moment a database knows of by its contents; null while there is none. Compared between the two. */
  newest(db: Queryable): Promise<Date | null>;
  checkMs?: number;
}

const usualCheckMs = 10_000;
/** Beyond it dashboards would tell of another day: the primary answers. */
const mostLagSeconds = 300;

/** SQLSTATE classes and socket errors that speak of the server or of the way to it (28, 3D), not of the query. */
const serverTrouble = /^(08|28|3D|57P|53|XX|40001|58)|^E(CONN|HOST|NET|PIPE|TIMEDOUT|NOTFOUND|AI_)/;

/** Splits reads that need not see their own writes off to a streaming replica, and takes them back when it fails. */
export async function openReadDatabase(options: ReadDatabaseOptions): Promise<ReadDatabase> {
  const { primary, replicaUrl, log } = options;
  if (replicaUrl === undefined) {
    const state = { answers: true, lagSeconds: null, reason: null };
    return { db: primary, replica: undefined, state: () => state, close: async () => undefined };
  }
  const replica = connect({
    connectionString: replicaUrl,
    applicationName: options.applicationName,
    maxConnections: 10,
    log,
    settings: { default_transaction_read_only: 'on' },
  });
  let state: ReplicaState = { answers: false, lagSeconds: null, reason: 'it was not asked yet' };
  const become = (next: ReplicaState): void => {
    if (next.answers !== state.answers) {
      if (next.answers) log.info({ lagSeconds: next.lagSeconds }, 'read replica in use');
      else log.warn({ reason: next.reason }, 'read replica not in use: the primary answers');
    }
    state = next;
  };
  const check = async (): Promise<void> => {
    try {
      const [there, here] = [await options.newest(replica), await options.newest(primary)];
      const lagSeconds =
        there === null || here === null ? null : Math.max(0, (here.getTime() - there.getTime()) / 1000);
      const late = lagSeconds !== null && lagSeconds > mostLagSeconds;
      become({ answers: !late, lagSeconds, reason: late ? `it is ${Math.round(lagSeconds)} s behind` : null });
    } catch (error) {
      become({ answers: false, lagSeconds: null, reason: reasonOf(error) });
    }
  };
  await check();
  const timer = setInterval(() => void check(), options.checkMs ?? usualCheckMs).unref();

  const read = async <T>(work: (db: Database) => Promise<T>): Promise<T> => {
    if (!state.answers) return work(primary);
    try {
      return await work(replica);
    } catch (error) {
      if (!isServerTrouble(error)) throw error;
      // Reads only: what was asked there can be asked again here.
      become({ answers: false, lagSeconds: null, reason: reasonOf(error) });
      return work(primary);
    }
  };
  return {
    state: () => state,
    replica,
    async close() {
      clearInterval(timer);
      await replica.close();
    },
    db: {
      pool: primary.pool,
      query: (...call) => read((db) => db.query(...call)),
      one: (...call) => read((db) => db.one(...call)),
      maybeOne: (...call) => read((db) => db.maybeOne(...call)),
      execute: (...call) => read((db) => db.execute(...call)),
      transaction: (work) => read((db) => db.transaction(work)),
      close: async () => undefined,
    },
  };
}

function isServerTrouble(error: unknown): boolean {
  const { code, message = '' } = error as { code?: string; message?: string };
  // The driver has no code for a connection that ended or was never made.
  return code === undefined ? /^(Connection terminated|timeout exceeded)/i.test(message) : serverTrouble.test(code);
}

/** Without the driver's words, which may name host and user. */
function reasonOf(error: unknown): string {
  const { code } = error as { code?: string };
  return code === undefined ? 'it does not answer' : `it does not answer (${code})`;
}
