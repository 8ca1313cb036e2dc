import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { buildEndSessionUrl } from 'openid-client';
import { z } from 'zod';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { audit } from '../audit.ts';
import { hashToken } from '../opaque-tokens.ts';
import type { Actor } from '../route.ts';
import { deleteProviderSessions, findProviderSession } from '../store/sessions.ts';
import type { SingleSignOnOptions } from './options.ts';
import { toleratedSeconds, withProvider } from './provider.ts';
import { addressesOf, type Configured, findConfigured, requireConfigured } from './settings.ts';
import { openTokens } from './sessions.ts';
import { requireWebAddress } from './start.ts';
import { rememberLogout } from './store.ts';

const system = { kind: 'system', name: 'single sign-on' } as const;

/** Where the provider ends its own session with this one; null where it has no such page, or does not answer now. */
export async function endSessionAddress(
  options: SingleSignOnOptions,
  actor: Actor,
  signal: AbortSignal,
): Promise<string | null> {
  if (actor.sessionId === undefined) return null;
  const session = await findProviderSession(options.db, actor.sessionId);
  const configured = await findConfigured(options.db, options.vault);
  if (session === undefined || configured?.settings.issuer !== session.issuer) return null;
  const { id } = openTokens(options.vault, session.id, session.sealed);
  try {
    return await withProvider(options.reach, configured.client, signal, async (provider) => {
      if (provider.serverMetadata().end_session_endpoint === undefined) return null;
      const url = buildEndSessionUrl(provider, {
        post_logout_redirect_uri: addressesOf(options.publicUrl()).postLogoutRedirectUri,
        ...(id === undefined ? {} : { id_token_hint: id }),
      });
      requireWebAddress(url);
      return url.href;
    });
  } catch {
    // Ours ends whatever the provider does.
    return null;
  }
}

const event = 'http://schemas.openid.net/event/backchannel-logout';

const Claims = z
  .looseObject({
    sub: z.string().min(1).optional(),
    sid: z.string().min(1).optional(),
    jti: z.string().min(1).max(1000),
    iat: z.number(),
    events: z.looseObject({ [event]: z.looseObject({}) }),
    nonce: z.undefined().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/** Signatures of the provider's keys; what is signed with the secret of the client could be made by others that know it. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/**
 * Ends what the provider says has ended. Throws `sso_logout_invalid` for a token that is not the provider's, not for this client,
 * too old, or used (OpenID Connect Back-Channel Logout 1.0, section 2.6).
 */
export async function backChannelLogout(
  options: SingleSignOnOptions,
  logoutToken: string,
  signal: AbortSignal,
): Promise<void> {
  const configured = await requireConfigured(options);
  const claims = await verified(options, configured, logoutToken, signal);
  const { issuer } = configured.settings;
  await options.db.transaction(async (tx) => {
    if (!(await rememberLogout(tx, hashToken(`${issuer} ${claims.jti}`)))) throw refused('it was used');
    const said = { issuer, subject: claims.sub ?? null, providerSession: claims.sid ?? null };
    const ended = await deleteProviderSessions(tx, said);
    for (const userId of new Set(ended.map((session) => session.userId)))
      await audit(tx, system, 'session.ended', { kind: 'user', id: userId }, { reason: 'back_channel_logout' });
  });
}

async function verified(
  { reach }: SingleSignOnOptions,
  { client }: Configured,
  logoutToken: string,
  signal: AbortSignal,
): Promise<z.infer<typeof Claims>> {
  // Nobody makes us call the provider with a text that cannot be its own.
  if (unverified(logoutToken)?.iss !== client.issuer) throw refused('it is of another issuer');
  const keys = await withProvider(reach, client, signal, async (provider, call) => {
    const { jwks_uri: address } = provider.serverMetadata();
    if (address === undefined) throw new PlumblineError('sso_provider_invalid');
    const answer = await call(address, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' });
    return (await answer.json()) as JSONWebKeySet;
  });
  try {
    const { payload } = await jwtVerify(logoutToken, createLocalJWKSet(keys), {
      issuer: client.issuer,
      audience: client.clientId,
      algorithms,
      clockTolerance: toleratedSeconds,
      maxTokenAge: toleratedSeconds,
    });
    return Claims.parse(payload);
  } catch (cause) {
    throw refused('its signature, audience, age or form is wrong', cause);
  }
}

function unverified(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

const refused = (why: string, cause?: unknown): PlumblineError =>
  new PlumblineError('sso_logout_invalid', { message: `The logout token is refused: ${why}.`, cause });
