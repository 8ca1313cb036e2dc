import type { CatalogueEntry } from './entry.ts';

/** Codes of incoming webhooks and of the webhooks the hub sets up on servers. */
export const inboxErrors = {
  webhook_unknown: {
    status: 404,
    retryable: false,
    title: 'No integration takes deliveries at this address.',
    remedy:
      'Compare the address with the one on the integration’s Inbox page; remove the webhook if the integration is gone.',
  },
  webhook_not_verified: {
    status: 401,
    retryable: false,
    title: 'The delivery is not signed with a live secret of this integration.',
    remedy: 'Enter the secret of the integration’s Inbox page at the sender, or rotate it there.',
  },
  webhook_busy: {
    status: 503,
    retryable: true,
    title: 'More deliveries arrive than can be stored right now.',
    remedy: 'Nothing to do: what is refused now is found again at the next poll.',
  },
  malformed_delivery: {
    status: 400,
    retryable: false,
    title: 'The delivery could not be understood.',
    remedy: 'Look at its body on the Inbox page; replay it after an upgrade.',
  },
  delivery_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such delivery.',
    remedy: 'Deliveries are kept for 14 days; list those of the integration.',
  },
  webhooks_not_supported: {
    status: 400,
    retryable: false,
    title: 'Webhooks cannot be set up for this kind of integration.',
    remedy: 'Nothing to do: changes are found by polling.',
  },
  webhook_address_unreachable: {
    status: 409,
    retryable: false,
    title: 'The hub’s public address is loopback: the server could not reach it.',
    remedy: 'Set PLUMBLINE_PUBLIC_URL to the address under which the server reaches the hub, then start the hub again.',
  },
  webhook_address_refused: {
    status: 409,
    retryable: false,
    title: 'The server refuses the hub’s address for a webhook.',
    remedy:
      'Set PLUMBLINE_PUBLIC_URL to an address the server accepts, or let a SonarQube administrator set sonar.validateWebhooks=false.',
  },
  webhook_limit_reached: {
    status: 409,
    retryable: false,
    title: 'The server takes no more webhooks there: the limit is ten.',
    remedy: 'Remove a webhook that is not used any more on the server, then try again.',
  },
  webhook_name_refused: {
    status: 409,
    retryable: false,
    title: 'The server refuses the webhook’s name, address or secret.',
    remedy: 'Shorten the name of the integration or its public address, then try again.',
  },
  webhook_not_set_up: {
    status: 404,
    retryable: false,
    title: 'The hub has set up no webhook for this integration.',
    remedy: 'Create one on the integration’s Inbox page.',
  },
  webhook_in_work: {
    status: 409,
    retryable: true,
    title: 'The webhook is being changed right now.',
    remedy: 'Wait a few seconds and look again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
