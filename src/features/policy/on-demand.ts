import type { z } from 'zod';
import { notOlderThan } from './reading/age.ts';
import { compileGlob, isGlob } from '../../domain/glob.ts';
import { formatImageReference, type ImageReference, parseImageReference } from '../../domain/image-reference.ts';
import { type ReasonCode, reasons, worstOf } from '../../domain/verdict.ts';
import type { Database, Queryable } from '../../platform/database/index.ts';
import { type ErrorCode, isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import { findImage, imagesWithPlatform } from '../images/index.ts';
import type { RegistryCredential, VerdictAnswer } from './contract.ts';
import { evaluateImages, judgeImages, type EvaluationOptions } from './evaluate.ts';
import { qualityGatesPolicy } from './model.ts';
import type { JudgedFacts } from './platforms.ts';
import { findHints } from './reading/hints.ts';
import { narrowed, onlyPlatform } from './reading/one-platform.ts';
import { readVerdicts, registries, toHint } from './reading/read-verdicts.ts';

export type Credential = z.output<typeof RegistryCredential>;

/** What reading an image from its registry comes to. */
export type ReadImage =
  /** It is stored now. */
  | { kind: 'stored'; imageId: number }
  /** Of a registry without an integration: looked at and forgotten. */
  | { kind: 'looked_at'; digest: string; facts: Omit<JudgedFacts, 'id' | 'integrationId'> }
  | { kind: 'artifact' }
  | { kind: 'not_found' };

/** Reads an image from its registry now; the credential counts for this call alone. Throws errors of connections. */
export type ReadOnDemand = (
  wanted: { reference: ImageReference; credential: Credential | undefined },
  signal: AbortSignal,
) => Promise<ReadImage>;

export interface OnDemandOptions extends EvaluationOptions {
  db: Database;
  readOnDemand: ReadOnDemand;
}

export interface Wanted {
  images: readonly string[];
  platform?: string | undefined;
  /** No registry is asked. */
  stored?: boolean;
  /** In seconds; left out: any. */
  maxAge?: number | undefined;
  credentials: readonly Credential[];
}

/**
 * Verdicts on what a caller names, in that order: references, or globs over stored images. An image that is not stored is
 * read from its registry. Throws `image_reference_invalid`, `nothing_matches`.
 */
export async function evaluateOnDemand(
  options: OnDemandOptions,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<VerdictAnswer[]> {
  const answers: VerdictAnswer[] = [];
  for (const text of wanted.images) {
    if (isGlob(text)) {
      const ids = await matchingImages(options.db, text);
      answers.push(...(await storedVerdicts(options, ids)));
    } else {
      answers.push(await evaluateOne(options, requireReference(text), wanted, signal));
    }
  }
  const { platform, maxAge } = wanted;
  const asked = platform === undefined ? answers : answers.map((answer) => onlyPlatform(answer, platform));
  return maxAge === undefined ? asked : notOlderThan(options.db, asked, maxAge);
}

export function requireReference(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference !== null) return reference;
  throw new PlumblineError('image_reference_invalid', {
    message: `“${text.slice(0, 200)}” is no reference to an image.`,
  });
}

async function evaluateOne(
  options: OnDemandOptions,
  reference: ImageReference,
  { credentials, stored = false }: Wanted,
  signal: AbortSignal,
): Promise<VerdictAnswer> {
  const { db } = options;
  const credential = credentials.find(({ registry }) => registry === reference.registry);
  // By digest nothing can have moved: what is stored is what the registry has. A tag is asked for again.
  const known = reference.digest === null && !stored ? undefined : await findStored(db, reference);
  const asPlatform = known === undefined ? await judgeAsPlatform(options, reference) : undefined;
  if (asPlatform !== undefined) return asPlatform;
  if (stored && known === undefined) return withoutImage(db, reference, 'IMAGE_UNKNOWN');
  try {
    const read: ReadImage =
      known === undefined
        ? await options.readOnDemand({ reference, credential }, signal)
        : { kind: 'stored', imageId: known };
    if (read.kind === 'artifact') return withoutImage(db, reference, 'UNSUPPORTED_ARTIFACT');
    if (read.kind === 'not_found') return withoutImage(db, reference, 'IMAGE_NOT_FOUND');
    if (read.kind === 'looked_at') return judgeUnstored(db, reference, read);
    const [verdict] = await storedVerdicts(options, [read.imageId]);
    return verdict === undefined ? withoutImage(db, reference, 'UNSUPPORTED_ARTIFACT') : named(verdict, reference);
  } catch (error) {
    if (!isPlumblineError(error)) throw error;
    if (tellsOfTheNetwork.has(error.code) && !(await isConnected(db, reference))) {
      const upstream = `${reference.registry} is not reachable.`;
      return { ...(await withoutImage(db, reference, 'REGISTRY_UNREACHABLE')), upstream };
    }
    const reason = reasonOf(error.code);
    if (reason === undefined) throw error;
    const upstream = error.upstream ?? error.message;
    // A verdict that is stored stays; but whether the tag still points there nobody can say now.
    return { ...(await withoutImage(db, reference, reason)), upstream };
  }
}

/**
 * The manifest of one platform says nothing of where it comes from; the index that lists it does. Builds with the same
 * content share it: then the worst of them counts, for nobody can tell which one runs. Undefined when no index has it.
 */
async function judgeAsPlatform(
  options: OnDemandOptions,
  reference: ImageReference,
): Promise<VerdictAnswer | undefined> {
  const { repository, digest } = reference;
  if (digest === null) return undefined;
  const answers: VerdictAnswer[] = [];
  for (const { id, host } of (await registries(options.db)).values()) {
    if (host !== reference.registry) continue;
    const ids = await imagesWithPlatform(options.db, { integrationId: id, repository, digest });
    for (const verdict of await storedVerdicts(options, ids)) {
      const platform = verdict.platforms.find((one) => one.digest === digest);
      if (platform !== undefined) answers.push(narrowed(verdict, platform));
    }
  }
  return worstIndex(answers, reference);
}

/** Of what is said of one platform in each of the indexes that list it the worst. */
export function worstIndex(answers: readonly VerdictAnswer[], reference: ImageReference): VerdictAnswer | undefined {
  const [first, ...rest] = answers.map((answer) => ({ ...answer, reason: answer.reason as ReasonCode }));
  if (first === undefined) return undefined;
  const worst = worstOf([first, ...rest]);
  const others = rest.length === 0 ? '' : ` It is also in ${rest.length} others; the worst counts.`;
  return {
    ...named(worst, reference),
    message: `${worst.message} It is a platform of ${worst.image.reference}.${others}`,
  };
}

/**
 * Codes that tell whether and where a name leads, and what listens there. Whoever may judge an image may name any host:
 * of one that nobody connected they learn that it could not be reached, and nothing else.
 */
const tellsOfTheNetwork: ReadonlySet<string> = new Set<ErrorCode>([
  'unreachable',
  'timeout',
  'tls_error',
  'address_not_allowed',
  'not_a_registry',
  'upstream_error',
  'malformed_response',
]);

async function isConnected(db: Queryable, { registry }: ImageReference): Promise<boolean> {
  return [...(await registries(db)).values()].some(({ host }) => host === registry);
}

/** Which reason a failure of the connection is; undefined for failures of ours. */
function reasonOf(code: string): ReasonCode | undefined {
  const known: Record<string, ReasonCode> = {
    invalid_credentials: 'REGISTRY_AUTH',
    expired_credentials: 'REGISTRY_AUTH',
    invalid_permissions: 'REGISTRY_AUTH',
    registry_token_service_refused: 'REGISTRY_AUTH',
    rate_limited: 'REGISTRY_RATE_LIMITED',
    repository_not_found: 'IMAGE_NOT_FOUND',
    manifest_missing: 'IMAGE_UNREADABLE',
    manifest_invalid: 'IMAGE_UNREADABLE',
    digest_mismatch: 'IMAGE_UNREADABLE',
    image_limits_exceeded: 'IMAGE_UNREADABLE',
    incomplete_listing: 'IMAGE_UNREADABLE',
    manifest_unsupported: 'IMAGE_UNREADABLE',
    malformed_response: 'IMAGE_UNREADABLE',
    unreachable: 'REGISTRY_UNREACHABLE',
    timeout: 'REGISTRY_UNREACHABLE',
    tls_error: 'REGISTRY_UNREACHABLE',
    upstream_error: 'REGISTRY_UNREACHABLE',
    not_a_registry: 'REGISTRY_UNREACHABLE',
    address_not_allowed: 'REGISTRY_UNREACHABLE',
  };
  return known[code];
}

/** The name the caller used, although other tags may point to the image too. */
export function named(verdict: VerdictAnswer, reference: ImageReference): VerdictAnswer {
  return { ...verdict, image: { ...verdict.image, reference: formatImageReference(reference) } };
}

/** Judges what was not judged yet and reads it. */
async function storedVerdicts(options: OnDemandOptions, ids: readonly number[]): Promise<VerdictAnswer[]> {
  await evaluateImages(options, ids);
  return readVerdicts(options.db, ids);
}

async function judgeUnstored(
  db: Queryable,
  reference: ImageReference,
  read: Extract<ReadImage, { kind: 'looked_at' }>,
): Promise<VerdictAnswer> {
  const facts = { ...read.facts, id: 0, integrationId: 0 };
  const judged = (await judgeImages(db, [facts])).get(0);
  if (judged === undefined) throw new Error('an image that was given was not judged');
  const hinted = await findHints(db, judged.platforms);
  return {
    ...(await withoutImage(db, reference, judged.reason)),
    status: judged.status,
    message: judged.message,
    upstream: read.facts.problem?.message ?? null,
    image: {
      ...(await placeOfReference(db, reference)),
      digest: read.digest,
    },
    platforms: judged.platforms.map(({ platform, ...rest }, place) => ({
      ...rest,
      digest: platform.digest,
      platform: platform.name,
      hints: (hinted[place] ?? []).map(toHint),
    })),
  };
}

/** A verdict on something that is not stored. */
export async function withoutImage(
  db: Queryable,
  reference: ImageReference,
  reason: ReasonCode,
): Promise<VerdictAnswer> {
  const { status, title, remedy } = reasons[reason];
  return {
    policy: qualityGatesPolicy,
    image: await placeOfReference(db, reference),
    status,
    reason,
    message: title,
    remedy,
    upstream: null,
    waiver: null,
    since: null,
    platforms: [],
  };
}

export async function placeOfReference(db: Queryable, reference: ImageReference): Promise<VerdictAnswer['image']> {
  const known = [...(await registries(db)).values()].find(({ host }) => host === reference.registry);
  return {
    id: null,
    reference: formatImageReference(reference),
    repository: reference.repository,
    registry: {
      id: known?.id ?? null,
      name: known?.name ?? null,
      host: reference.registry,
    },
    digest: reference.digest,
    tags: reference.tag === null ? [] : [reference.tag],
  };
}

/** Id of a stored image, in whichever integration of its registry has it. */
export async function findStored(db: Queryable, reference: ImageReference): Promise<number | undefined> {
  for (const { id, host } of (await registries(db)).values()) {
    if (host !== reference.registry) continue;
    const found = await findImage(db, { integrationId: id, ...reference });
    if (found !== undefined) return found;
  }
  return undefined;
}

const mostMatched = 500;

/**
 * Stored images under `host/repository:tag` globs; without a tag every tag. At a time: by where tags pointed then. Throws
 * `nothing_matches`.
 */
export async function matchingImages(db: Queryable, text: string, at: string | null = null): Promise<number[]> {
  const slash = text.indexOf('/');
  const colon = text.lastIndexOf(':');
  const hasTag = colon > text.lastIndexOf('/');
  const host = compileGlob(slash === -1 ? '*' : text.slice(0, slash));
  const repository = compileGlob(text.slice(slash + 1, hasTag ? colon : undefined));
  const tag = compileGlob(hasTag ? text.slice(colon + 1) : '*');
  const known = await registries(db);
  const repositories = (
    await db.query<{ id: number; integrationId: number; name: string }>(
      'select id, integration_id as "integrationId", name from shared.image_repositories where watched or $1',
      [at !== null],
    )
  ).filter(({ integrationId, name }) => host(known.get(integrationId)?.host ?? '') && repository(name));
  const present = 'shared.image_tags t join shared.images i on i.id = t.image_id and i.gone_at is null where true';
  const then = `shared.image_tag_periods t join shared.images i on i.id = t.image_id
    where t.from_at <= $2::timestamptz and (t.to_at is null or t.to_at > $2::timestamptz)`;
  const tags = await db.query<{ name: string; imageId: number }>(
    `select t.name, t.image_id as "imageId" from ${at === null ? present : then}
        and t.repository_id = any ($1) order by t.repository_id, t.name`,
    [repositories.map(({ id }) => id), ...(at === null ? [] : [at])],
  );
  const ids = [...new Set(tags.filter(({ name }) => tag(name)).map(({ imageId }) => imageId))];
  if (ids.length === 0) throw new PlumblineError('nothing_matches', { message: `No stored image matches “${text}”.` });
  if (ids.length > mostMatched) {
    const message = `“${text}” matches ${ids.length} images; at most ${mostMatched} are judged at once.`;
    throw new PlumblineError('invalid_request', { message, remedy: 'Use a narrower pattern.' });
  }
  return ids;
}
