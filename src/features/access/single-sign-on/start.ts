import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import { ownPath } from '../../../domain/own-path.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { hashToken, newOpaqueToken } from '../opaque-tokens.ts';
import type { StartedSingleSignOn } from './contract.ts';
import { groupsOf } from './mapping.ts';
import type { SingleSignOnOptions } from './options.ts';
import { toleratedSeconds, withProvider } from './provider.ts';
import { addressesOf, type Configured, requireConfigured } from './settings.ts';
import { deleteOldStarts, insertStart, nextStartId, takeStart } from './store.ts';

const table = 'access.single_sign_on_starts';

/** Sends a browser to the provider; what it must come back with is kept here, and in that browser alone. */
export async function startSingleSignOn(
  options: SingleSignOnOptions,
  { returnTo, signal }: { returnTo: string | undefined; signal: AbortSignal },
): Promise<StartedSingleSignOn> {
  const { db, vault, reach } = options;
  const { settings, client, version } = await requireConfigured(options);
  const proofs = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const url = await withProvider(reach, client, signal, async (provider) =>
    buildAuthorizationUrl(provider, {
      ...settings.parameters,
      redirect_uri: addressesOf(options.publicUrl()).redirectUri,
      scope: settings.scopes.join(' '),
      code_challenge: await calculatePKCECodeChallenge(proofs.verifier),
      code_challenge_method: 'S256',
      state: proofs.state,
      nonce: proofs.nonce,
    }),
  );
  requireWebAddress(url);
  const binding = newOpaqueToken();
  await deleteOldStarts(db);
  const id = await nextStartId(db);
  await insertStart(db, {
    id,
    stateHash: hashToken(proofs.state),
    bindingHash: hashToken(binding),
    version,
    returnTo: ownPath(returnTo) ?? '/',
    sealed: {
      nonce: vault.seal({ table, row: id, field: 'nonce' }, proofs.nonce),
      verifier: vault.seal({ table, row: id, field: 'verifier' }, proofs.verifier),
    },
  });
  return { url: url.href, binding };
}

/** A browser is sent there: an address of another kind could be a program. */
export function requireWebAddress(url: URL): void {
  if (url.protocol === 'https:' || url.protocol === 'http:') return;
  throw new PlumblineError('sso_provider_invalid', { message: 'The provider names a page that is no web address.' });
}

/** Who the provider says somebody is. */
export interface Identity {
  issuer: string;
  subject: string;
  email: string | undefined;
  emailVerified: boolean;
  name: string | undefined;
  groups: string[] | undefined;
  /** What it calls its own session. */
  providerSession: string | undefined;
}

export interface ProviderTokens {
  refresh: string | undefined;
  id: string | undefined;
}

export interface Finished {
  configured: Configured;
  identity: Identity;
  tokens: ProviderTokens;
  returnTo: string;
}

/** Takes a browser back that came from the provider. Throws coded errors; each start is good for one return. */
export async function finishAtProvider(
  options: SingleSignOnOptions,
  back: { answer: Readonly<Record<string, string>>; binding: string; signal: AbortSignal },
): Promise<Finished> {
  const { db, vault, reach } = options;
  const configured = await requireConfigured(options);
  const state = back.answer['state'] ?? '';
  const start = await takeStart(db, { stateHash: hashToken(state), bindingHash: hashToken(back.binding) });
  if (start === undefined || start.version !== configured.version) throw new PlumblineError('sso_start_unknown');
  const opened = (field: 'nonce' | 'verifier'): string =>
    vault.open({ table, row: start.id, field }, start.sealed[field]);
  const returned = new URL(addressesOf(options.publicUrl()).redirectUri);
  returned.search = new URLSearchParams(back.answer).toString();
  return withProvider(reach, configured.client, back.signal, async (provider) => {
    const tokens = await authorizationCodeGrant(provider, returned, {
      expectedState: state,
      expectedNonce: opened('nonce'),
      pkceCodeVerifier: opened('verifier'),
      idTokenExpected: true,
    });
    const identity = await identityOf(provider, tokens, { groupsClaim: configured.settings.groupsClaim });
    const kept = { refresh: tokens.refresh_token, id: tokens.id_token };
    return { configured, identity, tokens: kept, returnTo: ownPath(start.returnTo) ?? '/' };
  });
}

type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/**
 * Claims of the token, and of the user info where the token lacks something. `subject` is whom it must be about, where that
 * is known already: a provider need not repeat the token when it is asked again.
 */
export async function identityOf(
  provider: Configuration,
  tokens: Tokens,
  { groupsClaim, subject: known }: { groupsClaim: string; subject?: string },
): Promise<Identity> {
  const claims = tokens.claims();
  const subject = claims?.sub ?? known;
  if (subject === undefined || (known !== undefined && subject !== known))
    throw new PlumblineError('sso_answer_invalid', { message: 'The sign-in provider answers about another person.' });
  if (claims !== undefined) requireNoFuture(claims.iat);
  const inToken: Record<string, unknown> = claims === undefined ? {} : { ...claims };
  const whole = inToken['email'] !== undefined && groupsOf(inToken, groupsClaim) !== undefined;
  const asked = whole || provider.serverMetadata().userinfo_endpoint === undefined;
  const info = asked ? {} : await fetchUserInfo(provider, tokens.access_token, subject);
  return describe({ ...info, ...inToken }, { issuer: provider.serverMetadata().issuer, subject, groupsClaim });
}

/** The library bounds how old a token may be, not how far ahead of us it was made. */
function requireNoFuture(issuedAt: number): void {
  if (issuedAt * 1000 > Date.now() + toleratedSeconds * 1000) throw new PlumblineError('sso_clock_skew');
}

function describe(
  claims: Record<string, unknown>,
  { issuer, subject, groupsClaim }: { issuer: string; subject: string; groupsClaim: string },
): Identity {
  const text = (name: string): string | undefined => {
    const value = claims[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 500) : undefined;
  };
  return {
    issuer,
    subject,
    email: text('email'),
    // Some send it as a text.
    emailVerified: claims['email_verified'] === true || claims['email_verified'] === 'true',
    name: text('name') ?? text('preferred_username'),
    groups: groupsOf(claims, groupsClaim),
    providerSession: text('sid'),
  };
}
