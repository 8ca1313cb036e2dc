import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { World } from '../state/model.ts';
import { type Call, choices, type Endpoint } from './call.ts';
import type { FaultKind } from './faults.ts';
import type { JournalEntry } from './journal.ts';
import { ApiError, errorReply, html, json, type Reply, unauthorized, unknownUrl } from './reply.ts';
import { send } from './send.ts';
import { type Subject, subjectOf } from './subject.ts';

/** Longest form body that is read. */
const maximumBody = 1_000_000;

export interface ServerParts {
  world: World;
  /** Web context, e.g. `/sonar`; empty for the root. */
  context: string;
  endpoints: readonly Endpoint[];
  /** Answers that come before the endpoints, e.g. recorded ones. */
  before?: (call: Call, path: string, method: string) => Reply | null;
  record: (entry: JournalEntry) => void;
  takeFaults: (path: string, query: URLSearchParams) => FaultKind[];
  /** Compresses what is worth it for clients that accept it. */
  compress: boolean;
}

export function createSimulatorServer(parts: ServerParts): Server {
  const rate = createRateLimit(parts.world);
  // The real server takes URLs of 18 kB: 500 issue keys in one call.
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    answer(parts, rate, request, response).catch((cause: unknown) => {
      // A mistake of the simulator itself must be seen, not look like a server's fault.
      process.stderr.write(`simulator: ${cause instanceof Error ? cause.stack : String(cause)}\n`);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 20_000;
  return server;
}

/** Cloud's limit: so many requests in any minute, then 429 without `Retry-After`. */
function createRateLimit(world: World): () => boolean {
  const limit = world.profile.requestsPerMinute;
  const times: number[] = [];
  return () => {
    if (limit === null) return true;
    const now = Date.now();
    while (times.length > 0 && (times[0] ?? 0) < now - 60_000) times.shift();
    if (times.length >= limit) return false;
    times.push(now);
    return true;
  };
}

async function answer(
  parts: ServerParts,
  rate: () => boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  // By the server's own clock, which may be wrong.
  response.setHeader('Date', parts.world.now().toUTCString());
  const query = url.searchParams;
  for (const [name, value] of await formOf(request)) query.append(name, value);
  const method = request.method ?? 'GET';
  const inContext = parts.context === '' || url.pathname.startsWith(`${parts.context}/`);
  const path = (inContext ? url.pathname.slice(parts.context.length) : url.pathname).replace(/^\//, '');
  const faults = parts.takeFaults(path, query);
  for (const fault of faults) if (fault.type === 'before') fault.run(parts.world);
  const subject = subjectOf(parts.world, request.headers.authorization);
  const call: Call = {
    world: parts.world,
    profile: parts.world.profile,
    subject,
    query,
    baseUrl: `http://${request.headers.host ?? 'localhost'}${parts.context}`,
    overlap: faults.find((fault) => fault.type === 'overlap')?.rows ?? 0,
  };
  const { reply, known } = inContext
    ? replyTo(parts, rate, call, method, path)
    : { reply: html(404, 'HTTP Status 404 – Not Found'), known: false };
  const entry = entryOf({ method, path, query, subject, known, faults });
  parts.record(entry);
  const acceptsGzip = parts.compress && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  entry.status = await send(reply, { response, path, faults, acceptsGzip });
  for (const fault of faults) if (fault.type === 'after') fault.run(parts.world);
}

function entryOf(part: {
  method: string;
  path: string;
  query: URLSearchParams;
  subject: Subject;
  known: boolean;
  faults: readonly FaultKind[];
}): JournalEntry {
  const { subject } = part;
  return {
    at: new Date(),
    method: part.method,
    path: part.path,
    query: Object.fromEntries(part.query),
    tokenKind: subject.kind === 'token' ? subject.token.kind : subject.kind,
    status: null,
    known: part.known,
    fault: part.faults.find(({ type }) => type !== 'before' && type !== 'after' && type !== 'hold')?.type ?? null,
  };
}

function replyTo(
  parts: ServerParts,
  rate: () => boolean,
  call: Call,
  method: string,
  path: string,
): { reply: Reply; known: boolean } {
  if (!path.startsWith('api/')) return { reply: html(200, 'SonarQube'), known: true };
  if (!rate()) return { reply: json({ errors: [{ msg: 'Too many requests' }] }, 429), known: true };
  if (parts.world.status !== 'UP' && path !== 'api/system/status')
    return { reply: errorReply(unknownUrl(`/${path}`)), known: true };
  const recorded = parts.before?.(call, path, method);
  if (recorded) return { reply: recorded, known: true };
  const endpoint = parts.endpoints.find((one) => one.path === path && (one.on?.(call.profile) ?? true));
  return { reply: guarded(call, endpoint, method, path), known: endpoint !== undefined };
}

function guarded(call: Call, endpoint: Endpoint | undefined, method: string, path: string): Reply {
  const { subject, world } = call;
  const anonymousRefused = subject.kind === 'anonymous' && world.forceAuthentication && !world.profile.cloud;
  if (!endpoint?.open && (subject.kind === 'invalid' || anonymousRefused)) return unauthorized();
  try {
    if (!endpoint) return unknownPath(call, path);
    if (endpoint.method !== method) throw new ApiError(405, `HTTP method ${endpoint.method} is required`);
    for (const [name, values] of Object.entries(endpoint.choices ?? {})) choices(call, values(call.profile), name);
    return endpoint.handle(call);
  } catch (cause) {
    if (cause instanceof ApiError) return errorReply(cause);
    throw cause;
  }
}

/** v2 has its own words; before 10.8 an unknown v2 path was a page of HTML. */
function unknownPath({ profile }: Call, path: string): Reply {
  if (!path.startsWith('api/v2/') || !profile.v2) return errorReply(unknownUrl(`/${path}`));
  return profile.modes ? json({ message: 'Resource not found.' }, 404) : html(404, 'HTTP Status 404 – Not Found');
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  if (request.method !== 'POST' && request.method !== 'PATCH') return new URLSearchParams();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maximumBody) break;
    chunks.push(chunk as Buffer);
  }
  const isForm = String(request.headers['content-type'] ?? '').includes('application/x-www-form-urlencoded');
  return new URLSearchParams(isForm ? Buffer.concat(chunks).toString('utf8') : '');
}
