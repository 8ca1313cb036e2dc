import { createHash } from 'node:crypto';
import { isDigest } from '../../domain/image-reference.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundResponse } from '../../platform/outbound/types.ts';
import { type Authenticator, createAuthenticator } from './authentication.ts';
import { type Challenge, lacksRights, parseChallenges } from './challenges.ts';
import { failureOf } from './failure.ts';
import { type List, readList } from './paging.ts';
import { digestOfSchemaOne } from './schema-one.ts';
import { Catalog, type Descriptor, Index, mediaTypes, TagList } from './schema.ts';
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

/** `no_api`: the registry does not know such calls. `not_known`: it knows nothing of this digest, and may of another. */
export type Referrers = List<Descriptor> | 'no_api' | 'not_known';

/** HTTP and nothing else: authentication, paging, size limits, digests, and the way from a status to a catalogue code. */
export interface RegistryClient {
  /** Throws `not_a_registry` where something else answers, and what a refused login throws. */
  probe(): Promise<void>;
  /** Names of repositories; throws `endpoint_unavailable` where the registry has no catalogue. */
  repositories(mostPages?: number): Promise<List<string>>;
  /** Tags of a repository, unsorted; throws `repository_not_found`. */
  tags(repository: string): Promise<List<string>>;
  /** Digest a tag points to (or of a digest that is there); null when there is none. */
  resolve(repository: string, reference: string): Promise<string | null>;
  /** Null when the registry has no such manifest. Throws `digest_mismatch`, `response_too_large`. */
  manifest(repository: string, reference: string): Promise<Document | null>;
  /** A small blob as text. Throws `manifest_missing`, `digest_mismatch`, `response_too_large`. */
  blob(repository: string, digest: string, maxBytes: number): Promise<string>;
  /** What the referrers API lists; a list that may not be read is cut off at its beginning. */
  referrers(repository: string, digest: string): Promise<Referrers>;
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
  const fail = async (
    response: OutboundResponse,
    subject: string,
    { isRepository = false } = {},
  ): Promise<PlumblineError> =>
    failureOf({
      status: response.status,
      headers: response.headers,
      text: await response.text().catch(() => ''),
      subject,
      isRepository,
      hasCredential: authenticator.hasCredential,
    });

  const manifest = async (repository: string, reference: string): Promise<Document | null> => {
    const subject = `${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
    const path = `${repository}/manifests/${reference}`;
    const response = await call({ path, scope: pullOf(repository), accept, maxBytes: maxManifestBytes });
    if (response.status === 404) return null;
    if (response.status !== 200) throw await fail(response, subject);
    return documentOf(response, reference, subject);
  };

  /** A registry that has what it denied to HEAD is not asked that way again. */
  let headRefused = false;
  const digestByGet = async (repository: string, reference: string): Promise<string | null> => {
    const subject = `${repository}:${reference}`;
    const path = `${repository}/manifests/${reference}`;
    const response = await call({ path, scope: pullOf(repository), accept, maxBytes: maxManifestBytes });
    if (response.status !== 200) {
      const error = await fail(response, subject, { isRepository: true });
      if (isPlumblineError(error, 'repository_not_found')) return null;
      throw error;
    }
    const document = await documentOf(response, reference, subject);
    if (document.text.trimStart().startsWith('<'))
      throw new PlumblineError('malformed_response', { message: `A web page is served as ${subject}.` });
    return document.digest;
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
        isRepository: false,
        hasCredential: authenticator.hasCredential,
      });
      const isRegistry =
        (status === 401 && parseChallenges(headers['www-authenticate']).length > 0) || status === 403 || status >= 429;
      if (isRegistry) throw refused;
      throw new PlumblineError('not_a_registry', {
        message: `${new URL(settings.url).host} answers GET /v2/ with status ${status}, not as a registry does.`,
        ...(refused.upstream === undefined ? {} : { upstream: refused.upstream }),
      });
    },
    async repositories(mostPages = maxPages) {
      const list = await readList<string>({
        first: '_catalog?n=100',
        base: settings.url,
        maxPages: mostPages,
        get: (path) => call({ path, scope: 'registry:catalog:*', accept: 'application/json' }),
        parse: (text) => parseList(Catalog, text, 'the catalogue').repositories ?? [],
        nameOf: (name) => name,
      });
      if ('refused' in list) throw await fail(list.refused, 'catalogue (/v2/_catalog)');
      return list;
    },
    async tags(repository) {
      const list = await readList<string>({
        first: `${repository}/tags/list?n=1000`,
        base: settings.url,
        maxPages,
        get: (path) => call({ path, scope: pullOf(repository), accept: 'application/json' }),
        parse: (text) => parseList(TagList, text, `the tags of ${repository}`).tags ?? [],
        nameOf: (tag) => tag,
      });
      if ('refused' in list) throw await fail(list.refused, `tags of ${repository}`, { isRepository: true });
      return list;
    },
    async resolve(repository, reference) {
      const path = `${repository}/manifests/${reference}`;
      if (!headRefused) {
        const response = await call({ method: 'HEAD', path, scope: pullOf(repository), accept });
        const digest = (response.headers['docker-content-digest'] ?? '').toLowerCase();
        if (response.status === 200 && isDigest(digest)) return digest;
        if (isOverloaded(response.status)) throw await fail(response, `${repository}:${reference}`);
      }
      // Some registries and proxies refuse HEAD with any status, some answer it without the digest: only GET tells.
      const found = await digestByGet(repository, reference);
      if (found !== null) headRefused = true;
      return found;
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
      return new TextDecoder().decode(await readVerified(response, digest, subject));
    },
    async referrers(repository, digest) {
      const subject = `referrers of ${repository}@${digest}`;
      let isPage = false;
      const list = await readList<Descriptor>({
        first: `${repository}/referrers/${digest}`,
        base: settings.url,
        maxPages: maxReferrersPages,
        get: (path) => call({ path, scope: pullOf(repository), accept: `${mediaTypes.index}, application/json` }),
        parse(text) {
          isPage = text.trimStart().startsWith('<');
          return parseList(Index, text, `the referrers of ${digest}`).manifests;
        },
        nameOf: (descriptor) => descriptor.digest,
      }).catch((error: unknown): Referrers => {
        if (!isPlumblineError(error, 'malformed_response')) throw error;
        // Some answer what they do not know with a web page; a list that breaks off is one that could not be read.
        return isPage ? 'no_api' : { items: [], cutOff: 'the answer is no list' };
      });
      if (typeof list === 'string' || !('refused' in list)) return list;
      const { status } = list.refused;
      const failure = await fail(list.refused, subject, { isRepository: true });
      if (status === 404) return isPlumblineError(failure, 'repository_not_found') ? 'not_known' : 'no_api';
      if (withoutReferrers.has(status)) return 'no_api';
      // Closed to us is not empty.
      if (status < 500 && status !== 429) return { items: [], cutOff: `it is answered with status ${status}` };
      throw failure;
    },
  };
}

/** Another method would meet the same. */
const isOverloaded = (status: number): boolean => status === 429 || (status >= 502 && status <= 504);

/** What registries without the API answer beside 404: they take the path for a name, a method or a type they do not have. */
const withoutReferrers: ReadonlySet<number> = new Set([400, 405, 406, 501]);

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
  const challenges = parseChallenges(response.headers['www-authenticate']);
  if (known !== undefined && lacksRights(challenges)) return response;
  if (known !== undefined) authenticator.forget(wanted.scope);
  return answerChallenges({ authenticator, scope: wanted.scope, attempt }, challenges, response);
}

interface Challenged {
  authenticator: Authenticator;
  scope: string;
  attempt(authorization: string | undefined): Promise<OutboundResponse>;
}

/** Tries the challenges that can be answered, best first, until one is accepted: a registry may offer several. */
async function answerChallenges(
  { authenticator, scope, attempt }: Challenged,
  challenges: readonly Challenge[],
  refused: OutboundResponse,
): Promise<OutboundResponse> {
  let response = refused;
  let failure: unknown;
  for (const challenge of authenticator.answerable(challenges)) {
    let authorization: string;
    try {
      authorization = await authenticator.answer(challenge, scope);
    } catch (error) {
      failure ??= error;
      continue;
    }
    await response.text().catch(() => '');
    response = await attempt(authorization);
    if (response.status !== 401) return response;
    // Good for something else than what was asked for: what the registry says of it tells more than another way in.
    if (lacksRights(parseChallenges(response.headers['www-authenticate']))) return response;
    authenticator.forget(scope);
  }
  if (failure !== undefined) throw failure;
  return response;
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

async function documentOf(response: OutboundResponse, reference: string, subject: string): Promise<Document> {
  const named = (isDigest(reference) ? reference : response.headers['docker-content-digest'])?.toLowerCase() ?? null;
  const mediaType = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const body = await readHashed(response, named);
  const isNamed = named === null || !isDigest(named) || named === body.digest;
  const digest = isNamed ? body.digest : digestOfSchemaOne(body.bytes, mediaType);
  if (digest === null || (!isNamed && digest !== named)) throw mismatch(subject, body.digest);
  return { digest, mediaType, text: new TextDecoder().decode(body.bytes), size: body.bytes.length };
}

function mismatch(subject: string, digest: string): PlumblineError {
  return new PlumblineError('digest_mismatch', { message: `What the registry serves as ${subject} is ${digest}.` });
}

/** Throws `digest_mismatch`. */
async function readVerified(response: OutboundResponse, wanted: string, subject: string): Promise<Uint8Array> {
  const { bytes, digest } = await readHashed(response, wanted);
  if (digest !== wanted) throw mismatch(subject, digest);
  return bytes;
}

/** Hashes while reading, as the wanted digest does; the client's limit ends a body that is too long. */
async function readHashed(
  response: OutboundResponse,
  wanted: string | null,
): Promise<{ bytes: Uint8Array; digest: string }> {
  const algorithm = wanted?.startsWith('sha512:') === true ? 'sha512' : 'sha256';
  const hash = createHash(algorithm);
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) {
    hash.update(chunk);
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), digest: `${algorithm}:${hash.digest('hex')}` };
}
