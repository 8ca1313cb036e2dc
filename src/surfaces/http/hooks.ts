import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HookCall, Refusal } from '../../features/inbox/index.ts';
import { sendError, toPlumblineError } from './errors.ts';
import { requireOwnHost } from './guard.ts';
import type { Hooks, HttpServerOptions } from './options.ts';

const paths = [
  '/hooks/:kind/:integration',
  '/hooks/:kind/:integration/:first',
  '/hooks/:kind/:integration/:first/:second',
];

/** Senders are programs on a few addresses; somebody who guesses gets no further than this in a minute. */
const callsPerMinute = 6_000;

interface Params {
  kind: string;
  integration: string;
  first?: string;
  second?: string;
}

/** The size limit holds while the body is read, the rate limit before that: both before any database work. */
export async function mountHooks(app: FastifyInstance, options: HttpServerOptions, hooks: Hooks): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((thrown, request, reply) => {
      const error = toPlumblineError(thrown);
      hooks.refuse({ ...placeOf(request), reason: error.code, address: request.ip });
      return sendError(error, request, reply, options.log);
    });
    for (const url of paths) {
      scope.route<{ Params: Params }>({
        method: 'POST',
        url,
        bodyLimit: hooks.maxBodyBytes,
        config: {
          permission: 'public',
          rateLimit: { max: options.config.hookCallsPerMinute ?? callsPerMinute, timeWindow: 60_000 },
        },
        schema: { hide: true },
        onRequest: async (request) => requireOwnHost(request, options.config.publicUrl),
        async handler(request, reply) {
          await hooks.accept(toCall(request));
          return reply.status(204).send();
        },
      });
    }
  });
}

function toCall(request: FastifyRequest<{ Params: Params }>): HookCall {
  const { kind, integration, first, second } = request.params;
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')] as const);
  return {
    kind,
    integrationId: integration,
    rest: [first, second].filter((part) => part !== undefined),
    headers: Object.fromEntries(headers),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    address: request.ip,
  };
}

function placeOf(request: FastifyRequest): Pick<Refusal, 'kind' | 'integrationId'> {
  const { kind = '', integration = '' } = request.params as Partial<Params>;
  const integrationId = /^\d{1,15}$/.test(integration) ? Number(integration) : null;
  return { kind: kind.slice(0, 100), integrationId };
}
