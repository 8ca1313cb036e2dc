import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  type ArmedFaults,
  type CommonFault,
  createFaults,
  type FaultKind,
  type Faults,
  type OwnFault,
} from './faults.ts';
import { createJournal, type Journal, type JournalEntry } from './journal.ts';
import { html, type Reply } from './reply.ts';
import { plainRefusals, type Refusals, send } from './send.ts';
import { shownBy } from './tokens.ts';

/** One request, as a simulator sees it. */
export interface Received<World, Own extends OwnFault = never> {
  method: string;
  /** Below the base URL, without a slash at its start. */
  path: string;
  /** As it was asked for, with its query. */
  url: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Base URL under which the server was asked. */
  baseUrl: string;
  /** Faults that strike it; those of the system itself are its own to carry out. */
  faults: readonly FaultKind<World, Own>[];
}

export interface Answered {
  reply: Reply;
  /** False for a path that this server does not have. */
  known: boolean;
  /** Who asked, for the journal. */
  who: string;
}

export interface WireOptions<World, Own extends OwnFault = never> {
  /** What the faults `before` and `after` change. */
  world: World;
  answer(received: Received<World, Own>): Answered | Promise<Answered>;
  /** What lies outside the context; default a page that says 404. */
  outside?(received: Received<World, Own>): Answered;
  /** Speaks TLS with this certificate. */
  tls?: { cert: string; key: string } | undefined;
  /** Default: a free one. */
  port?: number | undefined;
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** Path below which the server lives, e.g. `/sonar`. */
  context?: string | undefined;
  /** Compresses what is worth it for clients that accept it; default true. */
  compress?: boolean | undefined;
  /** The server's own clock, which may be wrong. */
  now?: () => Date;
  refusals?: Refusals;
  /** How the endpoints name the project. */
  projectParameters?: readonly string[];
  /** Longest body that is read. */
  maximumBody?: number;
}

export interface Wire<World, Own extends OwnFault = never> {
  /** Base URL with context, without a slash at the end. */
  url: string;
  journal: Journal;
  faults: Faults<World, Own>;
  close: () => Promise<void>;
}

/** A server on loopback with a journal of its requests and faults that strike them: what every simulator stands on. */
export async function startWire<World, Own extends OwnFault = never>(
  options: WireOptions<World, Own>,
): Promise<Wire<World, Own>> {
  const { journal, record } = createJournal();
  const armed = createFaults<World, Own>(options.projectParameters);
  // Real servers take URLs of 18 kB: 500 issue keys in one call.
  const maxHeaderSize = 65_536;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(options, { armed, record }, request, response).catch((cause: unknown) => {
      // A mistake of the simulator itself must be seen, not look like a server's fault.
      process.stderr.write(`simulator: ${cause instanceof Error ? cause.stack : String(cause)}\n`);
      response.destroy();
    });
  };
  const server =
    options.tls === undefined
      ? createServer({ maxHeaderSize }, listener)
      : createTlsServer({ maxHeaderSize, ...options.tls }, listener);
  server.keepAliveTimeout = 20_000;
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `${schemeOf(options)}://${host}:${port}${options.context ?? ''}`,
    journal,
    faults: armed.faults,
    close,
  };
}

async function serve<World, Own extends OwnFault>(
  options: WireOptions<World, Own>,
  { armed, record }: { armed: ArmedFaults<World, Own>; record: (entry: JournalEntry) => void },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { context = '', world } = options;
  if (options.now !== undefined) response.setHeader('Date', options.now().toUTCString());
  const url = new URL(request.url ?? '/', 'http://simulator');
  const inContext = context === '' || url.pathname.startsWith(`${context}/`);
  const path = (inContext ? url.pathname.slice(context.length) : url.pathname).replace(/^\//, '');
  const body = await bodyOf(request, options.maximumBody ?? 1_000_000);
  const query = withForm(url.searchParams, request, body);
  const faults = armed.take(path, query);
  const common = faults as readonly CommonFault<World>[];
  for (const fault of common) if (fault.type === 'before') fault.run(world);
  const received: Received<World, Own> = {
    method: request.method ?? 'GET',
    path,
    url: request.url ?? '/',
    query,
    headers: request.headers,
    body,
    baseUrl: `${schemeOf(options)}://${request.headers.host ?? 'localhost'}${context}`,
    faults,
  };
  const { reply, known, who } = inContext
    ? await options.answer(received)
    : (options.outside?.(received) ?? outsidePage);
  const entry = entryOf(received, { known, who });
  record(entry);
  const acceptsGzip = options.compress !== false && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const refusals = options.refusals ?? plainRefusals;
  entry.status = await send(reply, { response, faults: common, refusals, acceptsGzip });
  for (const fault of common) if (fault.type === 'after') fault.run(world);
}

const schemeOf = ({ tls }: { tls?: object | undefined }): string => (tls === undefined ? 'http' : 'https');

const outsidePage: Answered = { reply: html(404, 'HTTP Status 404 – Not Found'), known: false, who: 'anonymous' };

function entryOf<World, Own extends OwnFault>(
  { method, path, url, query, headers, faults }: Received<World, Own>,
  { known, who }: { known: boolean; who: string },
): JournalEntry {
  return {
    at: new Date(),
    method,
    path,
    url,
    query: Object.fromEntries(query),
    tokenKind: who,
    scheme: shownBy(headers.authorization).scheme,
    status: null,
    known,
    fault: faults.find(({ type }) => type !== 'before' && type !== 'after' && type !== 'hold')?.type ?? null,
  };
}

async function bodyOf(request: IncomingMessage, maximum: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maximum) break;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Parameters may come in the address or as a form. */
function withForm(query: URLSearchParams, request: IncomingMessage, body: Buffer): URLSearchParams {
  const isForm = String(request.headers['content-type'] ?? '').includes('application/x-www-form-urlencoded');
  if (isForm) for (const [name, value] of new URLSearchParams(body.toString('utf8'))) query.append(name, value);
  return query;
}
