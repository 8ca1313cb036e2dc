import type { CatalogueEntry } from './entry.ts';

/** Codes of SQL for people, and of lists over millions of rows. */
export const sqlErrors = {
  sql_syntax: {
    status: 422,
    retryable: false,
    title: 'PostgreSQL does not understand the statement.',
    remedy: 'Correct it at the place shown.',
  },
  sql_refused: {
    status: 422,
    retryable: false,
    title: 'This statement cannot be run here.',
    remedy: 'Use one SELECT over the tables of schema data; the schema explorer lists them.',
  },
  sql_failed: {
    status: 422,
    retryable: false,
    title: 'PostgreSQL could not run the statement.',
    remedy: 'Correct it as PostgreSQL’s words say.',
  },
  sql_timeout: {
    status: 504,
    retryable: false,
    title: 'The query took too long and was stopped.',
    remedy: 'Narrow it, for example by project or time, or aggregate before joining.',
  },
  findings_timeout: {
    status: 504,
    retryable: false,
    title: 'Counting these findings took too long and was stopped.',
    remedy: 'Narrow the list, for example to one project or one severity, or search for something more exact.',
  },
  sql_cancelled: {
    status: 409,
    retryable: true,
    title: 'The query was cancelled.',
    remedy: 'Run it again.',
  },
  sql_busy: {
    status: 429,
    retryable: true,
    title: 'Too many queries are running.',
    remedy: 'Wait until one has ended, then run it again.',
  },
  sql_unavailable: {
    status: 503,
    retryable: false,
    title: 'SQL for people is off.',
    remedy: 'Let the database user create roles (ALTER ROLE … CREATEROLE), then restart the hub.',
  },
  saved_report_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such saved report.',
    remedy: 'List the saved reports: what somebody else keeps for themselves is not among them.',
  },
  saved_report_not_yours: {
    status: 403,
    retryable: false,
    title: 'Only its maker or an administrator may change this report.',
    remedy: 'Save it under another name.',
  },
  saved_view_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such saved view of yours.',
    remedy: 'List the saved views.',
  },
  saved_name_taken: {
    status: 409,
    retryable: false,
    title: 'Something of yours has this name already.',
    remedy: 'Choose another name, or change what has it.',
  },
  saved_query_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such saved query.',
    remedy: 'List the saved queries.',
  },
  saved_query_not_yours: {
    status: 403,
    retryable: false,
    title: 'Only its maker or an administrator may change this query.',
    remedy: 'Save it under another name.',
  },
  analyst_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such analyst login.',
    remedy: 'List the analyst logins.',
  },
  analyst_name_taken: {
    status: 409,
    retryable: false,
    title: 'There is an analyst login with this name.',
    remedy: 'Revoke it first, or choose another name.',
  },
  analyst_expiry_invalid: {
    status: 422,
    retryable: false,
    title: 'The expiry must lie ahead, at most a year.',
    remedy: 'Choose a date within the next 365 days.',
  },
} as const satisfies Record<string, CatalogueEntry>;
