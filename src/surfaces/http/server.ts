import { randomUUID } from 'node:crypto';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { knownPath, PlumblineError } from '../../platform/errors/index.ts';
import { brokenText } from './broken-text.ts';
import { readJson } from './body-limits.ts';
import { invalidRequest, invalidText, sendError } from './errors.ts';
import { answerExpectations, answerUnreadable, readingOptions } from './unreadable.ts';
import { mountHooks } from './hooks.ts';
import { mountRoutes } from './mount.ts';
import { registerOpenApi } from './openapi.ts';
import type { HttpServerOptions } from './options.ts';
import { mountSatellites } from './satellites.ts';
import { trustedProxyTest } from './origin.ts';
import { registerSecurityHeaders } from './security-headers.ts';
import { mountSystemRoutes } from './system-routes.ts';
import { mountWebApplication, prefixOf } from './web-application.ts';

export type { HttpConfig, HttpHealth, HttpMetrics, HttpServerOptions } from './options.ts';

const bodyLimitBytes = 1024 * 1024;

/** Builds the server of API and pages; the caller listens and closes. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const app = makeApp(options);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, options.log));
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data: unknown) => {
    const part = httpPart === 'querystring' ? 'query' : httpPart === 'params' ? 'params' : 'body';
    const broken = brokenText(data);
    if (broken !== undefined) return { error: invalidText(part, knownPath(schema, broken)) };
    const result = schema.safeParse(data);
    return result.success ? { value: result.data } : { error: invalidRequest(part, schema, result.error, data) };
  });
  app.setSerializerCompiler<z.ZodType>(({ schema }) => {
    // Only answers of routes are parsed; errors have one shape and one place.
    if (!(schema instanceof z.ZodType)) return (data: unknown) => JSON.stringify(data);
    return (data: unknown) => JSON.stringify(schema.parse(data));
  });
  acceptEmptyJson(app);
  refuseUnguardedRoutes(app);
  await registerPlugins(app, options);
  observeRequests(app, options);
  mountRoutes(app, options);
  if (options.hooks !== undefined) await mountHooks(app, options, options.hooks);
  if (options.satellites !== undefined) await mountSatellites(app, options, options.satellites);
  mountSystemRoutes(app, options);
  await mountWebApplication(app, options);
  return app;
}

function makeApp({ config, log }: HttpServerOptions): FastifyInstance {
  const prefix = prefixOf(config.publicUrl);
  const app = Fastify({
    ...(config.tls === undefined
      ? { http: readingOptions }
      : { https: { ...config.tls, minVersion: 'TLSv1.2' as const, ...readingOptions } }),
    logger: false,
    trustProxy: trustedProxyTest(config.trustedProxies),
    bodyLimit: bodyLimitBytes,
    requestTimeout: 120_000,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // Names of integrations are up to 100 characters, each up to twelve when encoded.
    routerOptions: { maxParamLength: 1_300 },
    // Proxies either keep the prefix of the public URL or take it off: both arrive here.
    rewriteUrl(request) {
      const url = request.url ?? '/';
      return prefix !== '/' && url.startsWith(prefix) ? url.slice(prefix.length - 1) : url;
    },
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply, log),
    clientErrorHandler: answerUnreadable,
  });
  app.decorateRequest('actor', undefined);
  answerExpectations(app as unknown as FastifyInstance);
  return app as unknown as FastifyInstance;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, as `GET /api/v1/session`; a test compares them with the document. */
    mounted: readonly string[];
  }
}

/** The only route without a declared permission is that of the built files. */
function refuseUnguardedRoutes(app: FastifyInstance): void {
  const mounted: string[] = [];
  app.decorate('mounted', mounted);
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) mounted.push(`${method} ${route.url}`);
    if (route.config?.permission === undefined && route.url !== '/*') {
      throw new Error(`route ${String(route.method)} ${route.url} has no permission`);
    }
  });
}

/** A POST without a body is often sent with the JSON content type all the same. */
function acceptEmptyJson(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, body: string | Buffer) => (body === '' ? undefined : readJson(String(body))),
  );
}

async function registerPlugins(app: FastifyInstance, options: HttpServerOptions): Promise<void> {
  await registerSecurityHeaders(app, options.config.publicUrl);
  await app.register(cookie);
  await app.register(compress, {
    threshold: 1024,
    // A line that waits for the compressor's buffer to fill is not live.
    customTypes: (type) => !/ndjson|event-stream/.test(type) && /json|text|javascript|svg|xml/.test(type),
  });
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: () => new PlumblineError('too_many_requests'),
  });
  await registerOpenApi(app, options.config);
}

function observeRequests(app: FastifyInstance, { log, metrics }: HttpServerOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The declared path: an address may hold names people would not want in a log.
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    const milliseconds = Math.round(reply.elapsedTime);
    metrics.observe?.({ method: request.method, route, status, seconds: reply.elapsedTime / 1000 });
    log.debug({ requestId: request.id, method: request.method, route, status, milliseconds }, 'request');
  });
}
