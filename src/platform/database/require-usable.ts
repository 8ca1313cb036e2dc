import pg from 'pg';
import { PlumblineError } from '../errors/index.ts';
import { databaseFault } from './fault.ts';

const patienceMs = 15_000;

/**
 * Opens one connection to a named database and looks whether it can be used. Throws `config_invalid`,
 * `database_login_refused`, `database_missing`, `database_unreachable`, `database_tls_failed`, `database_unsuitable`,
 * `database_connections_exhausted`; never with the password.
 */
export async function requireUsableDatabase(connectionString: string): Promise<void> {
  const client = makeClient(connectionString);
  client.on('error', () => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw explain(error, client);
    });
    await requireSuitable(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The driver reads the address itself: percent signs that mean nothing, files of certificates that are not there. */
function makeClient(connectionString: string): pg.Client {
  try {
    return new pg.Client({
      connectionString,
      application_name: 'plumbline start',
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    const what = path === undefined ? 'a part of it is not encoded as addresses are' : `${path}: ${code}`;
    throw new PlumblineError('config_invalid', {
      message: `DATABASE_URL cannot be read: ${what}.`,
      remedy: 'Write characters like @ : / % # of a password as %40 %3A %2F %25 %23, and name files that are there.',
    });
  }
}

const hostCodes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOENT',
]);
const tlsWords = /SSL|TLS|certificate|self.signed|altname/i;

/** Also of an attempt at several addresses of one name, whose faults come together. */
function explain(
  error: unknown,
  { host, port, database, user }: pg.Client & { database?: string | undefined; user?: string | undefined },
): Error {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code = '', message: upstream } = first as NodeJS.ErrnoException;
  const at = `${host}:${port}`;
  const details = { upstream, cause: error };
  if (code === '28P01' || code === '28000') {
    const message = `The server at ${at} does not let the user “${user}” in.`;
    return new PlumblineError('database_login_refused', { ...details, message });
  }
  if (code === '3D000') {
    return new PlumblineError('database_missing', {
      ...details,
      message: `The server at ${at} has no database “${database}”.`,
    });
  }
  if (code === '42501') {
    const message = `The user “${user}” may not connect to the database “${database}”.`;
    return new PlumblineError('database_login_refused', { ...details, message });
  }
  const fault = databaseFault(first);
  if (fault?.code === 'database_connections_exhausted') return fault;
  if (
    /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_)/.test(code) ||
    (code === '' && tlsWords.test(upstream))
  ) {
    return new PlumblineError('database_tls_failed', {
      ...details,
      message: `The encrypted connection to ${at} failed.`,
    });
  }
  // What is left is a server that is not there, not PostgreSQL, or starting: its words say which.
  const why = hostCodes.has(code) ? ` (${code})` : '';
  return new PlumblineError('database_unreachable', { ...details, message: `No PostgreSQL answers at ${at}${why}.` });
}

interface Facts {
  version: string;
  number: number;
  replica: boolean;
  encoding: string;
  mayCreate: boolean;
}

async function requireSuitable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<Facts>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
            pg_is_in_recovery() as replica, current_setting('server_encoding') as encoding,
            has_database_privilege(current_database(), 'create') as "mayCreate"`,
  );
  const { version, number, replica, encoding, mayCreate } = rows[0] as Facts;
  const refuse = (message: string): never => {
    throw new PlumblineError('database_unsuitable', { message });
  };
  if (number < 150_000) refuse(`The server is PostgreSQL ${version}; 15 or newer is needed.`);
  if (replica) refuse('The server is a read-only replica.');
  if (encoding !== 'UTF8') refuse(`The encoding of the database is ${encoding}; UTF8 is needed.`);
  if (!mayCreate) refuse('This user may not make schemas in the database; it should own it.');
}
