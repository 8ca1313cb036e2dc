import type { ErrorCode } from '../../src/platform/errors/index.ts';

/** One thing that goes wrong from outside, what a person then sees, and how it ends. Each row is a test. */
export interface Fault {
  /** What happens, as a page of the docs says it. */
  what: string;
  /** Status of the run during which it happens. */
  status: 'success' | 'partial' | 'failed';
  /** Code shown with the run, null where none is. */
  code: ErrorCode | null;
  /** What happens next, or what a person does. */
  next: string;
}

/**
 * Every row is proven by a test of this folder against the running product: status and code as written here, published
 * data untouched while the fault lasts, and afterwards a `data` schema equal to that of an ingestion without any fault.
 */
/** Between hub and server. */
const wire = {
  reset: {
    what: 'The connection is reset in the middle of a page, once',
    status: 'success',
    code: null,
    next: 'The page is asked for again at once.',
  },
  reset_lasting: {
    what: 'The connection is reset in the middle of each page of one project',
    status: 'partial',
    code: 'malformed_response',
    next: 'The project is tried six times over about two minutes, then its findings stay as they were; the others are published. The next sync or “Retry failed” reads it.',
  },
  truncated_json: {
    what: 'A page of JSON stops early although the answer is complete HTTP, once',
    status: 'success',
    code: null,
    next: 'The page is asked for again at once.',
  },
  truncated_json_lasting: {
    what: 'Each page of one project stops early',
    status: 'partial',
    code: 'malformed_response',
    next: 'As with a connection that is reset each time.',
  },
  truncated_protobuf: {
    what: 'The stream of issue keys stops in the middle of a message, once',
    status: 'success',
    code: null,
    next: 'The project is read again a few seconds later, from where it was.',
  },
  short_protobuf: {
    what: 'The stream of issue keys stops between two messages, which nobody can see from the bytes',
    status: 'success',
    code: null,
    next: 'The keys are fewer than the server counts: another way of listing is taken.',
  },
  html: {
    what: 'A proxy answers the pages of one project with HTML and status 200',
    status: 'success',
    code: null,
    next: 'The same issues are read through another endpoint.',
  },
  html_everywhere: {
    what: 'A proxy’s sign-in page answers every call',
    status: 'failed',
    code: 'not_a_sonarqube_server',
    next: 'Nothing is changed. The next sync reads everything.',
  },
  rate_limited: {
    what: 'The server answers 429 with Retry-After',
    status: 'success',
    code: null,
    next: 'Nobody calls that host before the time it names; then the sync goes on.',
  },
  rate_limited_long: {
    what: 'The server answers 429 and asks for more than a minute',
    status: 'success',
    code: null,
    next: 'The task is given back and taken up again after that time; the run stays “running” with the reason at its task.',
  },
  rate_limited_untold: {
    what: 'The server answers 429 without Retry-After, several times',
    status: 'success',
    code: null,
    next: 'The call is made again after half a second, doubling.',
  },
  one_project_500: {
    what: 'The server answers 500 for one project only',
    status: 'partial',
    code: 'upstream_error',
    next: 'The other projects are published as always. The next sync or “Retry failed” reads that one.',
  },
  burst_502: {
    what: 'A burst of 502 over all calls',
    status: 'success',
    code: null,
    next: 'Each call is made again, up to four times, with growing pauses.',
  },
  slow_body: {
    what: 'The body of a page arrives in small pieces over seconds',
    status: 'success',
    code: null,
    next: 'Nothing: it is waited for, up to a minute a call.',
  },
  no_answer: {
    what: 'A call is never answered',
    status: 'success',
    code: null,
    next: 'It is given up after a minute, and the task is tried again.',
  },
  huge_page: {
    what: 'A page of 200 MB',
    status: 'partial',
    code: 'response_too_large',
    next: 'It is cut off at 64 MiB and the issues of that project stay as they were; all else is published. “Retry failed” reads them.',
  },
  token_revoked: {
    what: 'The token is revoked in mid-run',
    status: 'partial',
    code: 'invalid_credentials',
    next: 'What is left of the run is not tried: every call would be refused. After Re-authenticate the next sync reads it.',
  },
  server_restart: {
    what: 'The server restarts in mid-run: 404 “Unknown url” while it starts, then 503, then it is back',
    status: 'success',
    code: null,
    next: 'The task is tried again after 2 s, 4 s and so on up to a minute, for some twenty minutes; nothing is taken for deleted.',
  },
  clock_behind: {
    what: 'The server’s clock is an hour behind ours',
    status: 'success',
    code: null,
    next: 'Nothing: what changed is asked for by the server’s own clock.',
  },
  clock_ahead: {
    what: 'The server’s clock is an hour ahead of ours',
    status: 'success',
    code: null,
    next: 'Nothing: what changed is asked for by the server’s own clock.',
  },
} as const satisfies Record<string, Fault>;

/** Between hub and its embedded database. */
const database = {
  backend_killed: {
    what: 'A PostgreSQL process is killed in the middle of a publish; PostgreSQL then restarts all of its own',
    status: 'success',
    code: null,
    next: 'The transaction is rolled back. The task is tried again when the database answers; the API answers 503 `database_unavailable` until then.',
  },
  postmaster_killed: {
    what: 'The whole embedded PostgreSQL is killed in the middle of a publish',
    status: 'success',
    code: null,
    next: 'The hub starts it again at the same port within seconds, it recovers, and the task is tried again.',
  },
  disk_full: {
    what: 'The disk of the embedded database is full',
    status: 'partial',
    code: 'disk_full',
    next: 'What has to write answers 507 `disk_full`. Each project is tried six times over about two minutes, then stays as it was. When there is space again the next sync or “Retry failed” reads it; no restart is needed.',
  },
} as const satisfies Record<string, Fault>;

/** Between processes that share a database. */
const processes = {
  worker_killed: {
    what: 'A worker is killed in the middle of a project while a second one runs',
    status: 'success',
    code: null,
    next: 'Its lease ends after at most a minute; the other worker goes on with what was staged.',
  },
} as const satisfies Record<string, Fault>;

export const faults = { ...wire, ...database, ...processes } as const;

export type WireFaultName = keyof typeof wire;
export type DatabaseFaultName = keyof typeof database;
export type FaultName = keyof typeof faults;
