import { PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound } from '../../platform/outbound/types.ts';
import type { Challenge } from './challenges.ts';
import { Token } from './schema.ts';
import type { Secrets } from './settings.ts';

export interface AuthenticatorOptions {
  http: Outbound;
  /** The registry's origin. */
  url: string;
  secrets: Secrets;
  /** Host the operator named as token service; '' for none. */
  tokenService: string;
  signal: AbortSignal;
  now(): Date;
}

export interface Authenticator {
  /** `Authorization` for a scope as far as one is known; undefined: try without. */
  known(scope: string): string | undefined;
  /** Those challenges that can be answered with what is known, best first. */
  answerable(challenges: readonly Challenge[]): Challenge[];
  /** What answers one of them. */
  answer(challenge: Challenge, scope: string): Promise<string>;
  /** Forgets what is known of a scope: it was refused. */
  forget(scope: string): void;
  /** Host of the token service that was met, null before or without one. */
  tokenHost(): string | null;
  hasCredential: boolean;
}

interface Grant {
  header: string;
  /** Milliseconds since 1970. */
  until: number;
}

const tokenLifetimeSeconds = 60;
const renewBeforeMs = 10_000;
const longestToken = 64 * 1024;

/** Answers challenges: Basic, a bearer token of the registry's token service, or the bearer token that was given. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { secrets } = options;
  const grants = new Map<string, Grant>();
  // Several calls that meet the same challenge at once share one token.
  const asked = new Map<string, Promise<string>>();
  let always: string | undefined;
  let tokenHost: string | null = null;
  const hasPassword = secrets.username !== '' || secrets.password !== '';

  return {
    hasCredential: hasPassword || secrets.token !== '',
    known(scope) {
      const grant = grants.get(scope);
      if (grant !== undefined && grant.until > options.now().getTime()) return grant.header;
      return always;
    },
    answerable(challenges) {
      // A token of limited life before the password itself; a scheme nobody knows only with a token that was given.
      const best = ['bearer', 'basic', 'other'] as const;
      return best
        .flatMap((scheme) => challenges.find((one) => one.scheme === scheme) ?? [])
        .filter(({ scheme }) => (scheme === 'basic' ? hasPassword : scheme === 'bearer' || secrets.token !== ''));
    },
    async answer(challenge, scope) {
      if (challenge.scheme === 'basic') return (always = basic(secrets));
      if (secrets.token !== '') return (always = `Bearer ${secrets.token}`);
      const running = asked.get(scope) ?? fetchToken(options, challenge, scope);
      asked.set(scope, running);
      return running.finally(() => asked.delete(scope));
    },
    forget(scope) {
      grants.delete(scope);
      always = undefined;
    },
    tokenHost: () => tokenHost,
  };

  async function fetchToken(parts: AuthenticatorOptions, challenge: Challenge, scope: string): Promise<string> {
    const realm = realmOf(challenge, parts, hasPassword);
    tokenHost = realm.host;
    const { service } = challenge.parameters;
    if (service !== undefined) realm.searchParams.set('service', service);
    // The challenge names what this call needs; on `/v2/` it names nothing, and a token for nothing proves the login.
    const wanted = challenge.parameters['scope'] ?? scope;
    if (wanted !== '') realm.searchParams.set('scope', wanted);
    const headers: Record<string, string> = { accept: 'application/json' };
    if (hasPassword) headers['authorization'] = basic(secrets);
    const response = await parts.http.request({
      url: realm,
      headers,
      signal: parts.signal,
      timeoutMs: 30_000,
      maxBytes: longestToken,
    });
    const text = await response.text();
    if (response.status === 401 || response.status === 403) throw refused(realm, response.status, hasPassword);
    if (response.status !== 200) {
      throw new PlumblineError('upstream_error', {
        message: `The token service ${realm.host} answered with status ${response.status}.`,
      });
    }
    const token = tokenOf(text);
    if (token === undefined) {
      throw new PlumblineError('malformed_response', {
        message: `The token service ${realm.host} answered without a token.`,
      });
    }
    const lifetimeMs = (token.expiresIn ?? tokenLifetimeSeconds) * 1000;
    const header = `Bearer ${token.value}`;
    grants.set(scope, { header, until: parts.now().getTime() + Math.max(lifetimeMs - renewBeforeMs, lifetimeMs / 2) });
    return header;
  }
}

function tokenOf(text: string): { value: string; expiresIn: number | null } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = Token.safeParse(json);
  const value = parsed.data?.token ?? parsed.data?.access_token;
  if (value === undefined || value === null || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  return { value, expiresIn: parsed.data?.expires_in ?? null };
}

/**
 * Where tokens are made. A registry may name any address; the credential goes there only over HTTPS (unless the registry
 * itself is reached without), and only to the registry's own host and domain or the host the operator named.
 *
 * @throws PlumblineError `registry_token_service_refused`, `malformed_response`
 */
function realmOf(challenge: Challenge, { url, tokenService }: AuthenticatorOptions, hasPassword: boolean): URL {
  const registry = new URL(url);
  const realm = URL.parse(challenge.parameters['realm'] ?? '', url);
  if (realm === null || (realm.protocol !== 'https:' && realm.protocol !== 'http:')) {
    throw new PlumblineError('malformed_response', {
      message: `${registry.host} names no token service that can be called.`,
    });
  }
  const refuse = (message: string): PlumblineError =>
    new PlumblineError('registry_token_service_refused', {
      message,
      remedy: `If ${realm.host} is the token service of ${registry.host}, enter it as the integration’s “Token service” setting.`,
      data: { host: realm.host },
    });
  realm.username = '';
  realm.password = '';
  realm.hash = '';
  if (realm.protocol === 'http:' && registry.protocol === 'https:')
    throw refuse(`${registry.host} sends its credential to ${realm.host} without encryption.`);
  if (hasPassword && !isOwnDomain(realm, registry) && tokenService !== realm.host && tokenService !== realm.hostname)
    throw refuse(`${registry.host} asks to send its credential to ${realm.host}.`);
  return realm;
}

/** Domains like co.uk, below which everybody has their own. */
const publicSuffix = /^(?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}$/;

/** The registry's host, a host below it, or one beside or above it in a domain of at least two parts. */
function isOwnDomain(realm: URL, registry: URL): boolean {
  if (realm.hostname === registry.hostname) return true;
  const isAddress = /^[\d.]+$|^\[/.test(registry.hostname);
  const domain = registry.hostname.split('.').slice(1).join('.');
  if (isAddress || !domain.includes('.') || publicSuffix.test(domain))
    return realm.hostname.endsWith(`.${registry.hostname}`);
  return realm.hostname === domain || realm.hostname.endsWith(`.${domain}`);
}

function refused(realm: URL, status: number, hasPassword: boolean): PlumblineError {
  if (!hasPassword)
    return new PlumblineError('invalid_credentials', {
      message: `${realm.host} gives no token without a user name and password.`,
      remedy: 'Enter the credential of an account that may pull from the registry.',
    });
  return new PlumblineError('invalid_credentials', {
    message: `The token service ${realm.host} does not accept the user name and password (status ${status}).`,
    remedy: 'Enter user name and password again with Re-authenticate; robot accounts and deploy tokens expire.',
  });
}

function basic({ username, password }: Secrets): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
