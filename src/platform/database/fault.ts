import { PlumblineError } from '../errors/index.ts';

/**
 * SQLSTATEs with which PostgreSQL says that it has to be waited for: starting, stopping, recovering; and that it
 * is a standby now, while the address still leads to it in the middle of a failover.
 */
const unavailableStates = new Set([
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08006',
  '25006',
  // The server ended a connection that waited, or worked, for too long.
  '57P05',
  '25P03',
  '25P04',
]);
const fullStates = new Set(['53100']);
/**
 * The statement was well and so is the connection, but others were in its way: a lock that was not granted in time, a deadlock,
 * a change of the same rows, a standby that had to go on, somebody who ended the statement, no memory for it at the moment.
 */
const busyStates = new Set(['55P03', '40P01', '40001', '57014', '53200']);
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What the driver says of a connection that ended under it; it has no codes for these. */
const driversWords =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/**
 * A fault of the database itself as an error of the catalogue: `database_unavailable`, `database_busy`,
 * `database_connections_exhausted` or `disk_full`. Undefined for any other error, among them every mistake in a statement.
 */
export function databaseFault(error: unknown): PlumblineError | undefined {
  if (!(error instanceof Error) || error instanceof PlumblineError) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const upstream = error.message.slice(0, 300);
  if (code !== undefined && fullStates.has(code)) return new PlumblineError('disk_full', { upstream, cause: error });
  if (code !== undefined && busyStates.has(code))
    return new PlumblineError('database_busy', { upstream, cause: error });
  // Of the server, of the database or of the login: each has a limit of its own, and the server names which.
  if (code === '53300') return new PlumblineError('database_connections_exhausted', { upstream, cause: error });
  const gone =
    driversWords.test(error.message) ||
    (code !== undefined && (unavailableStates.has(code) || (syscall !== undefined && networkCodes.has(code))));
  return gone ? new PlumblineError('database_unavailable', { upstream, cause: error }) : undefined;
}
