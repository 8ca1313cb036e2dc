import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  catalogue,
  type ErrorCode,
  type FieldFault,
  faultSentence,
  PlumblineError,
} from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import { readForm } from './body-limits.ts';
import { logUnexpected, toPlumblineError } from './errors.ts';

/*
 * The manners of remote procedure calls: every answer says `ok`; a failure names its code in `error`; a body is JSON or
 * a form. Routes declare `style: 'rpc'`.
 */

/** What a failed call answers with. */
export const RpcFailure = z.object({
  ok: z.literal(false),
  error: z.string(),
  message: z.string(),
  remedy: z.string(),
  request_id: z.string(),
  details: z.record(z.string(), z.json()).optional(),
});

/** 401 for who, 404 for what is not there, 422 for the rest; only a fault of our own is a 500. */
export function rpcStatus(code: ErrorCode): number {
  if (code === 'not_authed') return 401;
  if (code === 'internal_server_error') return 500;
  return catalogue[code].status === 404 && code.endsWith('_not_found') && outside.has(code) === false ? 404 : 422;
}

/** Not found in the outside system: the call itself named nothing wrong. */
const outside: ReadonlySet<string> = new Set(['organization_not_found', 'project_not_found']);

/** In these calls an integration is a connection, and what is wrong with a request is told by its first field. */
export function rpcError(thrown: unknown): PlumblineError {
  const error = toPlumblineError(thrown);
  const { message, remedy, data } = error;
  if (error.code === 'integration_not_found') return new PlumblineError('connection_not_found');
  if (error.code === 'too_many_requests') return new PlumblineError('rate_limited', { message, remedy });
  if (error.code !== 'invalid_request') return error;
  const fields = (data['fields'] ?? []) as FieldFault[];
  const [first] = fields;
  if (first === undefined)
    return new PlumblineError(error.cause instanceof SyntaxError ? 'invalid_json' : 'invalid_field', { message });
  const missing = first.missing === true;
  const named = fields.map(({ path, message: words, known }) => ({
    path: snakeCase(path),
    message: words,
    ...(known === undefined ? {} : { known: known.map(snakeCase) }),
  }));
  return new PlumblineError(missing ? 'missing_required_field' : 'invalid_field', {
    message: `${faultSentence(named, 'body')}.`,
    data: { fields: named },
  });
}

const snakeCase = (path: string): string => path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export function sendRpcError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = rpcError(thrown);
  logUnexpected(error, thrown, request, log);
  const status = rpcStatus(error.code);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  const details = Object.keys(error.data).length === 0 ? {} : { details: detailsOf(error) };
  const body = {
    ok: false,
    error: error.code,
    message: error.message,
    remedy: error.remedy,
    request_id: request.id,
    ...details,
  };
  return reply
    .status(status)
    .type('application/json; charset=utf-8')
    .serializer((answer: unknown) => JSON.stringify(answer))
    .send(body);
}

/** Of a failed check only what failed. */
function detailsOf({ data }: PlumblineError): Record<string, unknown> {
  const { checks } = data;
  if (!Array.isArray(checks)) return data;
  return { checks: (checks as { outcome: string }[]).filter((check) => check.outcome === 'failed') };
}

/** Gives the routes of one scope these manners. */
export function behaveAsRpc(scope: FastifyInstance, log: Log): void {
  scope.setErrorHandler((error, request, reply) => sendRpcError(error, request, reply, log));
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string | Buffer) => readForm(String(body)),
  );
}
