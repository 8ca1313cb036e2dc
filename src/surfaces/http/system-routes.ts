import type { FastifyInstance } from 'fastify';
import { isLoopbackAddress } from '../../features/access/index.ts';
import { authorise, guard, identify, requireOwnHost } from './guard.ts';
import { openApiDocument } from './openapi.ts';
import type { HttpServerOptions } from './options.ts';
import { isBareAddress, isForwarded } from './origin.ts';

/** Probes, metrics and the OpenAPI document. */
export function mountSystemRoutes(app: FastifyInstance, options: HttpServerOptions): void {
  const { health, metrics, config } = options;
  // Probes call addresses, not names, and learn nothing but yes or no: no host check.
  app.get('/livez', { config: { permission: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send('ok\n'),
  );
  app.get('/readyz', { config: { permission: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    const state = await health.ready();
    return reply.status(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', { config: { permission: 'settings:read' }, schema: { hide: true } }, async (request, reply) => {
    if (!isBareAddress(request.host)) requireOwnHost(request, config.publicUrl);
    // A collector on the same machine needs no token; from elsewhere an API token.
    const sameMachine = isLoopbackAddress(request.socket.remoteAddress ?? '') && !isForwarded(request.headers);
    if (!sameMachine) authorise(await identify(request, options.access), 'settings:read');
    const { contentType, body } = await metrics.text();
    return reply.type(contentType).send(body);
  });
  app.get(
    '/api/v1/openapi.json',
    { config: { permission: 'public' }, schema: { hide: true }, onRequest: guard(options, 'public') },
    async () => openApiDocument(app, config),
  );
}
