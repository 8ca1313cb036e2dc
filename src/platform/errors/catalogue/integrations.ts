import type { CatalogueEntry } from './entry.ts';

/** Codes of configured integrations; what a connection test finds is in connection.ts. */
export const integrationErrors = {
  integration_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such integration.',
    remedy: 'List the integrations; names are case-sensitive.',
  },
  integration_name_taken: {
    status: 409,
    retryable: false,
    title: 'There is an integration with this name.',
    remedy: 'Choose another name.',
  },
  integration_deleting: {
    status: 409,
    retryable: false,
    title: 'The integration is being deleted.',
    remedy: 'Wait until it is gone, or choose another name.',
  },
  integration_changed: {
    status: 409,
    retryable: true,
    title: 'Somebody changed the integration while it was being validated.',
    remedy: 'Look at it again, then repeat your change.',
  },
  connector_unknown: {
    status: 422,
    retryable: false,
    title: 'This version has no connector of that kind.',
    remedy: 'See the kinds under Available Integrations.',
  },
  secrets_required: {
    status: 422,
    retryable: false,
    title: 'Another way to the server needs the secrets again.',
    remedy: 'Enter the secrets together with the new address, proxy, CA certificate or token service.',
  },
  deletion_not_confirmed: {
    status: 422,
    retryable: false,
    title: 'The name typed is not the integration’s name.',
    remedy: 'Type the name exactly as shown.',
  },
} as const satisfies Record<string, CatalogueEntry>;
