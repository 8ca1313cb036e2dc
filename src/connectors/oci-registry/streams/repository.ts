import { isPlumblineError } from '../../../platform/errors/index.ts';
import { keysOf, type SliceEvent, type SliceRequest, statusesOf } from '../../contract.ts';
import { attachmentsOf, listedTags } from '../attachments.ts';
import { readImage } from '../image.ts';
import { mapLimited, type Reader, width } from '../reader.ts';
import type { ImageRecord } from '../records.ts';
import { isRefused, isWatched, leftOut, repositoryOf, wholeness } from './discovery.ts';
import { evidenceOf, type Listing, listTags, rootsOf, versionOf, wantedTags } from './tags.ts';

/** Images read and staged together; an interrupted attempt goes on behind them. */
const batch = 16;

/**
 * Part `current` of a repository: where its tags point, and the images that are new or have new evidence. Manifests never
 * change, so an image whose evidence is stored is not read again.
 */
export async function* readRepository(reader: Reader, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const repository = repositoryOf(request.slice);
  if (!isWatched(reader.settings, repository)) {
    // A notification may name what is not watched any more: what is stored of it stays as it is.
    yield imagesComplete({ method: 'not watched', coverage: 'changes' });
    return;
  }
  let listing: Listing;
  try {
    listing = await listTags(reader, repository);
  } catch (error) {
    if (isPlumblineError(error, 'repository_not_found')) {
      listing = {
        images: new Map(),
        attachments: attachmentsOf(reader, repository, listedTags(new Map())),
        cutOff: null,
      };
    } else {
      if (!isRefused(error)) throw error;
      const { code, message, upstream } = error;
      for (const stream of ['images', 'image_tags'])
        yield {
          type: 'unavailable',
          stream,
          scope: '',
          code,
          message,
          ...(upstream === undefined ? {} : { upstream }),
        };
      return;
    }
  }
  if (request.resume['images '] !== 'complete') yield* readImages(reader, request, { repository, listing });
  // Last: a tag is never staged before the image it points to.
  if (request.resume['image_tags '] !== 'complete') yield* tagEvents(reader, request, listing);
  yield { type: 'slice', slice: request.slice, version: await versionOf(reader, listing), touchedAt: null };
}

interface Place {
  repository: string;
  listing: Listing;
}

async function* readImages(
  reader: Reader,
  request: SliceRequest,
  { repository, listing }: Place,
): AsyncGenerator<SliceEvent> {
  const roots = rootsOf(listing);
  const unchanged = await knownRoots(reader, request, listing, roots);
  const staged = new Set<string>();
  if (request.resume['images '] !== undefined && request.stagedKeys !== undefined)
    for await (const keys of request.stagedKeys('images', '')) for (const key of keys) staged.add(key);
  else if (request.resume['images '] !== undefined) yield { type: 'restart', stream: 'images', scope: '' };
  const wanted = roots.filter((root) => !unchanged.has(root) && !staged.has(root));
  for (let start = 0; start < wanted.length; start += batch) {
    const roundOf = wanted.slice(start, start + batch);
    yield { type: 'progress', stage: repository, done: start, total: wanted.length };
    const records = await mapLimited(roundOf, width, (digest) => readRecord(reader, { repository, digest, listing }));
    yield { type: 'records', stream: 'images', scope: '', records, cursor: roundOf.at(-1) ?? '' };
  }
  const gone = await goneRoots(reader, request, repository, new Set(roots));
  yield imagesComplete({
    method: 'manifests of tags',
    coverage: request.stored === undefined ? 'whole' : 'changes',
    ...(gone === undefined ? {} : { gone }),
  });
}

function imagesComplete(more: { method: string; coverage: 'whole' | 'changes'; gone?: readonly string[] }): SliceEvent {
  return {
    type: 'complete',
    stream: 'images',
    scope: '',
    // Images without a tag cannot be listed: nobody knows how many a registry holds.
    sourceCount: null,
    proof: 'key_set',
    sourceMoved: false,
    absenceTrusted: false,
    ...more,
  };
}

async function readRecord(
  reader: Reader,
  { repository, digest, listing }: Place & { digest: string },
): Promise<ImageRecord> {
  const image = await readImage(reader, { repository, digest, attachments: listing.attachments });
  const platforms = image.platforms.map((platform) => platform.digest);
  // Other problems lie in the content and stay; these may be gone at the next look, and an absent platform there.
  const passing =
    image.absentPlatforms.length > 0 ||
    ['digest_mismatch', 'manifest_missing', 'incomplete_listing'].includes(image.problem?.code ?? '');
  const evidence = passing ? 'unread' : await evidenceOf(reader, listing, { digest, platforms });
  const { signatureRequired, signersKnown, ...rest } = image;
  return {
    digest,
    mediaType: rest.mediaType,
    kind: rest.kind,
    artifactType: rest.artifactType,
    evidence,
    signatureRequired,
    signersKnown,
    platforms: rest.platforms,
    claims: rest.claims,
    problem: rest.problem,
    absentPlatforms: rest.absentPlatforms,
  };
}

/** Those whose stored evidence is what it would be now. */
async function knownRoots(
  reader: Reader,
  request: SliceRequest,
  listing: Listing,
  roots: readonly string[],
): Promise<Set<string>> {
  if (request.stored === undefined || request.purpose === 'audit') return new Set();
  const stored = await statusesOf(request.stored.rows('images', '', { keys: roots }));
  const { taggedSubjects } = listing.attachments;
  const platforms = new Map<string, string[]>();
  // An attachment of a platform concerns every image that holds this platform.
  for (const [platform, holders] of await statusesOf(request.stored.rows('platforms', '', { keys: taggedSubjects })))
    for (const holder of holders.split(' ')) platforms.set(holder, [...(platforms.get(holder) ?? []), platform]);
  const known = roots.filter((root) => stored.has(root));
  const evidence = await mapLimited(known, width, (digest) =>
    evidenceOf(reader, listing, { digest, platforms: platforms.get(digest) ?? [] }),
  );
  return new Set(known.filter((root, index) => stored.get(root) === evidence[index]));
}

/** Images that lost their last tag and that the registry does not have by digest either; undefined where nobody asked. */
async function goneRoots(
  reader: Reader,
  request: SliceRequest,
  repository: string,
  roots: ReadonlySet<string>,
): Promise<string[] | undefined> {
  if (request.rows === undefined) return undefined;
  const tagged = await keysOf(request.rows('images', ''));
  const untagged = tagged.filter((digest) => !roots.has(digest));
  const found = await mapLimited(untagged, width, (digest) => isThere(reader, repository, digest));
  return untagged.filter((_, index) => found[index] === false);
}

/** Only the registry's own word that it has no such manifest counts; what a proxy answers proves nothing. */
async function isThere(reader: Reader, repository: string, digest: string): Promise<boolean> {
  try {
    return (await reader.client.resolve(repository, digest)) !== null;
  } catch (error) {
    if (isRefused(error)) return true;
    throw error;
  }
}

async function* tagEvents(
  reader: Reader,
  { rows }: SliceRequest,
  { images, cutOff }: Listing,
): AsyncGenerator<SliceEvent> {
  const records = [...images].map(([name, digest]) => ({ name, digest }));
  yield { type: 'records', stream: 'image_tags', scope: '', records };
  yield {
    type: 'complete',
    stream: 'image_tags',
    scope: '',
    sourceCount: records.length,
    method: '/v2/<name>/tags/list',
    ...wholeness(cutOff),
    ...leftOut(rows === undefined ? [] : await keysOf(rows('image_tags', '')), wantedTags(reader.settings)),
  };
}
