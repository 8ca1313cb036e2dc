import type { CookieSerializeOptions } from '@fastify/cookie';
import type { Transport } from '../../features/access/index.ts';

/**
 * Over HTTPS the browser itself holds the `__Host-` promise: set by this host, for this host, encrypted only. Another
 * name over plain HTTP, so that a cookie set there can never pass for it.
 */
export function sessionCookieName(transport: Transport): string {
  return transport === 'https' ? '__Host-plumbline' : 'plumbline';
}

/** Lax: following a link from elsewhere keeps people signed in; unsafe methods are checked apart. */
export function sessionCookieOptions(transport: Transport, expires?: Date): CookieSerializeOptions {
  const options: CookieSerializeOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: transport === 'https' };
  return expires === undefined ? options : { ...options, expires };
}
