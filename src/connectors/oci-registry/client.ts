import { createHash } from 'node:crypto';
import { isDigest, referrersTag } from '../../domain/image-reference.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundResponse } from '../../platform/outbound/types.ts';
import { type Authenticator, createAuthenticator, parseChallenge } from './authentication.ts';
import { failureOf } from './failure.ts';
import { Catalog, mediaTypes, TagList } from './schema.ts';
import type { Secrets, Settings } from './settings.ts';

export interface ClientOptions {
  http: Outbound;
  settings: Pick<Settings, 'url' | 'tokenService'>;
  secrets: Secrets;
  signal: AbortSignal;
  now(): Date;
}

/** A manifest or index as it was served, its digest verified. */
export interface Document {
  digest: string;
  /** As the registry says, without parameters, lower case. */
  mediaType: string;
  text: string;
  /** In bytes. */
  size: number;
}

/** HTTP and nothing else: authentication, paging, size limits, digests, and the way from a status to a catalogue code. */
export interface RegistryClient {
  /** Throws `not_a_registry` where something else answers, and what a refused login throws. */
  probe(): Promise<void>;
  /** Names of repositories, page by page; throws `endpoint_unavailable` where the registry has no catalogue. */
  repositories(): AsyncGenerator<readonly string[]>;
  /** Tags of a repository, unsorted; throws `repository_not_found`. */
  tags(repository: string): Promise<string[]>;
  /** Digest a tag points to (or of a digest that is there); null when there is none. */
  resolve(repository: string, reference: string): Promise<string | null>;
  /** Null when the registry has no such manifest. Throws `digest_mismatch`, `response_too_large`. */
  manifest(repository: string, reference: string): Promise<Document | null>;
  /** A small blob as text. Throws `manifest_missing`, `digest_mismatch`, `response_too_large`. */
  blob(repository: string, digest: string, maxBytes: number): Promise<string>;
  /** Pages of the referrers API as they were served; null where the registry has none. */
  referrers(repository: string, digest: string): Promise<string[] | null>;
  /** The list of referrers kept under a tag, null when there is none. */
  referrersByTag(repository: string, digest: string): Promise<Document | null>;
  /** Host of the token service that was met. */
  tokenHost(): string | null;
  hasCredential: boolean;
}

const accept = [mediaTypes.index, mediaTypes.manifest, mediaTypes.dockerList, mediaTypes.dockerManifest].join(', ');
/** What the specification expects a registry to take for a manifest. */
export const maxManifestBytes = 4 * 1024 * 1024;
const maxListBytes = 16 * 1024 * 1024;
const requestTimeoutMs = 30_000;
const maxPages = 10_000;
const maxReferrersPages = 10;

export function createClient(options: ClientOptions): RegistryClient {
  const { http, signal, settings } = options;
  const authenticator = createAuthenticator({
    http,
    signal,
    url: settings.url,
    secrets: options.secrets,
    tokenService: settings.tokenService,
    now: () => options.now(),
  });
  const call = (wanted: Call): Promise<OutboundResponse> => send(options, authenticator, wanted);
  const fail = async (response: OutboundResponse, subject: string): Promise<PlumblineError> =>
    failureOf({
      status: response.status,
      headers: response.headers,
      text: await response.text().catch(() => ''),
      subject,
      hasCredential: authenticator.hasCredential,
    });

  const manifest = async (repository: string, reference: string): Promise<Document | null> => {
    const subject = `${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
    const path = `${repository}/manifests/${reference}`;
    const response = await call({ path, scope: pullOf(repository), accept, maxBytes: maxManifestBytes });
    if (response.status === 404) return null;
    if (response.status !== 200) throw await fail(response, subject);
    const named = isDigest(reference) ? reference : response.headers['docker-content-digest'];
    const body = await readVerified(response, named ?? null, subject);
    const text = new TextDecoder().decode(body.bytes);
    const mediaType = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    return { digest: body.digest, mediaType, text, size: body.bytes.length };
  };

  return {
    hasCredential: authenticator.hasCredential,
    tokenHost: () => authenticator.tokenHost(),
    async probe() {
      const response = await call({ path: '', scope: '', accept: 'application/json' });
      const text = await response.text().catch(() => '');
      if (response.status === 200 && !/^\s*</.test(text)) return;
      const { headers, status } = response;
      const refused = failureOf({
        status,
        headers,
        text,
        subject: 'its API',
        hasCredential: authenticator.hasCredential,
      });
      const isRegistry =
        (status === 401 && parseChallenge(headers['www-authenticate']) !== undefined) ||
        status === 403 ||
        status >= 429;
      if (isRegistry) throw refused;
      throw new PlumblineError('not_a_registry', {
        message: `${new URL(settings.url).host} answers GET /v2/ with status ${status}, not as a registry does.`,
        ...(refused.upstream === undefined ? {} : { upstream: refused.upstream }),
      });
    },
    async *repositories() {
      const page = pages(call, { first: '_catalog?n=100', scope: 'registry:catalog:*', base: settings.url });
      for await (const response of page) {
        if (response.status !== 200) throw await fail(response, 'catalogue (/v2/_catalog)');
        yield parseList(Catalog, await response.text(), 'the catalogue').repositories ?? [];
      }
    },
    async tags(repository) {
      const first = `${repository}/tags/list?n=1000`;
      const found = new Set<string>();
      for await (const response of pages(call, { first, scope: pullOf(repository), base: settings.url })) {
        if (response.status !== 200) throw await fail(response, `tags of ${repository}`);
        for (const tag of parseList(TagList, await response.text(), `the tags of ${repository}`).tags ?? [])
          found.add(tag);
      }
      return [...found];
    },
    async resolve(repository, reference) {
      const path = `${repository}/manifests/${reference}`;
      const response = await call({ method: 'HEAD', path, scope: pullOf(repository), accept });
      if (response.status === 404) return null;
      if (response.status !== 200) throw await fail(response, `${repository}:${reference}`);
      const digest = (response.headers['docker-content-digest'] ?? '').toLowerCase();
      // Old registries leave it out: then the content itself tells.
      return isDigest(digest) ? digest : ((await manifest(repository, reference))?.digest ?? null);
    },
    manifest,
    async blob(repository, digest, maxBytes) {
      const subject = `${repository} blob ${digest}`;
      const path = `${repository}/blobs/${digest}`;
      const response = await call({ path, scope: pullOf(repository), accept: '*/*', maxBytes });
      if (response.status === 404) {
        throw new PlumblineError('manifest_missing', { message: `The registry does not have ${subject}.` });
      }
      if (response.status !== 200) throw await fail(response, subject);
      return new TextDecoder().decode((await readVerified(response, digest, subject)).bytes);
    },
    async referrers(repository, digest) {
      const texts: string[] = [];
      const first = `${repository}/referrers/${digest}`;
      for await (const response of pages(call, { first, scope: pullOf(repository), base: settings.url })) {
        // Without the API the answer is any 404, or what a proxy or a rule of rights makes of an unknown path.
        if (response.status >= 400 && response.status < 500 && response.status !== 429) return null;
        if (response.status !== 200) throw await fail(response, `referrers of ${repository}@${digest}`);
        texts.push(await response.text());
        if (texts.length >= maxReferrersPages) break;
      }
      return texts;
    },
    referrersByTag: (repository, digest) => manifest(repository, referrersTag(digest)),
  };
}

const pullOf = (repository: string): string => `repository:${repository}:pull`;

interface Call {
  method?: 'GET' | 'HEAD';
  /** Below `/v2/`, with its query. */
  path: string;
  /** What a token is needed for, in the registry's own grammar. */
  scope: string;
  accept: string;
  maxBytes?: number;
}

/** Sends with what is known of the scope, and once more with what the registry then asks for. */
async function send(options: ClientOptions, authenticator: Authenticator, wanted: Call): Promise<OutboundResponse> {
  const url = new URL(`/v2/${wanted.path}`, options.settings.url);
  const attempt = (authorization: string | undefined): Promise<OutboundResponse> =>
    options.http.request({
      method: wanted.method ?? 'GET',
      url,
      // Digests are of the bytes as they are: nothing is to be compressed on the way.
      headers: {
        accept: wanted.accept,
        'accept-encoding': 'identity',
        ...(authorization === undefined ? {} : { authorization }),
      },
      signal: options.signal,
      timeoutMs: requestTimeoutMs,
      maxBytes: wanted.maxBytes ?? maxListBytes,
    });
  const known = authenticator.known(wanted.scope);
  const response = await attempt(known);
  if (response.status !== 401) return response;
  const challenge = parseChallenge(response.headers['www-authenticate']);
  // The token is good and lacks a right: another one of the same account would lack it too.
  if (challenge === undefined || (known !== undefined && challenge.parameters['error'] === 'insufficient_scope'))
    return response;
  await response.text().catch(() => '');
  if (known !== undefined) authenticator.forget(wanted.scope);
  const authorization = await authenticator.answer(challenge, wanted.scope);
  return authorization === undefined || authorization === known ? attempt(known) : attempt(authorization);
}

interface Paging {
  /** Below `/v2/`. */
  first: string;
  scope: string;
  base: string;
}

/** Follows `Link: <…>; rel="next"` on the same registry. Registries that ignore `n` answer everything at once. */
async function* pages(
  call: (wanted: Call) => Promise<OutboundResponse>,
  { first, scope, base }: Paging,
): AsyncGenerator<OutboundResponse> {
  const seen = new Set<string>();
  for (let path: string | undefined = first; path !== undefined && !seen.has(path); ) {
    if (seen.size >= maxPages) {
      throw new PlumblineError('response_too_large', { message: `${new URL(base).host} lists without end.` });
    }
    seen.add(path);
    const response: OutboundResponse = await call({ path, scope, accept: 'application/json' });
    yield response;
    path = nextPath(response.headers['link'], new URL(`/v2/${path}`, base));
  }
}

/** Undefined at the end, and for a link that leads away from this registry. */
function nextPath(link: string | undefined, from: URL): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*\brel\s*=\s*"?next"?/i.exec(link ?? '')?.[1];
  const url = target === undefined ? null : URL.parse(target, from.href);
  if (url === null || url.host !== from.host || !url.pathname.startsWith('/v2/')) return undefined;
  return `${url.pathname.slice('/v2/'.length)}${url.search}`;
}

function parseList<T>(
  shape: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  text: string,
  subject: string,
): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new PlumblineError('malformed_response', { message: `The registry’s answer for ${subject} is no list.` });
}

/** Hashes while reading; the client's limit ends a body that is too long. */
async function readVerified(
  response: OutboundResponse,
  wanted: string | null,
  subject: string,
): Promise<{ bytes: Uint8Array; digest: string }> {
  const algorithm = wanted?.startsWith('sha512:') === true ? 'sha512' : 'sha256';
  const hash = createHash(algorithm);
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) {
    hash.update(chunk);
    chunks.push(chunk);
  }
  const digest = `${algorithm}:${hash.digest('hex')}`;
  if (wanted !== null && isDigest(wanted) && wanted !== digest) {
    throw new PlumblineError('digest_mismatch', { message: `What the registry serves as ${subject} is ${digest}.` });
  }
  return { bytes: Buffer.concat(chunks), digest };
}
