import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Faults } from '../wire/faults.ts';
import type { Journal } from '../wire/journal.ts';
import { afterName } from '../wire/paging.ts';
import { empty, json, type Reply } from '../wire/reply.ts';
import { type Answered, type Received, startWire } from '../wire/server.ts';
import { type Shown, shownBy } from '../wire/tokens.ts';
import { type ReferrersMode, referrersReply } from './referrers.ts';
import { errorReply, notFoundPage, refusals, unauthorized } from './reply.ts';
import type { Repository } from './repository.ts';

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
  before?: (request: { method: string; path: string; headers: IncomingHttpHeaders }) => CannedAnswer | undefined;
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
  journal: Journal;
  faults: Faults<RegistrySimulator>;
  repositories: Map<string, Repository>;
  options: RegistrySimulatorOptions;
  close(): Promise<void>;
}

export const sha256 = (bytes: Buffer | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry in memory that speaks the OCI distribution specification, rightly or with chosen faults. */
export async function startRegistrySimulator(options: RegistrySimulatorOptions = {}): Promise<RegistrySimulator> {
  // The wire fills in what only a server that listens has.
  const simulator = { repositories: new Map(), options } as unknown as RegistrySimulator;
  const wire = await startWire<RegistrySimulator>({
    world: simulator,
    answer: (received) => handle(simulator, received),
    refusals,
    compress: false,
    maximumBody: Number.POSITIVE_INFINITY,
  });
  return Object.assign(simulator, wire);
}

function handle(simulator: RegistrySimulator, received: Received<RegistrySimulator>): Answered {
  const { method, url: asked, headers } = received;
  const { reply, known = true } = replyTo(simulator, received, { method, path: asked, headers });
  return { reply, known, who: shownBy(headers.authorization).scheme };
}

function replyTo(
  simulator: RegistrySimulator,
  { method, url: asked, headers, body }: Received<RegistrySimulator>,
  request: Parameters<NonNullable<RegistrySimulatorOptions['before']>>[0],
): { reply: Reply; known?: boolean } {
  const canned = simulator.options.before?.(request);
  if (canned !== undefined) return { reply: cannedReply(canned) };
  const url = new URL(asked, simulator.url);
  if (url.pathname === '/token') return { reply: giveToken(simulator, headers.authorization, url) };
  const refusal = refusalOf(simulator, headers.authorization, url);
  return refusal === undefined ? answer(simulator, { method, url, body, headers }) : { reply: refusal };
}

const cannedReply = ({ status, headers = {}, body = '', drip }: CannedAnswer): Reply => ({
  status,
  contentType: null,
  headers,
  body: drip === undefined ? body : Readable.from(dripping(Buffer.from(body), drip)),
});

async function* dripping(body: Buffer, milliseconds: number): AsyncGenerator<Buffer> {
  for (const byte of body) {
    yield Buffer.from([byte]);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

interface Call {
  method: string;
  url: URL;
  body: Buffer;
  headers: Received<RegistrySimulator>['headers'];
}

function answer(simulator: RegistrySimulator, call: Call): { reply: Reply; known?: boolean } {
  const { pathname } = call.url;
  if (pathname === '/v2/' || pathname === '/v2') return { reply: empty(200) };
  if (pathname === '/v2/_catalog') {
    const names = [...simulator.repositories.keys()].sort();
    return { reply: namesReply(simulator, { key: 'repositories', names, url: call.url }) };
  }
  const match = /^\/v2\/(.+?)\/(tags\/list|manifests\/[^/]+|blobs\/uploads\/[^/]*|blobs\/[^/]+|referrers\/[^/]+)$/.exec(
    pathname,
  );
  if (match === null) return { reply: notFoundPage(), known: false };
  const [, name = '', rest = ''] = match;
  const write = call.method === 'PUT' || call.method === 'POST';
  if (write && !simulator.repositories.has(name))
    simulator.repositories.set(name, { blobs: new Map(), manifests: new Map(), tags: new Map() });
  const repository = simulator.repositories.get(name);
  if (repository === undefined)
    return { reply: errorReply(404, 'NAME_UNKNOWN', 'repository name not known to registry') };
  return { reply: inRepository(simulator, repository, { ...call, name, rest }) };
}

function inRepository(
  simulator: RegistrySimulator,
  repository: Repository,
  { name, rest, ...call }: Call & { name: string; rest: string },
): Reply {
  const [kind, reference = ''] = rest.split('/');
  if (kind === 'tags') {
    const names = [...repository.tags.keys()];
    return namesReply(simulator, { key: 'tags', names, url: call.url, more: { name } });
  }
  if (kind === 'referrers')
    return referrersReply(simulator.options.referrers ?? 'none', repository, reference, call.url);
  if (kind === 'blobs') return blobReply(repository, { ...call, name, reference });
  return manifestReply(repository, { ...call, reference });
}

function manifestReply(repository: Repository, call: Call & { reference: string }): Reply {
  const { reference, method } = call;
  if (method === 'PUT') {
    const digest = sha256(call.body);
    repository.manifests.set(digest, { mediaType: String(call.headers['content-type']), bytes: call.body });
    if (!reference.startsWith('sha256:')) repository.tags.set(reference, digest);
    return empty(201, { 'Docker-Content-Digest': digest });
  }
  const digest = repository.tags.get(reference) ?? reference;
  if (method === 'DELETE') {
    repository.manifests.delete(digest);
    for (const [tag, target] of repository.tags) if (target === digest) repository.tags.delete(tag);
    return empty(202);
  }
  const manifest = repository.manifests.get(digest);
  if (manifest === undefined) return errorReply(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const headers = { 'Docker-Content-Digest': digest };
  return { status: 200, contentType: manifest.mediaType, headers, body: manifest.bytes };
}

function blobReply(
  repository: Repository,
  { method, url, reference, name, body }: Call & { name: string; reference: string },
): Reply {
  if (method === 'POST') return empty(202, { Location: `/v2/${name}/blobs/uploads/1` });
  if (method === 'PUT') {
    const digest = url.searchParams.get('digest') ?? '';
    repository.blobs.set(digest, body);
    return empty(201, { 'Docker-Content-Digest': digest });
  }
  const blob = repository.blobs.get(reference);
  if (blob === undefined) return errorReply(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  return { status: 200, contentType: 'application/octet-stream', body: blob };
}

function namesReply(
  simulator: RegistrySimulator,
  { key, names, url, more = {} }: { key: string; names: string[]; url: URL; more?: object },
): Reply {
  if (simulator.options.paging === false) return json({ ...more, [key]: names });
  const limit = Math.min(Number(url.searchParams.get('n') ?? 100), 5);
  if (limit === 0) return json({ ...more, [key]: [] });
  const { rows, isLast } = afterName(names.toSorted(), url.searchParams.get('last'), limit);
  const next = `<${url.pathname}?n=${limit}&last=${encodeURIComponent(rows.at(-1) ?? '')}>; rel="next"`;
  return json({ ...more, [key]: rows }, 200, isLast ? {} : { Link: next });
}

/** Undefined when the call may go on. */
function refusalOf(simulator: RegistrySimulator, authorization: string | undefined, url: URL): Reply | undefined {
  const { authentication = { kind: 'none' } } = simulator.options;
  if (authentication.kind === 'none') return undefined;
  const shown = shownBy(authorization);
  if (authentication.kind === 'basic')
    return isPerson(shown, authentication) ? undefined : unauthorized('Basic realm="registry"');
  const name = /^\/v2\/(.+?)\/(?:tags|manifests|blobs|referrers)\//.exec(url.pathname)?.[1];
  const scope =
    url.pathname === '/v2/_catalog' ? 'registry:catalog:*' : name === undefined ? undefined : `repository:${name}:pull`;
  const token = shown.scheme === 'bearer' ? shown.token : '';
  if (scope === undefined ? token !== '' : token === tokenFor(scope)) return undefined;
  const realm = authentication.realm ?? `${simulator.url}/token`;
  const wanted = scope === undefined ? '' : `,scope="${scope}"`;
  const error = token === '' ? '' : ',error="insufficient_scope"';
  return unauthorized(`Bearer realm="${realm}",service="registry.simulator"${wanted}${error}`);
}

function giveToken(simulator: RegistrySimulator, authorization: string | undefined, url: URL): Reply {
  const { authentication } = simulator.options;
  if (authentication?.kind !== 'token') return notFoundPage();
  if (authorization === undefined && authentication.anonymousPull === true) return json({ token: 'without_rights' });
  if (!isPerson(shownBy(authorization), authentication))
    return errorReply(401, 'UNAUTHORIZED', 'incorrect username or password');
  return json({ token: tokenFor(url.searchParams.get('scope') ?? 'login'), expires_in: 300 });
}

const tokenFor = (scope: string): string => `token ${scope}`.replaceAll(' ', '_');

const isPerson = (shown: Shown, { username, password }: { username: string; password: string }): boolean =>
  shown.scheme === 'basic' && shown.username === username && shown.password === password;
