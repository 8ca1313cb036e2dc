import type { CatalogueEntry } from './entry.ts';

/** Codes of events that the hub sends to addresses of others. */
export const outgoingWebhookErrors = {
  webhook_endpoint_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such outgoing webhook.',
    remedy: 'List the outgoing webhooks under Settings.',
  },
  webhook_delivery_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such delivery.',
    remedy: 'Deliveries are kept for 14 days; look at the list of newer ones.',
  },
  webhook_refused: {
    status: 502,
    retryable: true,
    title: 'The endpoint did not answer with a status from 200 to 299.',
    remedy: 'Look at its own words and log; answer 2xx as soon as the event is stored, within 10 seconds.',
  },
  webhook_endpoint_gone: {
    status: 502,
    retryable: false,
    title: 'The endpoint answered 410 Gone: it wants no more events.',
    remedy: 'Enter its new address and switch it on again, or delete it.',
  },
  webhook_endpoint_disabled: {
    status: 409,
    retryable: false,
    title: 'The outgoing webhook was switched off before the event arrived.',
    remedy: 'Switch it on, then redeliver the event.',
  },
} as const satisfies Record<string, CatalogueEntry>;
