import type { CatalogueEntry } from './entry.ts';

/** Codes of runs, tasks and completeness. */
export const ingestionErrors = {
  run_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such run.',
    remedy: 'List the runs of the integration.',
  },
  run_finished: { status: 409, retryable: false, title: 'The run has already ended.', remedy: 'Start a new run.' },
  run_unfinished: {
    status: 409,
    retryable: true,
    title: 'The run has not ended yet.',
    remedy: 'Wait until it ends, or cancel it.',
  },
  nothing_to_retry: {
    status: 409,
    retryable: false,
    title: 'No task of this run failed.',
    remedy: 'Start a new run with Run now.',
  },
  audit_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such audit.',
    remedy: 'Start an audit of the integration.',
  },
  incomplete_listing: {
    status: 502,
    retryable: true,
    title: 'The server’s listing could not be proven complete.',
    remedy:
      'Give the token the right to read all of it (SonarQube: Browse on the project), and let every page of the listing through; nothing was deleted.',
  },
  source_moved: {
    status: 503,
    retryable: true,
    title: 'The source changed while it was being read.',
    remedy: 'Nothing to do: the next sync reads it again.',
  },
  absence_held: {
    status: 409,
    retryable: false,
    title: 'Too much disappeared at once; nothing was marked as gone.',
    remedy:
      'Look whether it is really gone at the source. Then confirm it (Monitoring, “Held back”, or `plumbline held list`); the same listing an hour later confirms it, too.',
  },
  held_absence_not_found: {
    status: 404,
    retryable: false,
    title: 'Nothing is held back under this number any more.',
    remedy: 'List what is held now: Monitoring, or `plumbline held list`.',
  },
  held_absence_changed: {
    status: 409,
    retryable: false,
    title: 'Other rows are missing now than those that were confirmed.',
    remedy: 'Look at what is missing now, and confirm that.',
  },
  record_set_aside: {
    status: 502,
    retryable: false,
    title: 'Some records could not be understood and were set aside.',
    remedy: 'See the records under the run’s details; they are tried again after an upgrade.',
  },
  task_lease_lost: {
    status: 409,
    retryable: true,
    title: 'Another worker took the task over.',
    remedy: 'Nothing to do.',
  },
  stage_lost: {
    status: 503,
    retryable: true,
    title: 'What was read so far is no longer in the database.',
    remedy: 'Nothing to do: it is read again. If it comes back, look at the database’s log for crashes and failovers.',
  },
  server_identity_changed: {
    status: 409,
    retryable: false,
    title: 'Another server answers at this address.',
    remedy: 'Confirm the change on the integration’s Settings page, or restore the address.',
  },
  cancelled: {
    status: 409,
    retryable: false,
    title: 'A person cancelled the run.',
    remedy: 'Start it again with Run now.',
  },
  worker_lost: {
    status: 500,
    retryable: true,
    title: 'The worker stopped in mid-task more often than is retried.',
    remedy: 'Look at the hub’s log for the reason, then retry the failed tasks.',
  },
} as const satisfies Record<string, CatalogueEntry>;
