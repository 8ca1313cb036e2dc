import type { FastifyRequest } from 'fastify';
import { type Actor, can, type Route, type Transport } from '../../features/access/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { HttpServerOptions } from './options.ts';
import { hostAllowed, isForwarded, transportOf, unsafeMethodAllowed } from './origin.ts';
import { sessionCookieName } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; undefined while nobody is signed in. */
    actor: Actor | undefined;
  }
  interface FastifyContextConfig {
    /** Every route has one; a test looks at all of them. */
    permission?: Route['permission'];
  }
}

export function requestTransport(request: FastifyRequest): Transport {
  return transportOf({
    protocol: request.protocol,
    socketAddress: request.socket.remoteAddress ?? '',
    host: request.host,
    headers: request.headers,
  });
}

/** Throws `host_not_allowed`. */
export function requireOwnHost(request: FastifyRequest, publicUrl: URL): void {
  if (!hostAllowed(request.host, publicUrl)) {
    const host = (request.host ?? '').slice(0, 100);
    throw new PlumblineError('host_not_allowed', { message: `The hub does not answer under the host name “${host}”.` });
  }
}

function bearerOf(request: FastifyRequest): string | undefined {
  const match = /^Bearer ([\x21-\x7e]{1,300})$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

export async function identify(
  request: FastifyRequest,
  access: HttpServerOptions['access'],
): Promise<Actor | undefined> {
  const actor = await access.authenticate({
    bearer: bearerOf(request),
    sessionToken: request.cookies[sessionCookieName(requestTransport(request))],
    socketAddress: request.socket.remoteAddress ?? '',
    forwarded: isForwarded(request.headers),
  });
  return actor === undefined ? undefined : { ...actor, origin: { remoteAddress: request.ip, requestId: request.id } };
}

/** Throws `not_authed` or `not_authorized`; the one place where a role meets a permission. */
export function authorise(actor: Actor | undefined, permission: Route['permission']): void {
  if (permission === 'public') return;
  if (actor === undefined) throw new PlumblineError('not_authed');
  if (permission === 'signed_in' || can(actor.role, permission)) return;
  throw new PlumblineError('not_authorized', {
    message: `Your role (${actor.role.replace('_', ' ')}) does not allow this.`,
    data: { permission },
  });
}

/** Throws `foreign_origin`. */
function requireOwnPage(request: FastifyRequest, publicUrl: URL): void {
  const allowed = unsafeMethodAllowed({
    method: request.method,
    headers: request.headers,
    host: request.host,
    publicUrl,
    hasBearer: bearerOf(request) !== undefined,
    hasCookie: request.headers.cookie !== undefined,
  });
  if (!allowed) throw new PlumblineError('foreign_origin');
}

/**
 * Everything that is decided before a byte of the body is read, in this order: host, who (401), from where and
 * whether allowed (403). What is left for later is whether the request makes sense (400).
 */
export function guard(options: HttpServerOptions, permission: Route['permission']) {
  return async (request: FastifyRequest): Promise<void> => {
    // Read now: with port 0 it is known only since the server listens.
    const { publicUrl } = options.config;
    requireOwnHost(request, publicUrl);
    request.actor = await identify(request, options.access);
    if (permission !== 'public' && request.actor === undefined) throw new PlumblineError('not_authed');
    requireOwnPage(request, publicUrl);
    authorise(request.actor, permission);
  };
}
