import { z } from 'zod';

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

export const IntegrationParams = z.strictObject({ id: z.string().min(1).max(400) });
export const DeliveryParams = z.strictObject({
  id: z.string().min(1).max(400),
  delivery: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
});

const projectKey = z.string().trim().min(1).max(400);
const repositoryName = z
  .string()
  .trim()
  .max(400)
  .regex(/^[^/\s]+\/[^/\s]+$/, 'Names of repositories as in their address, e.g. PAY/ledger.');
const organization = z.string().trim().min(1).max(255);

/** Where the hub’s own webhooks should be; those at other places are removed. */
export const WantWebhookRequest = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('global') }),
  /** For a token that administers only these projects. `organization`: on Cloud. */
  z.strictObject({
    scope: z.literal('projects'),
    projects: z.array(projectKey).min(1).max(100),
    organization: organization.optional(),
  }),
  /** On Bitbucket Server, by their names: `PAY/ledger`. */
  z.strictObject({ scope: z.literal('repositories'), repositories: z.array(repositoryName).min(1).max(100) }),
  /** On SonarQube Cloud. */
  z.strictObject({ scope: z.literal('organization'), organization }),
  /** Wherever the token may, the widest places first; at most 100 of the narrowest are tried. */
  z.strictObject({ scope: z.literal('available') }),
]);
export type WantWebhookRequest = z.infer<typeof WantWebhookRequest>;

export const Failure = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  upstream: z.string().nullable(),
});

export const OwnWebhook = z.object({
  id: rowId,
  /** Kind of place on the server, e.g. `global`, `project`, `organization`. */
  scope: z.string(),
  /** Key of what it is for, e.g. of the project; empty for everything. */
  target: z.string(),
  /** waiting: the server was not told yet. removing: it is to go. failed: the server refused, see `error`. */
  state: z.enum(['active', 'waiting', 'changing', 'removing', 'failed']),
  name: z.string().nullable(),
  url: z.string().nullable(),
  error: Failure.nullable(),
  /** When the server was last told. */
  appliedAt: instant.nullable(),
  /** When the server’s deliveries were last compared with ours. */
  comparedAt: instant.nullable(),
});
export type OwnWebhookAnswer = z.infer<typeof OwnWebhook>;

/** Everything the Inbox page of an integration shows above its list. */
export const InboxState = z.object({
  integrationId: rowId,
  integrationName: z.string(),
  kind: z.string(),
  /** False for a kind that sends nothing. */
  takesDeliveries: z.boolean(),
  /** True when the hub can set up webhooks on the server itself. */
  ownWebhooks: z.boolean(),
  /** Kinds of places the server keeps webhooks at, the widest first, with the permission to change them. */
  places: z.array(z.object({ scope: z.string(), permission: z.string() })),
  /** Set while the server could not reach the hub: why, and what to do. */
  unreachable: Failure.nullable(),
  /** Ways in which deliveries arrive, with their address. */
  adapters: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      proof: z.enum(['signature', 'header_token', 'path_key']),
      url: z.string(),
      /** Where people enter it by hand, and what else they choose there. */
      enteredAt: z.string().nullable(),
    }),
  ),
  webhooks: z.array(OwnWebhook),
  /** Live secrets; the secrets themselves are never shown. */
  secrets: z.array(
    z.object({
      adapter: z.string(),
      purpose: z.enum(['own', 'handed_out']),
      createdAt: instant,
      /** Set during a rotation: until then it counts too. */
      retireAt: instant.nullable(),
    }),
  ),
  counts: z.object({
    total: z.int(),
    waiting: z.int(),
    failed: z.int(),
    recovered: z.int(),
    /** Repetitions, which are counted and not stored again. */
    repeated: z.int(),
    lastAt: instant.nullable(),
  }),
  /** Of the last 14 days; of a refused call nothing else is kept. */
  refusals: z.array(
    z.object({ reason: z.string(), title: z.string(), times: z.int(), lastAt: instant, lastAddress: z.string() }),
  ),
});
export type InboxState = z.infer<typeof InboxState>;

export const Delivery = z.object({
  id: rowId,
  adapter: z.string(),
  receivedAt: instant,
  /** recovered: it never arrived and was read from the server’s own list. */
  origin: z.enum(['delivered', 'recovered']),
  /** When the server sent it; null for one that arrived by itself. */
  sentAt: instant.nullable(),
  state: z.enum(['waiting', 'done', 'failed']),
  event: z.string().nullable(),
  subject: z.string().nullable(),
  outcome: z.enum(['reading', 'nothing_to_read', 'looked_for', 'kept']).nullable(),
  /** The run that reads what it is about. */
  runId: rowId.nullable(),
  attempts: z.int(),
  error: Failure.nullable(),
  processedAt: instant.nullable(),
  /** How often it came. */
  times: z.int(),
  lastAt: instant,
  bytes: z.int(),
});
export type DeliveryAnswer = z.infer<typeof Delivery>;

export const DeliveryQuery = z.strictObject({
  state: z.enum(['waiting', 'done', 'failed']).optional(),
  event: z.string().max(100).optional(),
  /** Part of the subject, any case. */
  text: z.string().max(200).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(25),
});

export const DeliveryList = z.object({
  deliveries: z.array(Delivery),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type DeliveryList = z.infer<typeof DeliveryList>;

export const DeliveryDetail = z.object({
  delivery: Delivery,
  headers: z.record(z.string(), z.string()),
  /** The body as JSON, fields named like secrets struck out; null when it is no JSON. */
  json: z.json(),
  /** What it lets us see of a body that is no JSON, at most 2,000 characters. */
  text: z.string().nullable(),
});
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

/** What the server says it sent, beside what arrived. */
export const SentList = z.object({
  sent: z.array(
    z.object({
      id: z.string(),
      webhookId: rowId,
      at: instant,
      success: z.boolean(),
      httpStatus: z.int().nullable(),
      durationMs: z.int().nullable(),
      project: z.string().nullable(),
      /** missing: the server keeps its body no more. */
      found: z.enum(['received', 'recovered', 'missing']),
      deliveryId: rowId.nullable(),
    }),
  ),
});
export type SentList = z.infer<typeof SentList>;

export const Comparison = z.object({ recovered: z.int() });

export const HandOutRequest = z.strictObject({ adapter: z.string().max(100).default('') });

/** Shown this once: it must be entered at the sender. */
export const HandedOut = z.object({ url: z.string(), secret: z.string() });
export type HandedOut = z.infer<typeof HandedOut>;
