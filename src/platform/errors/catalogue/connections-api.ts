import type { CatalogueEntry } from './entry.ts';

/** Codes of credentials and of the Connections API, where a connection is an integration. */
export const connectionsApiErrors = {
  connection_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such connection.',
    remedy: 'List the connections; the id is that of the integration.',
  },
  credential_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such credential.',
    remedy: 'List the credentials of the connection; a deleted one can be shown but not changed.',
  },
  credential_limit_reached: {
    status: 422,
    retryable: false,
    title: 'Integrations of this kind have one credential.',
    remedy: 'Change the one there is.',
  },
  credential_refused: {
    status: 422,
    retryable: true,
    title: 'The outside system refused one of several credentials; the others go on.',
    remedy: 'Re-authenticate the credential that is disabled now, or delete it.',
  },
  invalid_json: {
    status: 422,
    retryable: false,
    title: 'The body is no JSON.',
    remedy: 'Send a JSON object, or a form with its content type.',
  },
  missing_required_field: {
    status: 422,
    retryable: false,
    title: 'A required field is missing.',
    remedy: 'Send the field named in the message.',
  },
  invalid_field: {
    status: 422,
    retryable: false,
    title: 'A field has a value that is not allowed.',
    remedy: 'Correct the field named in the message.',
  },
} as const satisfies Record<string, CatalogueEntry>;
