import { z } from 'zod';

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** What an endpoint can be told of; the words of `src/domain/announcement.ts`. */
export const WebhookEventType = z.enum(['health.changed', 'policy.changed', 'gate.changed', 'report.changed']);
export type WebhookEventType = z.infer<typeof WebhookEventType>;

export const WebhookEndpoint = z.object({
  id: rowId,
  url: z.string(),
  description: z.string(),
  events: z.array(WebhookEventType),
  /** Since when nothing is sent to it; null while it is switched on. */
  disabledAt: instant.nullable(),
  /** `by_person`, or the code of the failure that lasted too long. */
  disabledCode: z.string().nullable(),
  /** First failure since the last delivery that arrived. */
  failingSince: instant.nullable(),
  /** Until when the secret before the last rotation signs too. */
  previousSecretUntil: instant.nullable(),
  lastDeliveredAt: instant.nullable(),
  pending: z.int(),
  createdAt: instant,
  createdBy: z.string(),
});
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

export const WebhookEndpointList = z.object({ endpoints: z.array(WebhookEndpoint) });
export type WebhookEndpointList = z.infer<typeof WebhookEndpointList>;

const events = z.array(WebhookEventType).min(1, 'Choose at least one event.').max(20);
const description = z.string().trim().max(200);
/** http or https, without a user name or password: both would be shown. */
const url = z
  .url({ protocol: /^https?$/, error: 'Enter an address that begins with https:// or http://.' })
  .max(2_000)
  .refine((text) => {
    const address = URL.parse(text);
    return address === null || (address.username === '' && address.password === '');
  }, 'must not contain a user name or password')
  .transform((text) => new URL(text).href);

export const CreateWebhookRequest = z.strictObject({ url, description: description.default(''), events });
export type CreateWebhookRequest = z.input<typeof CreateWebhookRequest>;

/** Fields left out stay as they are. */
export const ChangeWebhookRequest = z.strictObject({
  url: url.optional(),
  description: description.optional(),
  events: events.optional(),
  enabled: z.boolean().optional(),
});
export type ChangeWebhookRequest = z.input<typeof ChangeWebhookRequest>;

export const OneWebhookEndpoint = z.object({ endpoint: WebhookEndpoint });

/** `secret` is shown this once. */
export const WebhookSecret = z.object({ endpoint: WebhookEndpoint, secret: z.string() });
export type WebhookSecret = z.infer<typeof WebhookSecret>;

export const WebhookDelivery = z.object({
  id: rowId,
  endpointId: rowId,
  eventId: z.string(),
  sequence: rowId,
  /** An event type, or `webhook.test`. */
  type: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  /** Of the last attempt; null before it, and null without an answer. */
  status: z.int().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  remedy: z.string().nullable(),
  /** Beginning of the endpoint’s own words when they were no success. */
  answer: z.string().nullable(),
  durationMs: z.int().nullable(),
  attemptedAt: instant.nullable(),
  nextAttemptAt: instant.nullable(),
  createdAt: instant,
  /** The body as it was sent. */
  body: z.string(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const OneWebhookDelivery = z.object({ delivery: WebhookDelivery });
export type OneWebhookDelivery = z.infer<typeof OneWebhookDelivery>;

export const WebhookDeliveryQuery = z.strictObject({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Newest first; `nextBefore` asks for the older ones. */
export const WebhookDeliveryList = z.object({
  deliveries: z.array(WebhookDelivery),
  nextBefore: rowId.nullable(),
});
export type WebhookDeliveryList = z.infer<typeof WebhookDeliveryList>;

export const WebhookRemoved = z.object({ ok: z.literal(true) });
