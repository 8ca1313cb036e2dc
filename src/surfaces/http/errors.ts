import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ErrorAnswer } from '../../features/access/contract.ts';
import { databaseFault } from '../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';

type Part = 'params' | 'query' | 'body';

interface InvalidField {
  in: Part;
  path: string;
  message: string;
}

/** `invalid_request` that names every field at fault. Values are not repeated: one could be a secret. */
export function invalidRequest(part: Part, error: z.ZodError): PlumblineError {
  const fields = error.issues.flatMap((issue): InvalidField[] => {
    const path = issue.path.map(String).join('.');
    if (issue.code !== 'unrecognized_keys') return [{ in: part, path, message: issue.message }];
    return issue.keys.map((key) => ({
      in: part,
      path: path === '' ? key : `${path}.${key}`,
      message: 'is not a known field',
    }));
  });
  const sentences = fields.map((field) => `${field.path === '' ? field.in : field.path}: ${field.message}`);
  const message = `The request is not valid. ${sentences.slice(0, 10).join('; ')}`;
  return new PlumblineError('invalid_request', { message, data: { fields } });
}

/** `invalid_request` for a text that cannot be stored. */
export function invalidText(part: Part, path: readonly string[]): PlumblineError {
  const field = { in: part, path: path.join('.'), message: 'contains a NUL character or half a surrogate pair' };
  const message = `The request is not valid. ${field.path === '' ? part : field.path}: ${field.message}`;
  return new PlumblineError('invalid_request', { message, data: { fields: [field] } });
}

/** What a failed request answers with. */
function errorAnswer(error: PlumblineError, requestId: string): ErrorAnswer {
  const { code, message, remedy, upstream, data } = error;
  const details =
    Object.keys(data).length === 0 ? {} : { details: data as NonNullable<ErrorAnswer['error']['details']> };
  return { error: { code, message, remedy, upstream: upstream ?? null, requestId, ...details } };
}

/** Whatever was thrown, as an error of the catalogue; what nobody expected is `internal_server_error` without details. */
export function toPlumblineError(error: unknown): PlumblineError {
  if (isPlumblineError(error)) return error;
  const { code, statusCode, message } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PlumblineError('request_too_large', { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const known = code !== undefined && /^FST_ERR_(CTP|BAD_URL|VALIDATION)/.test(code);
    const details = known && message !== undefined ? { message } : {};
    return new PlumblineError('invalid_request', { ...details, cause: error });
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

/** Seconds a client should wait after a 429. */
const retryAfterSeconds = 60;

export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = toPlumblineError(thrown);
  logUnexpected(error, thrown, request, log);
  if (error.status === 429) reply.header('retry-after', retryAfterSeconds);
  if (error.status === 401) reply.header('www-authenticate', 'Bearer');
  // The route's own answer has another shape: what its serialiser would make of this is nothing.
  return reply
    .status(error.status)
    .type('application/json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(errorAnswer(error, request.id));
}
