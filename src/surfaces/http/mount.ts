import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Actor, Answer, type Route, type RouteRequest, StreamedAnswer } from '../../features/access/index.ts';
import { seeingOnly, type VisibleRows } from '../../platform/database/index.ts';
import { guard, requestTransport } from './guard.ts';
import { routeDocumentation } from './openapi.ts';
import type { HttpServerOptions } from './options.ts';
import { behaveAsRpc } from './rpc.ts';
import { fileOf, takeFiles } from './uploads.ts';
import { sessionCookieName, sessionCookieOptions } from './session-cookie.ts';

type AnyRequest = RouteRequest<unknown, unknown, unknown, unknown>;

/** Mounts what rooms declared. A path declared twice is refused by the router. */
export function mountRoutes(app: FastifyInstance, options: HttpServerOptions): void {
  const streams = new Set<Readable>();
  // Live streams end only when somebody ends them: a shutdown must not wait for the last browser.
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.destroy();
  });
  const mounting = { ...options, streams };
  const isRpc = (route: Route): boolean => route.style === 'rpc';
  const plain = options.routes.filter((route) => !isRpc(route) && route.upload === undefined);
  for (const route of plain) mountRoute(app, mounting, route);
  for (const route of options.routes) {
    const { upload } = route;
    if (upload === undefined) continue;
    void app.register(async (scope) => {
      takeFiles(scope, upload);
      mountRoute(scope, mounting, route);
    });
  }
  void app.register(async (scope) => {
    behaveAsRpc(scope, options.log);
    for (const route of options.routes.filter(isRpc)) mountRoute(scope, mounting, route);
  });
}

type MountOptions = HttpServerOptions & { streams: Set<Readable> };

function mountRoute(app: FastifyInstance, options: MountOptions, route: Route): void {
  const handle = route.handle as unknown as (request: AnyRequest) => Promise<unknown>;
  const timeWindow = 60_000;
  const limits = {
    normal: {},
    sign_in: { rateLimit: { max: options.config.signInCallsPerMinute ?? 30, timeWindow } },
    outside: { rateLimit: { max: 120, timeWindow } },
  };
  app.route({
    method: route.method,
    url: route.path,
    config: { permission: route.permission, scope: route.scope, ...limits[route.rateLimit] },
    schema: { ...requestShapes(route), ...routeDocumentation(route) },
    onRequest: guard(options, route),
    async handler(request, reply) {
      const asked = toRouteRequest(request, reply);
      const exchange = { request, reply, streams: options.streams };
      const rows = await boundsOf(options, route, request.actor);
      if (rows === undefined) return answer(await handle(asked), exchange);
      return answer(boundStream(rows, await seeingOnly(rows, () => handle(asked))), exchange);
    },
  });
}

/** What the database shows of a route's rows to its caller; undefined for all of them. */
async function boundsOf({ access }: MountOptions, { scope }: Route, actor: Actor | undefined) {
  return scope === 'rows' && actor !== undefined ? access.visibleTo(actor) : undefined;
}

/** A file is read from the database while it is sent, long after the handler returned: each piece within the same bounds. */
function boundStream(rows: VisibleRows, result: unknown): unknown {
  if (!(result instanceof StreamedAnswer)) return result;
  const { stream, contentType, fileName } = result;
  return new StreamedAnswer(contentType, Readable.from(seenOnly(rows, stream), { objectMode: false }), fileName);
}

async function* seenOnly(rows: VisibleRows, stream: Readable): AsyncGenerator<Uint8Array | string> {
  const pieces = seeingOnly(rows, () => stream[Symbol.asyncIterator]());
  try {
    for (;;) {
      const next = await seeingOnly(rows, () => pieces.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stream.destroy();
  }
}

const nothing = z.strictObject({});
const noBody = nothing.nullish();

/** A route that declares no query or body refuses one, rather than ignoring what somebody meant. */
function requestShapes(route: Route): Record<string, z.ZodType> {
  const shapes: Record<string, z.ZodType> = { querystring: strict(route.query ?? nothing) };
  if (route.params !== undefined) shapes['params'] = strict(route.params);
  if (route.method !== 'GET' && route.upload === undefined) shapes['body'] = strict(route.body ?? noBody);
  return shapes;
}

/** Unknown fields are refused also where a room wrote a plain object. */
function strict(shape: z.ZodType): z.ZodType {
  return shape instanceof z.ZodObject && shape.def.catchall === undefined ? shape.strict() : shape;
}

function toRouteRequest(request: FastifyRequest, reply: FastifyReply): AnyRequest {
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    file: fileOf(request),
    actor: request.actor,
    requestId: request.id,
    remoteAddress: request.ip,
    transport: requestTransport(request),
    headers: request.headers,
    signal: abortWithClient(reply),
  };
}

/** Aborts when the connection closes before the answer was written. */
function abortWithClient(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  streams: Set<Readable>;
}

function answer(result: unknown, { request, reply, streams }: Exchange): unknown {
  if (result instanceof StreamedAnswer) {
    const { stream, contentType, fileName } = result;
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    reply.type(contentType);
    if (fileName !== undefined) reply.header('content-disposition', attachment(fileName));
    return reply.send(stream);
  }
  if (!(result instanceof Answer)) return result;
  const { status, session } = result.options;
  const transport = requestTransport(request);
  const name = sessionCookieName(transport);
  if (session === 'clear') reply.clearCookie(name, sessionCookieOptions(transport));
  else if (session !== undefined) {
    reply.setCookie(name, session.token, sessionCookieOptions(transport, session.expiresAt));
  }
  reply.status(status ?? 200);
  return result.body;
}

/** RFC 6266: a plain name for all, the exact one for those who read it. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^A-Za-z0-9._-]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName).replaceAll("'", '%27')}`;
}
