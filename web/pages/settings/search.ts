import { flag, positive, text } from '../../address/search.ts';

export interface AuditSearch {
  action?: string | undefined;
  actor?: string | undefined;
  before?: number | undefined;
  event?: number | undefined;
}

export const auditSearch = (raw: Record<string, unknown>): AuditSearch => ({
  action: text(raw['action']),
  actor: text(raw['actor']),
  before: positive(raw['before']),
  event: positive(raw['event']),
});

/** `make`: the dialog that makes a token is open. */
export const tokensSearch = (raw: Record<string, unknown>): { make?: true | undefined } => ({
  make: flag(raw['make']),
});

export interface WebhooksSearch {
  /** Endpoint whose deliveries are open. */
  endpoint?: number | undefined;
  /** Only deliveries older than this one. */
  before?: number | undefined;
}

export const webhooksSearch = (raw: Record<string, unknown>): WebhooksSearch => ({
  endpoint: positive(raw['endpoint']),
  before: positive(raw['before']),
});
