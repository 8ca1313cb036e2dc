import { day, flag, positive, text } from '../../address/search.ts';

export interface AuditSearch {
  action?: string | undefined;
  actor?: string | undefined;
  /** Kind of object, and of that kind the one with this id. */
  kind?: string | undefined;
  object?: string | undefined;
  /** Any text. */
  q?: string | undefined;
  /** First and last day. */
  from?: string | undefined;
  to?: string | undefined;
  before?: number | undefined;
  event?: number | undefined;
}

export const auditSearch = (raw: Record<string, unknown>): AuditSearch => ({
  action: text(raw['action']),
  actor: text(raw['actor']),
  kind: text(raw['kind']),
  object: text(raw['object']),
  q: text(raw['q']),
  from: day(raw['from']),
  to: day(raw['to']),
  before: positive(raw['before']),
  event: positive(raw['event']),
});

/** `make`: the dialog that makes a token is open. */
export const tokensSearch = (raw: Record<string, unknown>): { make?: true | undefined } => ({
  make: flag(raw['make']),
});

/** `account`: the one whose panel is open. */
export const serviceAccountsSearch = (raw: Record<string, unknown>): { account?: number | undefined } => ({
  account: positive(raw['account']),
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
