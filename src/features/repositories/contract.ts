import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const page = z.coerce.number().int().min(1).max(100_000).default(1);

const IntegrationRef = z.object({ id: rowId, name: z.string() });

export const BindingWarning = z.enum(['same_name', 'overlapping_prefix']);

/** A SonarQube project and the repository it is of. */
export const Binding = z.object({
  id: rowId,
  project: z.object({ id: rowId, key: z.string(), name: z.string(), integration: IntegrationRef }),
  repository: z.object({
    id: rowId,
    project: z.string(),
    slug: z.string(),
    link: z.string().nullable(),
    integration: IntegrationRef,
  }),
  /** Several projects are of the repository: each has a report of its own. */
  mono: z.boolean(),
  annotations: z.boolean(),
  /** Folder of the repository that the project is of; '' for the whole. */
  prefix: z.string(),
  /** What an administrator of Bitbucket enters as the required report. */
  reportKey: z.string(),
  /** False where the documented key would be too long, or a person chose another. */
  keyIsDocumented: z.boolean(),
  warnings: z.array(BindingWarning),
  createdBy: z.string(),
  createdAt: instant,
});
export type Binding = z.infer<typeof Binding>;

export const BindingQuery = z.strictObject({
  /** Part of the project’s key or name, or of the repository’s. */
  search: z.string().max(400).optional(),
  /** One repository. */
  repository: z.coerce.number().pipe(rowId).optional(),
  page,
});
export type BindingQuery = z.input<typeof BindingQuery>;

/** `GET /api/v1/bindings`: 50 a page. */
export const BindingList = z.object({
  bindings: z.array(Binding),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type BindingList = z.infer<typeof BindingList>;

const settings = {
  mono: z.boolean().default(false),
  annotations: z.boolean().default(true),
  prefix: z.string().max(500).default(''),
  /** Another key than the documented one; null: that. */
  reportKey: z.string().max(50).nullable().default(null),
};

/** The repository by the address of one of its pages, or as `PAY/ledger` with the integration where several have one. */
export const BindingInput = z.strictObject({
  project: rowId,
  repository: z.string().min(1).max(2_000),
  integration: z.string().max(200).optional(),
  ...settings,
});
export type BindingInput = z.input<typeof BindingInput>;

export const BindingSettings = z.strictObject(settings);
export type BindingSettings = z.input<typeof BindingSettings>;

export const BindingParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });
export const OneBinding = z.object({ binding: Binding });
export const Done = z.object({ ok: z.literal(true) });
