import { z } from 'zod';

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const role = z.enum(['admin', 'team_manager', 'viewer']);
const nodes = z.array(rowId).max(500).nullable();

/** What a token is for, where it is for one thing alone. `deployments`: to report deployments, as pipelines do. */
export const TokenPurpose = z.enum(['deployments']);

export const ApiToken = z.object({
  id: rowId,
  name: z.string(),
  role,
  /** It may do this and nothing else of what its role may; null: all of it. */
  only: TokenPurpose.nullable(),
  /** At most these nodes, as far as its maker works in them; null: as far as its maker. */
  nodes,
  /** The first characters, enough to recognise it by. */
  prefix: z.string(),
  /** E-mail of the person whose rights bound it; null when it was made on the hub’s own machine, or nobody answers for its service account. */
  madeBy: z.string().nullable(),
  /** Name of the service account whose token it is; null: a person’s or the machine’s. */
  serviceAccount: z.string().nullable(),
  /** The API token it was made with: revoking that one ends this one too. */
  madeWith: z.string().nullable(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  expired: z.boolean(),
});
export type ApiToken = z.infer<typeof ApiToken>;

export const TokenList = z.object({ tokens: z.array(ApiToken) });
export type TokenList = z.infer<typeof TokenList>;

export const CreateTokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role,
  /** For this alone, of what its role may; left out: for all of it. */
  only: TokenPurpose.nullable().default(null),
  /** For what belongs to these nodes alone; left out: as far as you. */
  nodes: nodes.default(null),
  /** null: never. */
  expiresAt: instant.nullable().default(null),
});
export type CreateTokenRequest = z.input<typeof CreateTokenRequest>;

/** `POST /api/v1/tokens/:id/rotate`: another text for the same rights. */
export const RotateTokenRequest = z.strictObject({
  /** Of the new one; null: never; left out: after as long as the old one had from its making. */
  expiresAt: instant.nullable().optional(),
  /** The old one goes on for so many hours, so that programs can be told. */
  overlapHours: z.int().min(0).max(168).default(24),
});
export type RotateTokenRequest = z.input<typeof RotateTokenRequest>;

/** `secret` is shown this once. */
export const CreatedToken = z.object({ token: ApiToken, secret: z.string() });
export type CreatedToken = z.infer<typeof CreatedToken>;
