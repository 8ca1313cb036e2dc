import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Actor, Route, StreamedAnswer } from '../../src/features/access/index.ts';
import { route } from '../../src/features/access/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { ensureWebBundle } from '../../src/web-bundle.ts';
import { createHttpServer } from '../../src/surfaces/http/index.ts';

/** Folder of the application, built as `up` builds it and only when its sources changed. */
export async function buildWeb(): Promise<string> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = await ensureWebBundle(root, join(tmpdir(), 'plumbline-browser-tests'), silentLog);
  if (folder === undefined) throw new Error('The web application could not be built.');
  return folder;
}

interface Call {
  params: Record<string, string>;
  query: Record<string, unknown>;
  body: unknown;
}

/** A route with a prepared answer. It passes the same parser and serialiser as the hub's own. */
export function prepared<Shape extends z.ZodType>(
  method: Route['method'],
  path: string,
  shape: Shape,
  answer: (call: Call) => z.input<Shape> | StreamedAnswer | Promise<z.input<Shape> | StreamedAnswer>,
  /** Takes a file of this type in place of JSON. */
  file?: { type: string },
): Route {
  const anything = z.looseObject({});
  return route({
    method,
    path,
    permission: 'public',
    scope: 'own',
    summary: `Prepared answer of ${path}.`,
    tag: 'Prepared',
    params: z.record(z.string(), z.string()),
    query: anything,
    ...(file === undefined ? { body: z.any() } : { upload: { ...file, maxBytes: 1_000_000 } }),
    response: shape,
    handle: async (request) => answer(request as unknown as Call) as never,
  });
}

export interface Stage {
  /** With the path prefix, ending in a slash. */
  url: string;
  close(): Promise<void>;
}

const administrator: Actor = { kind: 'user', userId: 1, tokenId: null, name: 'ada@example.com', role: 'admin' };

/**
 * The hub's own HTTP surface (security headers, base address, parsers) over prepared answers, under a path prefix, so
 * that every state of a page can be had without waiting for it.
 */
export async function startStage(webRoot: string, routes: readonly Route[]): Promise<Stage> {
  // The port is part of the public URL, which must be known before listening.
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/plumbline/`;
  const app = await createHttpServer({
    config: { publicUrl: new URL(url), tls: undefined, trustedProxies: [], version: '0.1.0' },
    log: silentLog,
    routes,
    access: { authenticate: async () => administrator, visibleTo: async () => undefined },
    metrics: { text: async () => ({ contentType: 'text/plain', body: '' }) },
    health: { ready: async () => ({ ready: true, checks: { database: 'ok', migrations: 'ok' } }) },
    webRoot,
  });
  await app.listen({ host: '127.0.0.1', port });
  return { url, close: () => app.close() };
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
