import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerReferrers, type ReferrersMode } from './referrers.ts';
import type { Repository } from './repository.ts';
import { notFoundPage, send, sendError, sendJson } from './reply.ts';

/** What one call was, for tests that hold what may be asked for. */
export interface JournalEntry {
  method: string;
  /** With its query. */
  path: string;
  authorization: string | undefined;
}

export interface RegistrySimulatorOptions {
  /** `none`: 404 as Docker's registries answer; `faulty`: present, with wrong artifact types and no filter. */
  referrers?: ReferrersMode;
  /** False: tags come all at once, unsorted, as docker-registry 2.8 gives them. */
  paging?: boolean;
  authentication?:
    | { kind: 'none' }
    | { kind: 'basic'; username: string; password: string }
    /** `anonymousPull`: whoever asks without a credential gets a token without rights. `realm` may lead elsewhere. */
    | { kind: 'token'; username: string; password: string; realm?: string; anonymousPull?: boolean };
  /** Answers a call before the registry does; undefined lets it pass. */
  before?: (request: { method: string; path: string; headers: IncomingMessage['headers'] }) => CannedAnswer | undefined;
}

export interface CannedAnswer {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** Milliseconds between each byte of the body. */
  drip?: number;
}

export interface RegistrySimulator {
  url: string;
  journal: JournalEntry[];
  repositories: Map<string, Repository>;
  options: RegistrySimulatorOptions;
  close(): Promise<void>;
}

export const sha256 = (bytes: Buffer | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry in memory that speaks the OCI distribution specification, rightly or with chosen faults. */
export async function startRegistrySimulator(options: RegistrySimulatorOptions = {}): Promise<RegistrySimulator> {
  const simulator: RegistrySimulator = {
    url: '',
    journal: [],
    repositories: new Map(),
    options,
    close: async () => {},
  };
  const server = createServer((request, response) => {
    handle(simulator, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(error.message);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  simulator.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  simulator.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return simulator;
}

async function handle(simulator: RegistrySimulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? 'GET';
  const path = request.url ?? '/';
  simulator.journal.push({ method, path, authorization: request.headers.authorization });
  const body = await bodyOf(request);
  const canned = simulator.options.before?.({ method, path, headers: request.headers });
  if (canned !== undefined) return sendCanned(response, canned);
  const url = new URL(path, simulator.url);
  if (url.pathname === '/token') return giveToken(simulator, request, response, url);
  if (!isAllowed(simulator, request, response, url)) return;
  answer(simulator, { method, url, body, headers: request.headers }, response);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function sendCanned(
  response: ServerResponse,
  { status, headers = {}, body = '', drip }: CannedAnswer,
): Promise<void> {
  response.writeHead(status, headers);
  if (drip === undefined) {
    response.end(body);
    return;
  }
  for (const byte of Buffer.from(body)) {
    if (response.destroyed) return;
    response.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, drip));
  }
  response.end();
}

interface Call {
  method: string;
  url: URL;
  body: Buffer;
  headers: IncomingMessage['headers'];
}

function answer(simulator: RegistrySimulator, call: Call, response: ServerResponse): void {
  const { pathname } = call.url;
  if (pathname === '/v2/' || pathname === '/v2') return send(response, 200, {});
  if (pathname === '/v2/_catalog')
    return sendNames(simulator, response, {
      key: 'repositories',
      names: [...simulator.repositories.keys()].sort(),
      url: call.url,
    });
  const match = /^\/v2\/(.+?)\/(tags\/list|manifests\/[^/]+|blobs\/uploads\/[^/]*|blobs\/[^/]+|referrers\/[^/]+)$/.exec(
    pathname,
  );
  if (match === null) return notFoundPage(response);
  const [, name = '', rest = ''] = match;
  const write = call.method === 'PUT' || call.method === 'POST';
  if (write && !simulator.repositories.has(name))
    simulator.repositories.set(name, { blobs: new Map(), manifests: new Map(), tags: new Map() });
  const repository = simulator.repositories.get(name);
  if (repository === undefined)
    return sendError(response, 404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const [kind, reference = ''] = rest.split('/');
  if (kind === 'tags') return sendTags(simulator, response, { name, repository, url: call.url });
  if (kind === 'referrers')
    return answerReferrers(simulator.options.referrers ?? 'none', repository, reference, response, call.url);
  if (kind === 'blobs') return answerBlob(repository, { ...call, name, reference }, response);
  return answerManifest(repository, { ...call, reference }, response);
}

function answerManifest(repository: Repository, call: Call & { reference: string }, response: ServerResponse): void {
  const { reference, method } = call;
  if (method === 'PUT') {
    const digest = sha256(call.body);
    repository.manifests.set(digest, { mediaType: String(call.headers['content-type']), bytes: call.body });
    if (!reference.startsWith('sha256:')) repository.tags.set(reference, digest);
    return send(response, 201, { 'docker-content-digest': digest });
  }
  const digest = repository.tags.get(reference) ?? reference;
  if (method === 'DELETE') {
    repository.manifests.delete(digest);
    for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag);
    return send(response, 202, {});
  }
  const manifest = repository.manifests.get(digest);
  if (manifest === undefined) return sendError(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const headers = {
    'docker-content-digest': digest,
    'content-type': manifest.mediaType,
    'content-length': String(manifest.bytes.length),
  };
  send(response, 200, headers, method === 'HEAD' ? undefined : manifest.bytes);
}

function answerBlob(
  repository: Repository,
  call: Call & { name: string; reference: string },
  response: ServerResponse,
): void {
  const { method, url, reference, name } = call;
  if (method === 'POST') return send(response, 202, { location: `/v2/${name}/blobs/uploads/1` });
  if (method === 'PUT') {
    const digest = url.searchParams.get('digest') ?? '';
    repository.blobs.set(digest, call.body);
    return send(response, 201, { 'docker-content-digest': digest });
  }
  const blob = repository.blobs.get(reference);
  if (blob === undefined) return sendError(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  send(
    response,
    200,
    { 'content-type': 'application/octet-stream', 'content-length': String(blob.length) },
    method === 'HEAD' ? undefined : blob,
  );
}

function sendTags(
  simulator: RegistrySimulator,
  response: ServerResponse,
  { name, repository, url }: { name: string; repository: Repository; url: URL },
): void {
  const names = [...repository.tags.keys()];
  sendNames(simulator, response, { key: 'tags', names, url, more: { name } });
}

function sendNames(
  simulator: RegistrySimulator,
  response: ServerResponse,
  list: { key: string; names: string[]; url: URL; more?: object },
): void {
  const { key, names, url, more = {} } = list;
  if (simulator.options.paging === false) return sendJson(response, 200, { ...more, [key]: names });
  const sorted = names.toSorted();
  const limit = Math.min(Number(url.searchParams.get('n') ?? 100), 5);
  if (limit === 0) return sendJson(response, 200, { ...more, [key]: [] });
  const last = url.searchParams.get('last');
  const start = last === null ? 0 : sorted.findIndex((one) => one > last);
  const page = start === -1 ? [] : sorted.slice(start, start + limit);
  const isLast = start === -1 || start + limit >= sorted.length;
  const next = `<${url.pathname}?n=${limit}&last=${encodeURIComponent(page.at(-1) ?? '')}>; rel="next"`;
  sendJson(response, 200, { ...more, [key]: page }, isLast ? {} : { link: next });
}

/** True when the call may go on; else it was answered. */
function isAllowed(
  simulator: RegistrySimulator,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): boolean {
  const { authentication = { kind: 'none' } } = simulator.options;
  if (authentication.kind === 'none') return true;
  const given = request.headers.authorization ?? '';
  if (authentication.kind === 'basic') {
    if (given === basicOf(authentication)) return true;
    sendError(response, 401, 'UNAUTHORIZED', 'authentication required', {
      'www-authenticate': 'Basic realm="registry"',
    });
    return false;
  }
  const name = /^\/v2\/(.+?)\/(?:tags|manifests|blobs|referrers)\//.exec(url.pathname)?.[1];
  const scope =
    url.pathname === '/v2/_catalog' ? 'registry:catalog:*' : name === undefined ? undefined : `repository:${name}:pull`;
  const token = given.replace(/^Bearer /, '');
  if (scope === undefined ? token !== '' : token === `token ${scope}`.replaceAll(' ', '_')) return true;
  const realm = authentication.realm ?? `${simulator.url}/token`;
  const wanted = scope === undefined ? '' : `,scope="${scope}"`;
  const error = token === '' ? '' : ',error="insufficient_scope"';
  sendError(response, 401, 'UNAUTHORIZED', 'authentication required', {
    'www-authenticate': `Bearer realm="${realm}",service="registry.simulator"${wanted}${error}`,
  });
  return false;
}

function giveToken(simulator: RegistrySimulator, request: IncomingMessage, response: ServerResponse, url: URL): void {
  const { authentication } = simulator.options;
  if (authentication?.kind !== 'token') return notFoundPage(response);
  const given = request.headers.authorization;
  if (given === undefined && authentication.anonymousPull === true)
    return sendJson(response, 200, { token: 'without_rights' });
  if (given !== basicOf(authentication))
    return sendError(response, 401, 'UNAUTHORIZED', 'incorrect username or password');
  const scope = url.searchParams.get('scope') ?? 'login';
  sendJson(response, 200, { token: `token ${scope}`.replaceAll(' ', '_'), expires_in: 300 });
}

const basicOf = ({ username, password }: { username: string; password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
