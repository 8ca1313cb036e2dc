import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance } from 'fastify';
import { PlumblineError } from '../../platform/errors/index.ts';
import { sendError } from './errors.ts';
import { answerExpectations, answerUnreadable, readingOptions } from './unreadable.ts';
import { authorise, hostOf, identify, isLocalCall, requireOwnHost } from './guard.ts';
import type { HttpServerOptions } from './options.ts';
import { isBareAddress, trustedProxyTest } from './origin.ts';

type ProbeOptions = Pick<HttpServerOptions, 'config' | 'access' | 'metrics' | 'health'>;

/** `/livez`, `/readyz` and `/metrics`. */
export function mountProbes(app: FastifyInstance, { health, metrics, config, access }: ProbeOptions): void {
  // Probes call addresses, not names, and learn nothing but yes or no: no host check.
  app.get('/livez', { config: { permission: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send('ok\n'),
  );
  app.get('/readyz', { config: { permission: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    const state = await health.ready();
    return reply.status(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', { config: { permission: 'settings:read' }, schema: { hide: true } }, async (request, reply) => {
    if (!isBareAddress(hostOf(request))) requireOwnHost(request, config.publicUrl);
    // A collector on the same machine needs no token; from elsewhere an API token.
    if (!isLocalCall(request))
      authorise(await identify(request, access), { permission: 'settings:read', scope: 'organization' });
    const { contentType, body } = await metrics.text();
    return reply.type(contentType).send(body);
  });
}

/** The listener of a process without pages and API: probes, and nothing else. */
export async function createProbeServer(
  options: ProbeOptions & Pick<HttpServerOptions, 'log'>,
): Promise<FastifyInstance> {
  const { config, log } = options;
  const app = Fastify({
    ...(config.tls === undefined
      ? { http: readingOptions }
      : { https: { ...config.tls, minVersion: 'TLSv1.2' as const, ...readingOptions } }),
    logger: false,
    trustProxy: trustedProxyTest(config.trustedProxies),
    bodyLimit: 1024,
    requestTimeout: 30_000,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply, log),
    clientErrorHandler: answerUnreadable,
  }) as unknown as FastifyInstance;
  app.decorateRequest('actor', undefined);
  answerExpectations(app);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log));
  app.setNotFoundHandler(async () => {
    throw new PlumblineError('not_found', {
      message: 'This process has no pages and no API.',
      remedy: 'Ask a process with role web or all; here are only /livez, /readyz and /metrics.',
    });
  });
  await app.register(cookie);
  mountProbes(app, options);
  return app;
}
