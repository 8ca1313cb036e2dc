import { z } from 'zod';
import { parseServerUrl } from '../../../domain/server-url.ts';
import { isThisMachine } from '../../../domain/this-machine.ts';

const instant = z.iso.datetime();
const nodeId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const claimName = z.string().trim().min(1).max(200);

/** What being in a group of the provider gives. */
export const GroupMapping = z.strictObject({
  /** As the provider writes it in the groups claim. */
  group: z.string().min(1).max(500),
  role: z.enum(['admin', 'team_manager', 'viewer']),
  /** Node of an org tree that the role is for, with the teams below it; null: the whole organization. */
  node: nodeId.nullable().default(null),
});
export type GroupMapping = z.infer<typeof GroupMapping>;

/** Exact, as the provider calls itself: a slash at its end counts. */
const issuer = z
  .string()
  .trim()
  .max(1000)
  .superRefine((text, context) => {
    const problem = issuerProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

function issuerProblem(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return 'must be an address with https://';
  const url = URL.parse(text);
  if (url === null) return 'must be an address with https://';
  try {
    parseServerUrl(text);
  } catch {
    return 'must be an address without user name and password';
  }
  if (url.search !== '' || url.hash !== '') return 'must be an address without ? and #';
  return url.protocol === 'https:' || isThisMachine(url.hostname)
    ? undefined
    : 'must begin with https:// unless it is on this machine';
}

/** Parameters that say who is asked for what: ours alone. */
const own =
  /^(client_id|redirect_uri|response_type|response_mode|scope|state|nonce|code_challenge|code_challenge_method|request|request_uri)$/;

const parameters = z
  .record(z.string().regex(/^[a-z_]{1,50}$/, 'must be a name of small letters'), z.string().max(500))
  .refine((all) => Object.keys(all).length <= 10, 'at most ten')
  .refine((all) => !Object.keys(all).some((name) => own.test(name)), 'may not replace what the hub itself sends')
  .default({});

/** How people are signed in by a provider that speaks OpenID Connect. */
export const SingleSignOn = z.strictObject({
  enabled: z.boolean(),
  /** On the button: “Sign in with …”. */
  name: z.string().trim().min(1).max(60),
  issuer,
  clientId: z.string().trim().min(1).max(500),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be one word'))
    .max(20)
    .default(['openid', 'profile', 'email', 'offline_access']),
  /** Added to the address people are sent to, e.g. `prompt` or `access_type`. */
  parameters,
  /** Name of the claim with the groups, or names joined by dots. */
  groupsClaim: claimName.default('groups'),
  groups: z.array(GroupMapping).max(500).default([]),
  /** For people whose groups give nothing, or of whom no groups are told; null: no access. */
  defaultRole: z.enum(['team_manager', 'viewer']).nullable().default(null),
  /** Makes an account at the first sign-in; else an administrator adds it first. */
  createAccounts: z.boolean().default(true),
  /** Takes addresses that the provider does not say are verified. */
  trustEmails: z.boolean().default(false),
  /** After so many minutes the provider is asked again whether a person may go on. */
  recheckMinutes: z.int().min(5).max(1440).default(15),
});
export type SingleSignOn = z.infer<typeof SingleSignOn>;

/** `PUT /api/v1/settings/single-sign-on`: the secret is kept where it is left out. */
export const PutSingleSignOn = z
  .strictObject({ ...SingleSignOn.shape, clientSecret: z.string().min(1).max(2000).optional() })
  .refine(({ groups }) => groups.every(({ role, node }) => role !== 'admin' || node === null), {
    path: ['groups'],
    message: 'an administrator works in the whole organization',
  })
  .refine(({ scopes }) => scopes.includes('openid'), { path: ['scopes'], message: 'must have openid' });
export type PutSingleSignOn = z.input<typeof PutSingleSignOn>;

export const SingleSignOnAnswer = z.object({
  /** null: nobody set it up. */
  settings: SingleSignOn.nullable(),
  /** A secret is kept; it is never shown. */
  hasSecret: z.boolean(),
  /** To be registered at the provider. */
  redirectUri: z.string(),
  postLogoutRedirectUri: z.string(),
  backChannelLogoutUri: z.string(),
  updatedAt: instant.nullable(),
  updatedBy: z.string().nullable(),
});
export type SingleSignOnAnswer = z.infer<typeof SingleSignOnAnswer>;

/** `PUT /api/v1/settings/single-sign-on?dryRun=true` says what would change, and changes nothing. */
export const PutSingleSignOnQuery = z.strictObject({ dryRun: z.stringbool().default(false) });

/** The settings as they are then. */
export const PutSingleSignOnAnswer = z.object({
  ...SingleSignOnAnswer.shape,
  /** Names of what differed; `credentials` for another secret. */
  changed: z.array(z.string()),
});
export type PutSingleSignOnAnswer = z.infer<typeof PutSingleSignOnAnswer>;

/** `POST /api/v1/settings/single-sign-on/check`: what the provider says about itself. */
export const SingleSignOnCheck = z.object({
  issuer: z.string(),
  authorizationEndpoint: z.string(),
  /** Whether each can be done with it. */
  signOutThere: z.boolean(),
  backChannelLogout: z.boolean(),
  /** Asked-for scopes that its list has not. */
  unknownScopes: z.array(z.string()),
});
export type SingleSignOnCheck = z.infer<typeof SingleSignOnCheck>;

/** `GET /api/v1/sign-in`: what the sign-in page offers. */
export const SignInWays = z.object({
  singleSignOn: z.object({ name: z.string() }).nullable(),
  /** `break_glass`: passwords are for one administrator only. */
  passwords: z.enum(['everybody', 'break_glass']),
});
export type SignInWays = z.infer<typeof SignInWays>;

/** `POST /api/v1/sign-in/start`: the page to go on to afterwards; anything but a page of ours counts as the first. */
export const StartSingleSignOn = z.strictObject({ returnTo: z.string().max(4000).optional() });

/** `binding` stays in the browser that began and comes back with it. */
export const StartedSingleSignOn = z.object({ url: z.string(), binding: z.string() });
export type StartedSingleSignOn = z.infer<typeof StartedSingleSignOn>;

/** `POST /api/v1/sign-in/finish`: the query the provider sent the browser back with. */
export const FinishSingleSignOn = z.strictObject({
  binding: z.string().max(200),
  answer: z
    .record(z.string().max(200), z.string().max(10_000))
    .refine((all) => Object.keys(all).length <= 30, 'too many'),
});
export type FinishSingleSignOn = z.input<typeof FinishSingleSignOn>;

export const FinishedSingleSignOn = z.object({ returnTo: z.string() });
export type FinishedSingleSignOn = z.infer<typeof FinishedSingleSignOn>;

/** `DELETE /api/v1/session`: `goTo` is where the provider ends its own session; null: nowhere. */
export const SignedOut = z.object({ ok: z.literal(true), goTo: z.string().nullable() });
export type SignedOut = z.infer<typeof SignedOut>;
