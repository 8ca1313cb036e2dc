import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { expect } from 'vitest';

interface Declared {
  response?: Record<string, unknown>;
  'x-error-codes'?: readonly string[];
  'x-streams'?: readonly string[];
}

/** Notes every answer that the OpenAPI document does not know of its route; the returned function fails for them. */
export function checkAnswers(app: FastifyInstance): () => void {
  const undeclared = new Set<string>();
  app.addHook('onSend', async (request, reply, payload) => {
    const wrong = objection(request, reply, payload);
    if (wrong !== undefined) undeclared.add(`${request.method} ${request.routeOptions.url}: ${wrong}`);
    return payload;
  });
  return () => expect([...undeclared], 'answers that the OpenAPI document does not know').toEqual([]);
}

function objection(request: FastifyRequest, reply: FastifyReply, payload: unknown): string | undefined {
  const declared = request.routeOptions.schema as Declared | undefined;
  const codes = declared?.['x-error-codes'];
  if (codes === undefined) return undefined;
  const { statusCode } = reply;
  if (statusCode >= 400) {
    const code = codeOf(payload);
    if (!Object.hasOwn(declared?.response ?? {}, String(statusCode))) return `status ${statusCode} (${code})`;
    return codes.includes(code) ? undefined : `code ${code}`;
  }
  const type = String(reply.getHeader('content-type') ?? '').split(';')[0] ?? '';
  const types = [...(declared?.['x-streams'] ?? []), ...(declared?.response?.['2xx'] ? ['application/json'] : [])];
  return types.includes(type) ? undefined : `content type ${type}`;
}

function codeOf(payload: unknown): string {
  try {
    const { error } = JSON.parse(String(payload)) as { error: string | { code: string } };
    return typeof error === 'string' ? error : error.code;
  } catch {
    return 'no code';
  }
}
