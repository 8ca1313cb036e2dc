import { z } from 'zod';

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

// C0 controls, DEL and the line separators: a name is one line of text everywhere it is shown.
// oxlint-disable-next-line no-control-regex
const controlCharacters = /[\u0000-\u001f\u007f\u2028\u2029]/;

/** 1 to 100 characters, unique. Not digits only: every command takes a name or an id. */
export const IntegrationName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => !/^\d+$/.test(name), 'must not consist of digits only: a number is read as an id')
  .refine((name) => !controlCharacters.test(name), 'must not contain control characters');

/** Part of a path that names an integration by its id or its name. */
export const IntegrationParams = z.strictObject({ id: z.string().min(1).max(400) });
export const IntegrationNameParams = z.strictObject({ name: IntegrationName });

const tags = z.array(z.string().trim().min(1).max(50)).max(50);
/** Settings and secrets are parsed by the connector’s own schema; here only size and form are held. */
const fields = z.record(z.string().max(100), z.json());
const syncIntervalSeconds = z.int().min(30).max(86_400);

export const CheckResult = z.object({
  name: z.string(),
  title: z.string(),
  outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
  message: z.string(),
  code: z.string().optional(),
  remedy: z.string().optional(),
  upstream: z.string().optional(),
  saveAllowed: z.boolean().optional(),
  /** True of a skipped one that could not be carried out; without it the check does not apply. */
  untried: z.literal(true).optional(),
  /** Near matches of what was entered in a list of settings. */
  suggestions: z
    .array(z.object({ field: z.string(), entered: z.string(), instead: z.string() }))
    .readonly()
    .optional(),
});
export type CheckResultAnswer = z.infer<typeof CheckResult>;

export const Capability = z.object({
  name: z.string(),
  title: z.string(),
  available: z.boolean(),
  /** Streams that do not arrive without it. */
  streams: z.array(z.string()).readonly().optional(),
  /** True when there was nothing to try it with: show “not tried”, not “unavailable”. */
  untried: z.boolean().optional(),
  lost: z.string().optional(),
  leastPermission: z.string().optional(),
});
export type CapabilityAnswer = z.infer<typeof Capability>;

export const CheckReport = z.object({
  checks: z.array(CheckResult),
  capabilities: z.array(Capability),
  facts: z.record(z.string(), z.json()),
  /** Decided by the hub: true when nothing failed that forbids saving. */
  saveAllowed: z.boolean(),
  /** Where the hub could set up webhooks of its own; null for a kind without, and where it could not be asked. */
  webhooks: z
    .object({
      /** What the widest places are, in the kind's own word, such as `everything`; `none`: the credential may nowhere. */
      scope: z.string(),
      /** How many webhooks there would be. */
      count: z.int(),
      /** Beside the wider places: single ones that allow it, of those tried (at most 100), of all. */
      single: z.object({ allowed: z.int(), tried: z.int(), total: z.int() }),
    })
    .nullable(),
});
export type CheckReportAnswer = z.infer<typeof CheckReport>;

/**
 * One line of a streamed check (`application/x-ndjson`): every check as it ends, then `report`, then `saved` where the
 * request saves; `error` instead when it could not be finished.
 */
export type CheckStreamLine =
  | { type: 'check'; check: CheckResultAnswer }
  | { type: 'report'; report: CheckReportAnswer }
  | { type: 'saved'; integration: IntegrationAnswer }
  | {
      type: 'error';
      error: {
        code: string;
        message: string;
        remedy: string;
        upstream: string | null;
        requestId: string;
        details?: Record<string, unknown>;
      };
    };

/** Never the secret itself. */
export const CredentialInfo = z.object({
  id: rowId,
  label: z.string(),
  /** Kind of token as the check found it, e.g. `user`, `global_analysis`; null when unknown. */
  kind: z.string().nullable(),
  /** Only of secrets of 20 characters or more. */
  lastFour: z.string().nullable(),
  /** End as the outside system told it at the last check. */
  expiresAt: instant.nullable(),
  /** End as a person declared it. */
  expirationDate: instant.nullable(),
  /** The earlier of both. */
  endsAt: instant.nullable(),
  /** `expiring`: within 14 days. Disabled ones are not used. */
  standing: z.enum(['ready', 'expiring', 'expired', 'disabled']),
  disabledAt: instant.nullable(),
  /** `by_person`, `address_changed`, or the code with which the outside system refused it. */
  disabledCode: z.string().nullable(),
  /** Set while the outside system asks for a pause (429). */
  pausedUntil: instant.nullable(),
  lastUsedAt: instant.nullable(),
  /** When its secret was entered. */
  changedAt: instant,
  createdAt: instant,
});
export type CredentialInfo = z.infer<typeof CredentialInfo>;

export const Integration = z.object({
  id: rowId,
  name: z.string(),
  kind: z.string(),
  /** The connector’s title, e.g. `SonarQube`. */
  kindTitle: z.string(),
  tags: z.array(z.string()),
  settings: z.record(z.string(), z.json()),
  /** Base URL the settings lead to; null when the connector is not part of this version. */
  baseUrl: z.string().nullable(),
  state: z.enum(['active', 'paused', 'deleting']),
  /** `satellite`: the hub neither reaches it nor has its secrets. Not checked yet: it waits for its satellite. */
  place: z.enum(['hub', 'satellite']),
  capabilities: z.array(Capability),
  facts: z.record(z.string(), z.json()),
  /** Results of the last check, warnings it was saved with included. */
  checks: z.array(CheckResult),
  checkedAt: instant.nullable(),
  serverId: z.string().nullable(),
  syncIntervalSeconds: z.int(),
  /** The oldest, which is meant where none is named. */
  credential: CredentialInfo.nullable(),
  /** All that share the load, the oldest first. */
  credentials: z.array(CredentialInfo),
  createdAt: instant,
  updatedAt: instant,
});
export type IntegrationAnswer = z.infer<typeof Integration>;

export const IntegrationList = z.object({ integrations: z.array(Integration) });
export type IntegrationList = z.infer<typeof IntegrationList>;

export const IntegrationQuery = z.strictObject({
  kind: z.string().max(100).optional(),
  state: z.enum(['active', 'paused', 'deleting']).optional(),
  /** Part of the name or of a tag, any case. */
  text: z.string().max(100).optional(),
});

export const FormField = z.object({
  name: z.string(),
  label: z.string(),
  step: z.enum(['connection', 'scope', 'advanced']),
  kind: z.enum(['text', 'url', 'secret', 'list', 'textarea', 'number', 'boolean', 'choice']),
  required: z.boolean(),
  placeholder: z.string().optional(),
  help: z.string().optional(),
  link: z.object({ label: z.string(), path: z.string() }).optional(),
  /** Of a `choice`: what the setting takes; left out it means the first. */
  options: z
    .array(
      z.object({
        value: z.string(),
        label: z.string(),
        /** Where what it names is usually read from. */
        place: z.enum(['hub', 'satellite']).optional(),
        /** Names of fields that may stay empty, but not with this. */
        requires: z.array(z.string()).optional(),
      }),
    )
    .min(1)
    .optional(),
  /** True when the outside system has a list to choose from: `POST /api/v1/integrations/choices`. */
  choices: z.boolean().optional(),
});
export type FormFieldAnswer = z.infer<typeof FormField>;

export const Endpoint = z.object({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  path: z.string(),
  why: z.string(),
  since: z.string(),
  without: z.string(),
  permission: z.string(),
});
export type EndpointAnswer = z.infer<typeof Endpoint>;

/** `GET /api/v1/connectors`: what the tiles under Available Integrations and the wizard are made of. */
export const ConnectorList = z.object({
  connectors: z.array(
    z.object({
      kind: z.string(),
      title: z.string(),
      description: z.string(),
      /** Fields of kind `secret` go into `secrets`, all others into `settings`. */
      form: z.array(FormField),
      endpoints: z.array(Endpoint),
      streams: z.array(z.object({ name: z.string(), title: z.string() })),
      /** True when several credentials may share the load. */
      multipleCredentials: z.boolean(),
    }),
  ),
});
export type ConnectorList = z.infer<typeof ConnectorList>;

export const CheckRequest = z.strictObject({ kind: z.string().min(1).max(100), settings: fields, secrets: fields });
export type CheckRequest = z.input<typeof CheckRequest>;

const choice = { field: z.string().min(1).max(100), text: z.string().max(200).default('') };

/** What a setting can be chosen from, whose name holds the text. */
export const ChoiceRequest = z.strictObject({
  kind: z.string().min(1).max(100),
  settings: fields,
  secrets: fields,
  ...choice,
});
export type ChoiceRequest = z.infer<typeof ChoiceRequest>;

/** With settings that would send the stored secret another way, the secrets again. */
export const StoredChoiceRequest = z.strictObject({
  settings: fields.optional(),
  secrets: fields.optional(),
  ...choice,
});
export type StoredChoiceRequest = z.infer<typeof StoredChoiceRequest>;

export const Choices = z.object({
  /** At most 50. */
  items: z.array(z.object({ value: z.string(), label: z.string().nullable() })).readonly(),
  /** How many there are; null where that is not known. */
  total: z.int().nullable(),
});
export type ChoicesAnswer = z.infer<typeof Choices>;

export const CreateIntegrationRequest = z.strictObject({
  name: IntegrationName,
  kind: z.string().min(1).max(100),
  tags: tags.default([]),
  settings: fields,
  secrets: fields,
  syncIntervalSeconds: syncIntervalSeconds.default(900),
  /** `satellite`: without secrets, and checked by a satellite afterwards. It stays as it is. */
  place: z.enum(['hub', 'satellite']).default('hub'),
});
export type CreateIntegrationRequest = z.input<typeof CreateIntegrationRequest>;

/** With `report`: what the validation found. `report` is null when nothing had to be validated. */
export const SavedIntegration = z.object({ integration: Integration, report: CheckReport.nullable() });
export type SavedIntegration = z.infer<typeof SavedIntegration>;

/**
 * Fields left out stay as they are; `settings` replaces all settings. A base URL on another host needs the secrets
 * again: a stored secret never goes to a server it was not entered for.
 */
export const UpdateIntegrationRequest = z.strictObject({
  name: IntegrationName.optional(),
  tags: tags.optional(),
  settings: fields.optional(),
  secrets: fields.optional(),
  syncIntervalSeconds: syncIntervalSeconds.optional(),
});
export type UpdateIntegrationRequest = z.input<typeof UpdateIntegrationRequest>;

export const ReauthenticateRequest = z.strictObject({ secrets: fields, label: z.string().trim().max(100).optional() });
export type ReauthenticateRequest = z.input<typeof ReauthenticateRequest>;

/** A day (its beginning in UTC) or an instant; it must lie ahead. */
export const ExpirationDate = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], { error: 'must be a date such as 2027-01-31' })
  .transform((text) => new Date(text))
  .refine((date) => date > new Date(), 'must lie ahead');

const credentialLabel = z.string().trim().min(1).max(100);

export const CredentialParams = z.strictObject({
  id: z.string().min(1).max(400),
  credentialId: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be a number')
    .transform(Number),
});

/** One more credential for the same server; it is stored when its checks pass. */
export const CreateCredentialRequest = z.strictObject({
  label: credentialLabel.optional(),
  secrets: fields,
  expirationDate: ExpirationDate.nullable().optional(),
});
export type CreateCredentialRequest = z.input<typeof CreateCredentialRequest>;

/** Fields left out stay as they are. It is checked in any case, and in use again when the checks pass. */
export const ChangeCredentialRequest = z.strictObject({
  label: credentialLabel.optional(),
  secrets: fields.optional(),
  expirationDate: ExpirationDate.nullable().optional(),
});
export type ChangeCredentialRequest = z.input<typeof ChangeCredentialRequest>;

/** `PUT /api/v1/integrations/by-name/:name`: the whole wanted state, as `plumbline apply` sends it. */
export const ApplyIntegrationRequest = z.strictObject({
  kind: z.string().min(1).max(100),
  tags: tags.default([]),
  settings: fields,
  secrets: fields,
  syncIntervalSeconds: syncIntervalSeconds.default(900),
  /** Where it is read from; it stays as it is. */
  place: z.enum(['hub', 'satellite']).default('hub'),
});
export type ApplyIntegrationRequest = z.input<typeof ApplyIntegrationRequest>;

export const ApplyQuery = z.strictObject({
  /** `true`: say what would change, check nothing and change nothing. */
  dryRun: z.enum(['true', 'false']).default('false'),
});

export const AppliedIntegration = z.object({
  changed: z.boolean(),
  created: z.boolean(),
  /** Names of what differs: `settings.url`, `secrets.apiToken`, `tags` … */
  changes: z.array(z.string()),
  /** null on a dry run that would create it. */
  integration: Integration.nullable(),
  report: CheckReport.nullable(),
});
export type AppliedIntegration = z.infer<typeof AppliedIntegration>;

export const DeletionPreview = z.object({
  name: z.string(),
  total: z.int(),
  counts: z.array(z.object({ room: z.string(), rows: z.int() })),
});
export type DeletionPreview = z.infer<typeof DeletionPreview>;

/** The name must be typed. */
export const DeleteIntegrationRequest = z.strictObject({ name: z.string().max(400) });
export type DeleteIntegrationRequest = z.input<typeof DeleteIntegrationRequest>;

export const IntegrationAnswer = z.object({ integration: Integration });

/** Of what the hub had set up on the outside system: what stays there and how people remove it. */
export const DeletedIntegration = z.object({
  integration: Integration,
  leftBehind: z.array(
    z.object({
      what: z.string(),
      address: z.string().nullable(),
      /** null: it was made by hand, so it is not the hub’s to remove. */
      reason: z.object({ code: z.string(), message: z.string(), upstream: z.string().nullable() }).nullable(),
      remedy: z.string(),
    }),
  ),
});
export type DeletedIntegration = z.infer<typeof DeletedIntegration>;

export const EndpointList = z.object({
  name: z.string(),
  kind: z.string(),
  baseUrl: z.string().nullable(),
  endpoints: z.array(Endpoint),
});
export type EndpointList = z.infer<typeof EndpointList>;

/** One line of the network page: who opens a connection to whom. */
export const NetworkRow = z.object({
  from: z.string(),
  to: z.string(),
  host: z.string(),
  port: z.int(),
  protocol: z.string(),
  /** Seen from the hub; `elsewhere`: between others. */
  direction: z.enum(['inbound', 'outbound', 'elsewhere']),
  purpose: z.string(),
  /** The integration that needs it; null for the hub’s own connections. */
  integrationId: rowId.nullable(),
  required: z.boolean(),
});
export type NetworkRow = z.infer<typeof NetworkRow>;

export const NetworkPage = z.object({ rows: z.array(NetworkRow) });
export type NetworkPage = z.infer<typeof NetworkPage>;
