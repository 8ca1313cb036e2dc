import { attempt } from '../../../platform/errors/index.ts';
import type { CheckResult } from '../../contract.ts';
import { readToken, type TokenFacts } from '../capabilities.ts';
import type { SonarClient } from '../client.ts';
import { toInstant } from '../instant.ts';
import { UserTokens } from '../schema.ts';
import type { TokenKind } from '../settings.ts';
import { failed, failedBy, ok, untried, warning } from './result.ts';
import type { Server } from '../version.ts';

const where = 'Make a user token on the server under My Account > Security and enter it again.';

/** Null facts when the token is not accepted. */
export async function checkToken(
  client: SonarClient,
  kind: TokenKind,
): Promise<{ check: CheckResult; facts: TokenFacts | null }> {
  const read = await attempt(readToken(client, kind));
  if ('error' in read) return { check: failedBy('token_valid', read.error, { remedy: where }), facts: null };
  const facts = read.value;
  if (facts.valid === false) {
    const message = 'The server does not accept the token: it is wrong, revoked or expired.';
    return { check: failed('token_valid', { code: 'invalid_credentials', message, remedy: where }), facts: null };
  }
  if (facts.loggedIn === false) {
    const message = 'The server takes the caller for anonymous: the token belongs to nobody.';
    return { check: failed('token_valid', { code: 'invalid_credentials', message, remedy: where }), facts: null };
  }
  if (facts.valid === null && facts.loggedIn === null) {
    const message = 'A proxy blocks the calls that describe the token; the server accepts it.';
    return { check: warning('token_valid', { code: 'endpoint_unavailable', message }), facts };
  }
  const message = facts.login === null ? 'The server accepts the token.' : `The token of “${facts.login}” is accepted.`;
  return { check: ok('token_valid', message), facts };
}

const limited: Partial<Record<TokenKind, string>> = {
  global_analysis:
    'A global analysis token (sqa_) reads projects, issues, measures and gates, but no history, analyses or hotspots.',
  project_analysis: 'A project analysis token (sqp_) reads its own project only.',
  scoped_organization: 'A scoped organization token (sqco_) reads what its scope allows.',
};

export function checkTokenKind(kind: TokenKind): CheckResult {
  const message = limited[kind];
  if (message !== undefined) {
    const remedy = 'Use a user token (squ_) of an account with Browse on the projects to get everything.';
    return warning('token_kind', { message, remedy });
  }
  return ok(
    'token_kind',
    kind === 'user' ? 'A user token (squ_).' : 'A token without a prefix: made before SonarQube 9.5, or on Cloud.',
  );
}

const serverTypes: Partial<Record<TokenKind, string>> = {
  user: 'USER_TOKEN',
  global_analysis: 'GLOBAL_ANALYSIS_TOKEN',
  project_analysis: 'PROJECT_ANALYSIS_TOKEN',
};

const soonMs = 30 * 24 * 3600 * 1000;

export interface Expiry {
  check: CheckResult;
  /** ISO 8601, only when it is certain which token is ours. */
  tokenExpiresAt: string | null;
}

/** The server lists the user's tokens but does not say which one is calling. */
export async function checkExpiry(
  client: SonarClient,
  { kind, server, now }: { kind: TokenKind; server: Server; now: Date },
): Promise<Expiry> {
  const read = await attempt(client.get(UserTokens, 'api/user_tokens/search'));
  if ('error' in read) {
    return { check: untried('token_expiry', 'The list of tokens cannot be read.'), tokenExpiresAt: null };
  }
  const type = server.isCloud ? undefined : serverTypes[kind];
  const alive = read.value.userTokens.filter(
    (token) => token.isExpired !== true && (type === undefined || token.type === type),
  );
  const dates = new Set(alive.map((token) => toInstant(token.expirationDate)));
  const ends = [...dates].filter((date) => date !== null).sort();
  const soonest = ends[0];
  if (soonest === undefined) return { check: ok('token_expiry', 'The token does not expire.'), tokenExpiresAt: null };
  const day = soonest.slice(0, 10);
  if (dates.size > 1) {
    const message = `One of the user’s ${alive.length} tokens expires on ${day}; the server does not say which one this is.`;
    return { check: warning('token_expiry', { message }), tokenExpiresAt: null };
  }
  if (Date.parse(soonest) - now.getTime() < soonMs) {
    const remedy = 'Make a new token and enter it with Re-authenticate before that day.';
    return {
      check: warning('token_expiry', { message: `The token expires on ${day}.`, remedy }),
      tokenExpiresAt: soonest,
    };
  }
  return { check: ok('token_expiry', `The token expires on ${day}.`), tokenExpiresAt: soonest };
}
