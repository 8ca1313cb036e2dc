import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const value = z.string().trim().min(1).max(320);

const System = z.object({ id: rowId, name: z.string(), kind: z.string() });

/** An account of another system that somebody said to be a person’s. */
export const Identity = z.object({
  id: rowId,
  system: System,
  value: z.string(),
  confirmedAt: instant,
  confirmedBy: z.string(),
});
export type Identity = z.infer<typeof Identity>;

/** An account that is nobody’s yet, and whose it most likely is. */
export const Account = z.object({
  system: System,
  value: z.string(),
  /** What the system calls them, where it says so. */
  display: z.string().nullable(),
  person: z.object({ id: rowId, name: z.string(), email: z.string() }).nullable(),
  /** email: it is their e-mail; login: it is the beginning of it; name: it is their name. */
  reason: z.enum(['email', 'login', 'name']).nullable(),
});
export type Account = z.infer<typeof Account>;

export const AccountQuery = z.strictObject({
  /** Part of the account, of what it is called, or of the person’s name. */
  search: z.string().max(400).optional(),
  /** Only those for which a person is proposed. */
  proposed: z.enum(['true', 'false']).default('false'),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
});
export type AccountQuery = z.input<typeof AccountQuery>;

/** `GET /api/v1/identities/proposals`: 50 a page, the surest first. */
export const AccountList = z.object({
  accounts: z.array(Account),
  total: z.int(),
  /** Of all, those for which a person is proposed. */
  proposed: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type AccountList = z.infer<typeof AccountList>;

/** `POST /api/v1/identities`: what a person confirmed; all of them or none. */
export const IdentitiesInput = z.strictObject({
  identities: z
    .array(z.strictObject({ integration: rowId, value, person: rowId }))
    .min(1)
    .max(1_000),
});
export type IdentitiesInput = z.input<typeof IdentitiesInput>;
export const SavedIdentities = z.object({ saved: z.int() });

export const IdentityParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });
export const IdentityDone = z.object({ ok: z.literal(true) });
