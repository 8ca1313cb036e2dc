import type { FastifyRequest } from 'fastify';
import { type Actor, may, reaches, type Route, type Transport } from '../../features/access/index.ts';
import { nothingVisible } from '../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { HttpServerOptions } from './options.ts';
import { hostAllowed, isLocal, transportOf, unsafeMethodAllowed } from './origin.ts';
import { sessionCookieName } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; undefined while nobody is signed in. */
    actor: Actor | undefined;
  }
  interface FastifyContextConfig {
    /** Every route has one; a test looks at all of them. */
    permission?: Route['permission'];
    scope?: Route['scope'];
  }
}

export function requestTransport(request: FastifyRequest): Transport {
  return transportOf({
    protocol: request.protocol,
    ...callOf(request),
  });
}

const callOf = (request: FastifyRequest) => ({
  socketAddress: request.socket.remoteAddress ?? '',
  host: hostOf(request),
  headers: request.headers,
});

/** As it came in, whatever a proxy says it was before. */
export const hostOf = (request: FastifyRequest): string | undefined => request.raw.headers.host;

export const isLocalCall = (request: FastifyRequest): boolean => isLocal(callOf(request));

/**
 * Throws `host_not_allowed`. What a trusted proxy says the host was must be ours too: it decides nothing, and a proxy
 * that is told another name is asked for another site.
 */
export function requireOwnHost(request: FastifyRequest, publicUrl: URL): void {
  requireOneHost(request);
  const believed = request.host === '' ? undefined : request.host;
  const wrong = [hostOf(request), believed].find((host) => !hostAllowed(host, publicUrl));
  if (!hostAllowed(hostOf(request), publicUrl) || !hostAllowed(believed, publicUrl)) {
    const host = (wrong ?? '').slice(0, 100);
    throw new PlumblineError('host_not_allowed', { message: `The hub does not answer under the host name “${host}”.` });
  }
}

/** Of two a proxy before us may have looked at the other one. */
function requireOneHost(request: FastifyRequest): void {
  const names = request.raw.rawHeaders.filter((_, index) => index % 2 === 0);
  if (names.filter((name) => name.toLowerCase() === 'host').length > 1)
    throw new PlumblineError('invalid_request', { message: 'The request has two Host headers.' });
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
    forwarded: !isLocalCall(request),
  });
  return actor === undefined ? undefined : { ...actor, origin: { remoteAddress: request.ip, requestId: request.id } };
}

/** Throws `not_authed` or `not_authorized`; the one place where a role meets a permission. */
export function authorise(actor: Actor | undefined, { permission, scope }: Pick<Route, 'permission' | 'scope'>): void {
  if (permission === 'public') return;
  if (actor === undefined) throw new PlumblineError('not_authed');
  if (may(actor, permission) && reaches(actor, scope)) return;
  const reason = whyNot(actor, permission);
  throw new PlumblineError('not_authorized', {
    message: reason,
    data: { permission },
  });
}

function whyNot({ role, only, within }: Actor, permission: Exclude<Route['permission'], 'public'>): string {
  if (only !== undefined) return `This token is for ${only} only.`;
  if (within === undefined || !may({ role }, permission))
    return `Your role (${role.replace('_', ' ')}) does not allow this.`;
  return 'This is about the whole organization; you work in some of its teams.';
}

/** Throws `not_authorized`, alike for a node of others and one that there is not; what is no number is told so later. */
async function requireOwnNode({ access }: HttpServerOptions, { actor, params }: FastifyRequest): Promise<void> {
  if (actor?.within === undefined) return;
  const { id } = params as { id?: string };
  const { nodes } = (await access.visibleTo(actor)) ?? nothingVisible;
  if (nodes.some((node) => String(node) === id)) return;
  throw new PlumblineError('not_authorized', { message: 'This is no node of yours; you work in some teams.' });
}

/** Throws `foreign_origin`. */
function requireOwnPage(request: FastifyRequest, publicUrl: URL): void {
  const allowed = unsafeMethodAllowed({
    method: request.method,
    headers: request.headers,
    host: hostOf(request),
    publicUrl,
    hasBearer: bearerOf(request) !== undefined,
    hasCookie: request.headers.cookie !== undefined,
  });
  if (!allowed) throw new PlumblineError('foreign_origin');
}

/** Who need not be signed in is not kept out, nor from signing in anew, by a provider that cannot be asked. */
const unlessNeeded =
  (permission: Route['permission']) =>
  (error: unknown): undefined => {
    if (permission === 'public' && isPlumblineError(error, 'sso_not_confirmed')) return undefined;
    throw error;
  };

/**
 * Everything that is decided before a byte of the body is read, in this order: host, who (401), from where and
 * whether allowed (403). What is left for later is whether the request makes sense (400).
 */
export function guard(options: HttpServerOptions, route: Pick<Route, 'permission' | 'scope' | 'caller'>) {
  return async (request: FastifyRequest): Promise<void> => {
    // Read now: with port 0 it is known only since the server listens.
    const { publicUrl } = options.config;
    requireOwnHost(request, publicUrl);
    if (route.caller === 'outside_program') {
      // A cookie could make a page of another site act for somebody: nobody is signed in here.
      request.actor = undefined;
      return authorise(undefined, route);
    }
    request.actor = await identify(request, options.access).catch(unlessNeeded(route.permission));
    if (route.permission !== 'public' && request.actor === undefined) throw new PlumblineError('not_authed');
    requireOwnPage(request, publicUrl);
    authorise(request.actor, route);
    if (route.scope === 'node') await requireOwnNode(options, request);
  };
}
