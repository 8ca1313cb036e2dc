import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../wire/reply.ts';

export interface FieldError {
  fieldId: string;
  error: string;
}

/** What Harness refuses a call with, in one of its two envelopes: `FAILURE` of a validation, `ERROR` of all else. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldError[] | null;
  readonly failureTypes: readonly string[];
  constructor(
    status: number,
    code: string,
    message: string,
    {
      fields = null,
      failureTypes = [],
    }: { fields?: readonly FieldError[] | null; failureTypes?: readonly string[] } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.failureTypes = failureTypes;
  }
}

/** A bad token, refused by the layer in front, which has an envelope of its own on older servers. */
export class TokenError extends ApiError {}

const messageOf = ({ code, message, failureTypes }: ApiError): object => ({
  code,
  level: 'ERROR',
  message,
  exception: null,
  failureTypes,
});

export function errorReply(error: ApiError, tokenErrors: 'error' | 'resource'): Reply {
  const { status, code, message, fields } = error;
  const correlationId = randomUUID();
  const responseMessages = [messageOf(error)];
  if (error instanceof TokenError && tokenErrors === 'resource')
    return json({ metaData: {}, resource: null, responseMessages }, status);
  if (fields !== null)
    return json({ status: 'FAILURE', code, message, correlationId, errors: fields, responseMessages }, status);
  return json(
    { status: 'ERROR', code, message, correlationId, detailedMessage: null, responseMessages, metadata: null },
    status,
  );
}

/** A parameter or a member of a body that is not as it must be. */
export const badField = (fieldId: string, error: string): ApiError =>
  new ApiError(400, 'INVALID_REQUEST', `Invalid request: ${fieldId} ${error}`, { fields: [{ fieldId, error }] });

export const missingFields = (names: readonly string[]): ApiError =>
  new ApiError(400, 'INVALID_REQUEST', `Invalid request: ${names.join(', ')} must not be null`, {
    fields: names.map((fieldId) => ({ fieldId, error: 'must not be null' })),
  });

export const badRequest = (message: string): ApiError => new ApiError(400, 'INVALID_REQUEST', message);

export const badToken = (status: 400 | 401, message: string, code = 'INVALID_TOKEN'): TokenError =>
  new TokenError(status, code, message, { failureTypes: ['AUTHENTICATION'] });

export const denied = (permission: string, place: string): ApiError =>
  new ApiError(403, 'NG_ACCESS_DENIED', `Missing permission ${permission} on ${place}`, {
    failureTypes: ['AUTHORIZATION'],
  });

export const notFound = (what: string): ApiError => new ApiError(404, 'RESOURCE_NOT_FOUND', `${what} not found`);

export const tooMany = (): ApiError => new ApiError(429, 'TOO_MANY_REQUESTS', 'Too many requests. Try again later.');

/** A path that the server does not have. */
export const unknownPath = (): Reply => json({ code: 404, message: 'HTTP 404 Not Found' }, 404);
