import type { CatalogueEntry } from './entry.ts';

/** Codes of the product itself: configuration, database, requests to our API. */
export const systemErrors = {
  config_invalid: {
    status: 500,
    retryable: false,
    title: 'The configuration is invalid.',
    remedy: 'Fix the settings listed and start again.',
  },
  internal_server_error: {
    status: 500,
    retryable: true,
    title: 'Something went wrong inside Plumbline.',
    remedy: 'Look for the request id in the hub’s log.',
  },
  not_found: {
    status: 404,
    retryable: false,
    title: 'There is nothing at this address.',
    remedy: 'Check the address.',
  },
  invalid_request: {
    status: 400,
    retryable: false,
    title: 'The request is not valid.',
    remedy: 'Correct the fields named.',
  },
  vault_key_missing: {
    status: 500,
    retryable: false,
    title: 'The key that opens the stored secrets is missing.',
    remedy: 'Put the key file of this installation back, or set PLUMBLINE_MASTER_KEY to its key.',
  },
  vault_key_wrong: {
    status: 500,
    retryable: false,
    title: 'The key does not open the stored secrets.',
    remedy: 'Put the key file that belongs to this database back.',
  },
  vault_corrupt: {
    status: 500,
    retryable: false,
    title: 'A stored secret was altered or moved.',
    remedy: 'Enter it again with Re-authenticate.',
  },
  database_newer: {
    status: 500,
    retryable: false,
    title: 'The database was written by a newer version.',
    remedy: 'Start that version or a newer one.',
  },
  migration_edited: {
    status: 500,
    retryable: false,
    title: 'A migration differs from the one that was applied.',
    remedy: 'Restore the released files of this version.',
  },
  embedded_database_unavailable: {
    status: 500,
    retryable: false,
    title: 'The embedded PostgreSQL does not run on this machine.',
    remedy: 'Set DATABASE_URL to a PostgreSQL 15 or newer.',
  },
  too_many_requests: {
    status: 429,
    retryable: true,
    title: 'Too many requests in a short time.',
    remedy: 'Wait a minute, then try again.',
  },
  request_too_large: {
    status: 413,
    retryable: false,
    title: 'The request is larger than the limit.',
    remedy: 'Send less at once.',
  },
  embedded_database_lost: {
    status: 500,
    retryable: false,
    title: 'The database this state directory was made with is not there.',
    remedy: 'Put it back, or start with an empty PLUMBLINE_HOME; nothing was changed.',
  },
  embedded_database_borrowed: {
    status: 409,
    retryable: false,
    title: 'The database of this state directory belongs to another state directory.',
    remedy:
      'Start the original, or clone it with its data: plumbline backup there, plumbline restore into an empty PLUMBLINE_HOME here.',
  },
  database_major_mismatch: {
    status: 500,
    retryable: false,
    title: 'The database was written by another major version of PostgreSQL.',
    remedy: 'Start the version of Plumbline that wrote it, or begin anew with an empty PLUMBLINE_HOME.',
  },
  already_running: {
    status: 409,
    retryable: false,
    title: 'Plumbline is already running with this state directory.',
    remedy: 'Use that one, stop it, or set PLUMBLINE_HOME to another directory.',
  },
  port_taken: {
    status: 500,
    retryable: false,
    title: 'Another program already listens on this port.',
    remedy: 'Stop it, or take another port with `plumbline up --port N` or PLUMBLINE_PORT.',
  },
  database_unavailable: {
    status: 503,
    retryable: true,
    title: 'The database does not answer.',
    remedy: 'Nothing to do if it was restarted: the hub goes on by itself. Else look at the database’s own log.',
  },
  database_busy: {
    status: 503,
    retryable: true,
    title: 'The database had to let others go first.',
    remedy:
      'Try again in a few seconds. If it comes back, see `plumbline doctor` and what holds locks in pg_stat_activity.',
  },
  database_connections_exhausted: {
    status: 503,
    retryable: true,
    title: 'The database has no connection left.',
    remedy: 'Raise its max_connections, end what else uses it, or run fewer processes; each needs up to 32.',
  },
  database_login_refused: {
    status: 500,
    retryable: false,
    title: 'The database does not let this user in.',
    remedy: 'Check user and password in DATABASE_URL, and the server’s pg_hba.conf.',
  },
  database_missing: {
    status: 500,
    retryable: false,
    title: 'The server has no database of that name.',
    remedy: 'Create it (create database …), or correct the name at the end of DATABASE_URL.',
  },
  database_unreachable: {
    status: 500,
    retryable: true,
    title: 'No PostgreSQL answers at the address in DATABASE_URL.',
    remedy: 'Check host and port in DATABASE_URL, that the server runs, and the network between.',
  },
  database_tls_failed: {
    status: 500,
    retryable: false,
    title: 'The encrypted connection to the database failed.',
    remedy: 'Check sslmode and sslrootcert in DATABASE_URL, and the server’s certificate.',
  },
  database_unsuitable: {
    status: 500,
    retryable: false,
    title: 'The database cannot be used by Plumbline.',
    remedy: 'Name a PostgreSQL 15 or newer, its primary, with encoding UTF8 and a database this user owns.',
  },
  disk_full: {
    status: 507,
    retryable: true,
    title: 'There is no space left for the database.',
    remedy: 'Free space on that disk, then start or retry; nothing stored is lost.',
  },
} as const satisfies Record<string, CatalogueEntry>;
