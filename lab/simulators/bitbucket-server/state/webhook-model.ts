export interface Webhook {
  id: number;
  name: string;
  url: string;
  active: boolean;
  events: string[];
  secret: string | null;
  credentials: { username: string; password: string } | null;
  sslVerificationRequired: boolean;
  createdDate: number;
  updatedDate: number;
  /** Deliveries that failed in a row. */
  failures: number;
}

export interface WebhookDelivery {
  webhook: number;
  event: string;
  requestId: string;
  body: string;
  signature: string | null;
  /** Null when nobody answered; `skipped` when the receiver failed too often before. */
  outcome: number | null | 'skipped';
}
