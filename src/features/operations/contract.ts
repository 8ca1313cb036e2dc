import { z } from 'zod';

export type {
  ChangeWebhookRequest,
  CreateWebhookRequest,
  OneWebhookDelivery,
  WebhookDelivery,
  WebhookDeliveryList,
  WebhookEndpoint,
  WebhookEndpointList,
  WebhookEventType,
  WebhookSecret,
} from './outgoing-webhooks/contract.ts';

const instant = z.iso.datetime();

const Process = z.strictObject({
  id: z.uuid(),
  role: z.enum(['all', 'web', 'worker']),
  version: z.string(),
  host: z.string(),
  pid: z.int(),
  /** Where it answers: pages and API, or a worker’s probes. */
  address: z.string().nullable(),
  /** silent: it did not say that it ended and has not been heard of for more than half a minute. */
  state: z.enum(['running', 'silent', 'ended']),
  startedAt: instant,
  lastSeenAt: instant,
  endedAt: instant.nullable(),
});
export type Process = z.infer<typeof Process>;

export const ProcessList = z.strictObject({
  processes: z.array(Process),
  workers: z.strictObject({
    /** Processes that sync: role worker or all. */
    running: z.int(),
    /** When the last one was seen; null while one runs, and when there never was one. */
    noneSince: instant.nullable(),
  }),
  /** To the database server. */
  connections: z.strictObject({
    used: z.int(),
    byOthers: z.int(),
    limit: z.int(),
    /** What the processes that run may open together. */
    needed: z.int(),
    /** Why they may soon not be enough; null while they are. */
    shortage: z.string().nullable(),
  }),
});
export type ProcessList = z.infer<typeof ProcessList>;

export const Rotation = z.strictObject({
  /**
   * idle: every secret is under one key. waiting_for_key: processes do not hold the new key yet. waiting_for_use: they
   * hold it and do not seal with it yet. rewrapping. interrupted: start it again.
   */
  phase: z.enum(['idle', 'waiting_for_key', 'waiting_for_use', 'rewrapping', 'interrupted']),
  /** Id of the newest key; never a key. */
  keyId: z.string(),
  waitingFor: z.array(z.strictObject({ host: z.string(), pid: z.int(), role: z.string() })),
  /** Rows brought under the newest key by this process. */
  rewrapped: z.int(),
  /** Rows still under an older key. */
  left: z.int(),
  /** Rows that could not be opened, as `table id`; their secrets must be entered again. */
  failed: z.array(z.string()),
});
export type Rotation = z.infer<typeof Rotation>;

export const Retention = z.strictObject({
  subjects: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      /** What is lost with it. */
      description: z.string(),
      days: z.int(),
      standard: z.int(),
      minimum: z.int(),
      maximum: z.int(),
      rows: z.int(),
      /** Rows the next nightly run drops. */
      drops: z.int(),
      oldest: instant.nullable(),
      /** null: the standard. */
      changed: z.strictObject({ at: instant, by: z.string() }).nullable(),
      last: z
        .strictObject({
          at: instant,
          finishedAt: instant.nullable(),
          dropped: z.int(),
          errorCode: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
});
export type Retention = z.infer<typeof Retention>;

export const RetentionChange = z.strictObject({
  /** By name of the subject. */
  days: z.record(z.string().max(100), z.int().min(1).max(100_000)),
});
export type RetentionChange = z.infer<typeof RetentionChange>;

export const RetentionPreview = z.strictObject({ drops: z.record(z.string(), z.int()) });
export type RetentionPreview = z.infer<typeof RetentionPreview>;

export const Installation = z.strictObject({
  id: z.string(),
  /** Id of the installation it was copied from. */
  copiedFrom: z.string().nullable(),
  /** While set it changes nothing outside and starts nothing by itself. */
  heldSince: instant.nullable(),
  /** original: it goes on in place of the one it was copied from. separate: both go on. */
  decision: z.enum(['original', 'separate']).nullable(),
  /** While it is held: how the original is reached, where that was set. */
  originalUrl: z.string().nullable(),
});
export type Installation = z.infer<typeof Installation>;

export const InstallationDecision = z.strictObject({ decision: z.enum(['original', 'separate']) });
export type InstallationDecision = z.infer<typeof InstallationDecision>;

export const DoctorCheck = z.strictObject({
  /** e.g. `database`. */
  area: z.string(),
  name: z.string(),
  outcome: z.enum(['ok', 'info', 'warning', 'bad']),
  message: z.string(),
  remedy: z.string().nullable(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

/** Nothing in it is secret: it can be put into a ticket. */
export const DoctorReport = z.strictObject({
  version: z.string(),
  madeAt: instant,
  checks: z.array(DoctorCheck),
});
export type DoctorReport = z.infer<typeof DoctorReport>;
