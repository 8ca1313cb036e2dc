import { z } from 'zod';
import { ApiToken, TokenPurpose } from '../api-token-contract.ts';

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const role = z.enum(['admin', 'team_manager', 'viewer']);
const nodes = z.array(rowId).max(500).nullable();
const name = z
  .string()
  .trim()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/, 'must be small letters, digits, dots, dashes, at most 63');
const description = z.string().trim().max(500);

/** Why a service account can do nothing now. */
export const IdleReason = z.enum(['disabled', 'nobody_answers', 'answerer_ended']);
export type IdleReason = z.infer<typeof IdleReason>;

/** A member without a person, for programs. It never has more rights than the person who answers for it has now. */
export const ServiceAccount = z.object({
  id: rowId,
  name: z.string(),
  description: z.string(),
  role,
  nodes,
  enabled: z.boolean(),
  /** E-mail of who answers for it; null: the hub’s own machine, or nobody any more (`idle`). */
  answeredBy: z.string().nullable(),
  /** Its role, as far as that person has it now; null: it can do nothing. */
  roleNow: role.nullable(),
  idle: IdleReason.nullable(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  /** The newest first. */
  tokens: z.array(ApiToken),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

export const ServiceAccountList = z.object({ serviceAccounts: z.array(ServiceAccount) });
export type ServiceAccountList = z.infer<typeof ServiceAccountList>;

export const CreateServiceAccountRequest = z.strictObject({
  name,
  description: description.default(''),
  role,
  /** For what belongs to these nodes alone; left out: the whole organization. */
  nodes: nodes.default(null),
});
export type CreateServiceAccountRequest = z.input<typeof CreateServiceAccountRequest>;

/** Fields left out stay as they are. */
export const UpdateServiceAccountRequest = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  role: role.optional(),
  nodes: nodes.optional(),
  enabled: z.boolean().optional(),
});
export type UpdateServiceAccountRequest = z.input<typeof UpdateServiceAccountRequest>;

/** `keep`: programs go on with the tokens they have, which who answered before may know. */
export const TakeOverRequest = z.strictObject({ tokens: z.enum(['keep', 'end']) });
export type TakeOverRequest = z.input<typeof TakeOverRequest>;

/** `POST /api/v1/service-accounts/:id/tokens`: it has the rights of the account. */
export const CreateServiceTokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  only: TokenPurpose.nullable().default(null),
  /** null: never. */
  expiresAt: instant.nullable(),
});
export type CreateServiceTokenRequest = z.input<typeof CreateServiceTokenRequest>;
