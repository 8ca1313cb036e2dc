import type { FastifyInstance } from 'fastify';
import { guard } from './guard.ts';
import { openApiDocument } from './openapi.ts';
import type { HttpServerOptions } from './options.ts';
import { mountProbes } from './probes.ts';

/** Probes, metrics and the OpenAPI document. */
export function mountSystemRoutes(app: FastifyInstance, options: HttpServerOptions): void {
  mountProbes(app, options);
  app.get(
    '/api/v1/openapi.json',
    {
      config: { permission: 'public' },
      schema: { hide: true },
      onRequest: guard(options, { permission: 'public', scope: 'own', caller: 'page_or_program' }),
    },
    async () => openApiDocument(app, options.config),
  );
}
