import type { CatalogueEntry } from './entry.ts';

/** Codes of Harness, in the cloud and self-managed. */
export const harnessErrors = {
  not_a_harness_api: {
    status: 422,
    retryable: false,
    title: 'The address answers, but not as the API of Harness.',
    remedy: 'Enter the address at which you open Harness, and check that no log-in page or filter stands in between.',
  },
  account_mismatch: {
    status: 422,
    retryable: false,
    title: 'The API key belongs to another account.',
    remedy: 'Enter the Account ID of the account that the key was made in, or a key of this account.',
  },
  harness_token_malformed: {
    status: 422,
    retryable: false,
    title: 'This is no API key of Harness.',
    remedy: 'Copy the whole key: it begins with pat. or sat. and has three or four parts separated by dots.',
  },
  project_outside_organizations: {
    status: 422,
    retryable: false,
    title: 'A named project lies in an organization that is not named.',
    remedy: 'Add its organization to Organization, or leave Organization empty.',
  },
  harness_execution_not_found: {
    status: 404,
    retryable: false,
    title: 'Harness has no such execution any more.',
    remedy: 'Nothing to do: its pipeline was deleted, or Harness keeps it no longer. What is stored stays.',
  },
  harness_rejected_request: {
    status: 502,
    retryable: false,
    title: 'Harness does not accept what was asked.',
    remedy: 'Look at the words of Harness and its correlation id; if they name no cause of yours, report it.',
  },
} as const satisfies Record<string, CatalogueEntry>;
