import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PlumblineError } from '../../platform/errors/index.ts';
import { requireOwnHost } from './guard.ts';
import type { HttpServerOptions } from './options.ts';
import { contentSecurityPolicy } from './security-headers.ts';

/** Never answered with a page: a program that mistypes an address must get an error, not HTML with status 200. */
const notPages = /^\/(api|hooks|satellite|assets|livez|readyz|metrics)(\/|\.|$)/;

/** Serves the built application; an address that is not a file is the application's own and gets its page. */
export async function mountWebApplication(app: FastifyInstance, options: HttpServerOptions): Promise<void> {
  const { webRoot, config } = options;
  if (webRoot !== undefined) {
    const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      sendPage(request, reply, webRoot, config.publicUrl);
    const ours = { config: { permission: 'public' as const }, schema: { hide: true } };
    app.get('/', ours, page);
    app.get('/index.html', ours, page);
    await app.register(fastifyStatic, {
      root: webRoot,
      index: false,
      preCompressed: true,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders(response, path) {
        // Vite puts a hash of the content into the names below assets/.
        const hashed = path.startsWith(join(webRoot, 'assets'));
        response.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    requireOwnHost(request, config.publicUrl);
    const path = request.url.split('?')[0] ?? '/';
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (webRoot === undefined || !reads || notPages.test(path)) throw new PlumblineError('not_found');
    return sendPage(request, reply, webRoot, config.publicUrl);
  });
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  webRoot: string,
  publicUrl: URL,
): Promise<FastifyReply> {
  requireOwnHost(request, publicUrl);
  const html = await readFile(join(webRoot, 'index.html'), 'utf8');
  const nonce = randomBytes(16).toString('base64');
  return reply
    .status(200)
    .header('content-security-policy', contentSecurityPolicy(nonce))
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(withHead(html, prefixOf(publicUrl), nonce));
}

/** `/plumbline/` for `https://host/plumbline`, `/` without a prefix. */
export function prefixOf(publicUrl: URL): string {
  return publicUrl.pathname.endsWith('/') ? publicUrl.pathname : `${publicUrl.pathname}/`;
}

/**
 * The bundle is built without knowing its prefix: `<base>` tells it. The nonce, under the name libraries look for, is
 * for style elements made at run time (the SQL editor makes some).
 */
function withHead(html: string, prefix: string, nonce: string): string {
  const base = `<base href="${prefix.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`;
  const clean = html.replace(/<base\b[^<>]*>/i, '');
  return clean.replace(/<head([^<>]*)>/i, `<head$1>${base}<meta property="csp-nonce" nonce="${nonce}">`);
}
