import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { advisoryLocks, type Database, type ReadDatabase, type Tx } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { resetAnalysts } from '../analysts/store.ts';
import { rebuildKeptViews } from '../custom/kept-views.ts';
import { renewCustom } from '../custom/owner.ts';
import { closePublicRights, grantData, type RoleLimits, resetRoleSettings, sqlState } from './harden.ts';
import { databaseIdentity, ensureRole } from './reader-role.ts';
import { randomPassword } from './scram.ts';

/** Seconds after which the hub stops a query; PostgreSQL's own timeouts lie a little behind as a second line. */
export const querySeconds = 30;

const readerLimits: RoleLimits = {
  statementTimeout: `${querySeconds + 2}s`,
  transactionTimeout: `${querySeconds + 5}s`,
  idleSessionTimeout: '5min',
};

const roleName = 'plumbline_reader';

export interface ReaderConnection {
  client: pg.Client;
  /** The hub's own connections to that server: a query is cancelled from there. */
  db: Database;
  /** Bytes that came from the server on this connection. */
  bytesRead(): number;
  /** Ends the connection without a word. */
  destroy(): void;
}

/** Opens connections as the reader, or says why SQL for people is off. */
export interface Reader {
  /** Null while it works. */
  readonly unavailable: PlumblineError | null;
  /** The role; '' while unavailable. */
  readonly role: string;
  connect(applicationName: string): Promise<ReaderConnection>;
}

export interface ReaderOptions {
  /** True for the embedded cluster: other databases in it are closed, too. */
  ownCluster: boolean;
  /** Where people's queries go while it can be used. */
  reads?: Pick<ReadDatabase, 'replica' | 'state'>;
}

/**
 * Makes the login `plumbline_reader` (or `plumbline_reader_<database>` where another hub of the cluster has the plain
 * name) with a new random password, resets what it may have changed of itself, gives it and the analysts schema `data`
 * and takes from PUBLIC what nobody needs. Call it at each start, after the views. Never throws for lack of rights:
 * SQL for people is then off and says why.
 */
export async function prepareReader(db: Database, options: ReaderOptions): Promise<Reader> {
  const target = connectionTarget(db);
  let login: { role: string; password: string };
  try {
    login = await renewLogin(db, options);
  } catch (error) {
    const reason = unavailableReason(error);
    if (reason === undefined) throw error;
    return { unavailable: reason, role: '', connect: () => Promise.reject(reason) };
  }
  return {
    unavailable: null,
    role: login.role,
    async connect(applicationName) {
      const { replica } = options.reads ?? {};
      if (replica !== undefined && options.reads?.state().answers === true) {
        // A replica that is behind may not know the password yet: the primary does.
        const there = await open(replica, connectionTarget(replica), login, applicationName).catch(() => undefined);
        if (there !== undefined) return there;
      }
      try {
        return await open(db, target, login, applicationName);
      } catch (error) {
        // Another process of this hub has started since and set its own password: set ours, and connect before it can.
        if (sqlState(error) !== '28P01') throw error;
        return exclusively(db, async () => {
          login = await renewLogin(db, options, { locked: true });
          return open(db, target, login, applicationName);
        });
      }
    },
  };
}

async function renewLogin(
  db: Database,
  options: ReaderOptions,
  { locked = false }: { locked?: boolean } = {},
): Promise<{ role: string; password: string }> {
  const password = randomPassword();
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction(async (tx) => {
        if (!locked) await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.logins]);
        return { role: await writeLogin(tx, password, options), password };
      });
    } catch (error) {
      // Roles are shared by all databases of a cluster and the lock is not: another hub changed one at the same moment.
      const collided = ['23505', '42710', 'XX000', '40001'].includes(sqlState(error) ?? '');
      if (!collided || attempt === 5) throw error;
      await delay(50 * attempt);
    }
  }
}

async function writeLogin(tx: Tx, password: string, options: ReaderOptions): Promise<string> {
  const database = await databaseIdentity(tx);
  const role = await ensureRole(tx, { name: roleName, database, password, connectionLimit: 20 });
  await resetRoleSettings(tx, role, database.name, readerLimits);
  await closePublicRights(tx, database.name, options.ownCluster);
  const owner = await renewCustom(tx, database);
  const analysts = await resetAnalysts(tx, database, owner);
  await grantData(tx, [role, ...analysts], database.name);
  if (owner !== undefined) await rebuildKeptViews(tx, owner);
  return role;
}

async function exclusively<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLocks.logins]);
    return await work();
  } finally {
    // The lock belongs to the session, so it ends with the connection, whatever happened.
    client.release(true);
  }
}

function unavailableReason(error: unknown): PlumblineError | undefined {
  if (isPlumblineError(error, 'sql_unavailable')) return error;
  if (sqlState(error) !== '42501') return undefined;
  return new PlumblineError('sql_unavailable', {
    message: 'The database user may not create roles, so there is no read-only login to run SQL with.',
    upstream: (error as Error).message,
    cause: error,
  });
}

export interface ConnectionTarget {
  host: string;
  port: number;
  database: string;
  ssl: pg.ClientConfig['ssl'];
}

/** Where the hub's own pool connects to, without user and password. */
export function connectionTarget(db: Database): ConnectionTarget {
  const parsed = new pg.Client(db.pool.options) as pg.Client & { database: string; ssl: pg.ClientConfig['ssl'] };
  return { host: parsed.host, port: parsed.port, database: parsed.database, ssl: parsed.ssl };
}

async function open(
  db: Database,
  target: ConnectionTarget,
  login: { role: string; password: string },
  applicationName: string,
): Promise<ReaderConnection> {
  const socket = new Socket();
  const client = new pg.Client({
    ...target,
    user: login.role,
    password: login.password,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    stream: () => socket,
    options:
      '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=1 -c client_encoding=UTF8',
  });
  // A connection that dies while idle reports it here; the query in flight fails by itself.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { client, db, bytesRead: () => socket.bytesRead, destroy: () => socket.destroy() };
}
