import { z } from 'zod';
import { FactorCode } from './second-factor/contract.ts';

export * from './api-token-contract.ts';
export * from './audit-trail/contract.ts';
export * from './open-sessions/contract.ts';
export * from './second-factor/contract.ts';
export * from './service-accounts/contract.ts';
export * from './sign-in-rules/contract.ts';
export * from './single-sign-on/contract.ts';

/** Roles, from the most rights to the least; each holds every right of those after it. */
export const Role = z.enum(['admin', 'team_manager', 'viewer']);
export type Role = z.infer<typeof Role>;

const instant = z.iso.datetime();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Part of a path that names a row by its number. */
export const IdParams = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be a number')
    .transform(Number),
});

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email());
/** Length and content are judged by the room (`weak_password`), so that every rule has one sentence and one place. */
const password = z.string().max(1024);

/** Nodes of org trees; null: the whole organization. */
const nodes = z.array(rowId).max(500).nullable();

export const User = z.object({
  id: rowId,
  email: z.string(),
  name: z.string(),
  role: Role,
  /** Nodes of org trees it works in, each with the teams below it; null: the whole organization. */
  nodes,
  createdAt: instant,
  lastSignInAt: instant.nullable(),
});
export type User = z.infer<typeof User>;

/** `GET /api/v1/session`: who is asking and what the web application must know before anything else. */
export const SessionAnswer = z.object({
  signedIn: z.boolean(),
  actor: z.object({ kind: z.enum(['user', 'token', 'local']), name: z.string(), role: Role }).nullable(),
  user: User.nullable(),
  permissions: z.array(z.string()),
  expiresAt: instant.nullable(),
  /** True while there is no administrator: show the set-up page. */
  setupRequired: z.boolean(),
  /** True when people sign in over plain HTTP: show the banner. */
  insecureTransport: z.boolean(),
  version: z.string(),
});
export type SessionAnswer = z.infer<typeof SessionAnswer>;

/** `code` only of who has a second factor: six digits of the app, or a recovery code. */
export const SignInRequest = z.strictObject({ email: Email, password, code: FactorCode.optional() });
export type SignInRequest = z.input<typeof SignInRequest>;

export const SetupState = z.object({ required: z.boolean() });
export type SetupState = z.infer<typeof SetupState>;

/** `POST /api/v1/setup`: `secret` is the part after `#` of the set-up link. Answers like a sign-in. */
export const SetupRequest = z.strictObject({
  secret: z.string().min(1).max(200),
  email: Email,
  name: z.string().trim().max(200).default(''),
  password,
});
export type SetupRequest = z.input<typeof SetupRequest>;

export const UserList = z.object({ users: z.array(User) });
export type UserList = z.infer<typeof UserList>;

export const CreateUserRequest = z.strictObject({
  email: Email,
  name: z.string().trim().max(200).default(''),
  role: Role,
  nodes: nodes.default(null),
  password,
});
export type CreateUserRequest = z.input<typeof CreateUserRequest>;

/** Fields left out stay as they are; a new password ends every session of that user. */
export const UpdateUserRequest = z.strictObject({
  email: Email.optional(),
  name: z.string().trim().max(200).optional(),
  role: Role.optional(),
  nodes: nodes.optional(),
  password: password.optional(),
});
export type UpdateUserRequest = z.input<typeof UpdateUserRequest>;

export const ChangePasswordRequest = z.strictObject({ currentPassword: password, newPassword: password });
export type ChangePasswordRequest = z.input<typeof ChangePasswordRequest>;

/** What every failed request answers with. */
export const ErrorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    remedy: z.string(),
    upstream: z.string().nullable(),
    requestId: z.string(),
    /** e.g. `fields` of an invalid request, `checks` of a failed validation. */
    details: z.record(z.string(), z.json()).optional(),
  }),
});
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

/** Answer of a request that only changes something. */
export const Done = z.object({ ok: z.literal(true) });
