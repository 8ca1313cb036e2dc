import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ErrorAnswer } from '../../features/access/contract.ts';
import { databaseFault } from '../../platform/database/index.ts';
import { faultSentence, fieldFaults, isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';

type Part = 'params' | 'query' | 'body';

/** `invalid_request` that names every field at fault, by names the route declares; nothing that was sent is repeated. */
export function invalidRequest(part: Part, shape: z.ZodType, error: z.ZodError, value: unknown): PlumblineError {
  const faults = fieldFaults(shape, error, value);
  const message = `The request is not valid. ${faultSentence(faults, part)}`;
  return new PlumblineError('invalid_request', {
    message,
    data: { fields: faults.map((one) => ({ in: part, ...one })) },
  });
}

/** `invalid_request` for a text that cannot be stored. */
export function invalidText(part: Part, path: string): PlumblineError {
  const field = { in: part, path, message: 'contains a NUL character or half a surrogate pair' };
  const message = `The request is not valid. ${path === '' ? part : path}: ${field.message}`;
  return new PlumblineError('invalid_request', { message, data: { fields: [field] } });
}

/** What a failed request answers with. */
export function errorAnswer(error: PlumblineError, requestId: string): ErrorAnswer {
  const { code, message, remedy, upstream, data } = error;
  const details =
    Object.keys(data).length === 0 ? {} : { details: data as NonNullable<ErrorAnswer['error']['details']> };
  return { error: { code, message, remedy, upstream: upstream ?? null, requestId, ...details } };
}

/** The framework's own words repeat what was sent. */
const refusals: Record<string, string> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body has a content type that is not taken here.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its Content-Length says.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty.',
  FST_ERR_BAD_URL: 'The address has a percent sign that begins no character.',
  FST_ERR_ASYNC_CONSTRAINT: 'The address is not taken.',
};

/** Whatever was thrown, as an error of the catalogue; what nobody expected is `internal_server_error` without details. */
export function toPlumblineError(error: unknown): PlumblineError {
  if (isPlumblineError(error)) return error;
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PlumblineError('request_too_large', { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const message = code === undefined ? undefined : refusals[code];
    return new PlumblineError('invalid_request', { ...(message === undefined ? {} : { message }), cause: error });
  }
  // Without the database's own words: they may name what only an operator should see.
  const fault = databaseFault(error);
  if (fault !== undefined) return new PlumblineError(fault.code, { cause: error });
  return new PlumblineError('internal_server_error', { cause: error });
}

/** What nobody expected is told to the log only. */
export function logUnexpected(error: PlumblineError, thrown: unknown, request: FastifyRequest, log: Log): void {
  if (error.code !== 'internal_server_error') return;
  const { stack, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const route = request.routeOptions.url;
  log.error({ requestId: request.id, method: request.method, route, error: message, stack }, 'request failed');
}

/** Seconds a client should wait: after a 429, and after what passes by itself, as a database that is busy or restarting. */
const retryAfter: Readonly<Record<number, number>> = { 429: 60, 503: 5 };

export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = toPlumblineError(thrown);
  logUnexpected(error, thrown, request, log);
  const seconds = retryAfter[error.status];
  if (seconds !== undefined && error.retryable) reply.header('retry-after', seconds);
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  // The route's own answer has another shape: what its serialiser would make of this is nothing.
  return reply
    .status(error.status)
    .type('application/json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(errorAnswer(error, request.id));
}
