import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { type ErrorCode, isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';

/** The provider calls itself otherwise. */
export class WrongIssuer extends Error {
  readonly said: string;

  constructor(said: string) {
    super('another issuer');
    this.said = said;
  }
}

/** Every way in which talking to a provider can fail, as a coded error with the provider's own words beside it. */
export function providerFault(error: unknown): PlumblineError {
  const known = chain(error).find((entry) => isPlumblineError(entry));
  if (known !== undefined) return ofTransport(known);
  if (error instanceof WrongIssuer) return issuerFault(error.said);
  if (error instanceof AuthorizationResponseError) return said('sso_denied', error.error, error.error_description);
  if (error instanceof ResponseBodyError) return ofTokenEndpoint(error);
  if (error instanceof WWWAuthenticateChallengeError) {
    const told = error.cause[0]?.parameters;
    return said('sso_client_refused', told?.error ?? String(error.status), told?.error_description);
  }
  const code = codeOf(error);
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' && noted(error, 'attribute') === 'issuer')
    return issuerFault(undefined);
  return new PlumblineError(kinds[code ?? ''] ?? 'sso_answer_invalid', {
    cause: error,
    data: { reason: code ?? 'unknown', claim: claimOf(error) ?? null },
    ...sentence(error),
  });
}

const kinds: Record<string, ErrorCode> = {
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'sso_clock_skew',
  OAUTH_TIMEOUT: 'sso_provider_unavailable',
  OAUTH_ABORT: 'sso_provider_unavailable',
  OAUTH_RESPONSE_IS_NOT_CONFORM: 'sso_provider_unavailable',
  OAUTH_RESPONSE_IS_NOT_JSON: 'sso_provider_invalid',
  OAUTH_PARSE_ERROR: 'sso_provider_invalid',
  OAUTH_HTTP_REQUEST_FORBIDDEN: 'sso_provider_invalid',
  OAUTH_REQUEST_PROTOCOL_FORBIDDEN: 'sso_provider_invalid',
  OAUTH_MISSING_SERVER_METADATA: 'sso_provider_invalid',
  OAUTH_INVALID_SERVER_METADATA: 'sso_provider_invalid',
};

/** A code of the connection keeps its words and its remedy: who set it up reads them, who signs in reads the title. */
function ofTransport(error: PlumblineError): PlumblineError {
  if (error.code.startsWith('sso_')) return error;
  return new PlumblineError('sso_provider_unavailable', {
    upstream: error.message,
    data: { reason: error.code },
    cause: error,
  });
}

function issuerFault(text: string | undefined): PlumblineError {
  return new PlumblineError('sso_issuer_wrong', text === undefined ? {} : { upstream: text });
}

const ofClient = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'unsupported_grant_type',
  'invalid_scope',
]);

function ofTokenEndpoint(error: ResponseBodyError): PlumblineError {
  if (error.error === 'invalid_grant') return said('sso_code_refused', error.error, error.error_description);
  // Keycloak, of a scope that the person has no right to.
  if (error.error === 'not_allowed') return said('sso_not_allowed', error.error, error.error_description);
  const code = ofClient.has(error.error) ? 'sso_client_refused' : 'sso_provider_unavailable';
  return said(code, error.error, error.error_description);
}

function said(code: ErrorCode, error: string, description: string | undefined): PlumblineError {
  return new PlumblineError(code, {
    upstream: description === undefined ? error : `${error}: ${description}`,
    data: { reason: error.slice(0, 100) },
  });
}

const names: Record<string, string> = {
  nonce: 'It is not the answer to this sign-in (nonce).',
  iss: 'It is from another issuer.',
  aud: 'It is for another client (aud).',
  azp: 'It is for another client (azp).',
  sub: 'It is about another person (sub).',
};

function sentence(error: unknown): { message?: string } {
  const claim = claimOf(error);
  const name = claim === undefined ? undefined : names[claim];
  if (name !== undefined) return { message: `The sign-in provider’s answer cannot be trusted. ${name}` };
  if (chain(error).some(({ message }) => /signature|kid|JWK|key/i.test(message)))
    return { message: 'The sign-in provider’s answer cannot be trusted. It is not signed with a key of the provider.' };
  return {};
}

/** What was compared in vain, as the library notes it. */
const claimOf = (error: unknown): string | undefined => noted(error, 'claim') ?? noted(error, 'attribute');

function noted(error: unknown, name: 'claim' | 'attribute'): string | undefined {
  for (const { cause } of chain(error)) {
    const value: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, name) : undefined;
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function codeOf(error: unknown): string | undefined {
  for (const entry of chain(error)) if ('code' in entry && typeof entry.code === 'string') return entry.code;
  return undefined;
}

function chain(error: unknown, depth = 0): Error[] {
  if (!(error instanceof Error) || depth > 5) return [];
  return [error, ...chain(error.cause, depth + 1)];
}
