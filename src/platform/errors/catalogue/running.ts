import type { CatalogueEntry } from './entry.ts';

/** Codes of what runs where: why there is no verdict on something that runs. */
export const runningErrors = {
  running_not_judged: {
    status: 404,
    retryable: true,
    title: 'Nothing is said of what runs there yet.',
    remedy:
      'Have the image say which commit it was built from, and analyse that commit; the verdict follows by itself.',
  },
  running_in_doubt: {
    status: 409,
    retryable: true,
    title: 'A later deployment leaves it in doubt what runs there.',
    remedy: 'Deploy again, or report how the last deployment ended.',
  },
  running_stale: {
    status: 409,
    retryable: true,
    title: 'What it rests on is too old to be believed.',
    remedy: 'Look at the last run of the integrations that are named, and at their webhooks.',
  },
  facts_too_old: {
    status: 409,
    retryable: true,
    title: 'What it rests on was read longer ago than was asked for.',
    remedy: 'Run the integrations that are named, or ask for a greater age.',
  },
} as const satisfies Record<string, CatalogueEntry>;
