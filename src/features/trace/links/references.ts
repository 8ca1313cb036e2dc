import { isDigest, parseImageReference } from '../../../domain/image-reference.ts';
import type { Certainty, Note } from './model.ts';

/** What somebody named when they named an image. */
export interface Mention {
  /** Null: it was not said in which registry. */
  host: string | null;
  /** Names that the repository may have in its registry; none where only a digest is known. */
  repositories: readonly string[];
  tag: string | null;
  digest: string | null;
}

export interface KnownImage {
  imageId: number;
  host: string;
  repository: string;
  digest: string;
  /** Digests of its platforms. */
  platforms: readonly string[];
}

export interface TagPeriod {
  imageId: number;
  host: string;
  repository: string;
  tag: string;
  from: Date;
  to: Date | null;
}

/** Where the tag pointed is asked for a moment, or for what it came to in a span. */
export type Window = { at: Date; until: Date } | { builtFrom: Date; builtUntil: Date };

export interface Resolved {
  imageId: number;
  certainty: Certainty;
  note: Note | null;
}

const longest = 1_000;

/** Null where no image is named, or nothing that could be looked up. */
export function mentionOf(reference: string | null, digest: string | null): Mention | null {
  const known = digest?.toLowerCase() ?? null;
  const told = known !== null && isDigest(known) ? known : null;
  const parsed = reference === null || reference.length > longest ? null : parseImageReference(reference);
  if (parsed === null) return told === null ? null : { host: null, repositories: [], tag: null, digest: told };
  const named = reference?.trim().toLowerCase().startsWith('docker.io/') === true || parsed.registry !== 'docker.io';
  // Without a host, Docker means its own hub; pipelines mean whichever registry they are set to.
  const bare = parsed.repository.replace(/^library\//, '');
  const repositories = named || bare === parsed.repository ? [parsed.repository] : [parsed.repository, bare];
  return {
    host: named ? parsed.registry : null,
    repositories,
    tag: parsed.tag,
    digest: told ?? parsed.digest,
  };
}

/** Every image that is meant, never one of several. By its digest where that was told; else where the tag pointed then. */
export function resolve(
  mention: Mention,
  known: { images: readonly KnownImage[]; periods: readonly TagPeriod[] },
  { window, certainty }: { window: Window; certainty: Certainty },
): Resolved[] {
  if (mention.digest !== null) return byDigest(mention, mention.digest, { images: known.images, certainty });
  return byTag(
    known.periods.filter((period) => isNamed(mention, period) && period.tag === mention.tag),
    window,
  );
}

function isNamed({ host, repositories }: Mention, place: { host: string; repository: string }): boolean {
  return (host === null || host === place.host) && repositories.includes(place.repository);
}

function byDigest(
  mention: Mention,
  digest: string,
  { images, certainty }: { images: readonly KnownImage[]; certainty: Certainty },
): Resolved[] {
  const exact = images.filter((image) => image.digest === digest);
  const named = exact.filter((image) => mention.repositories.length === 0 || isNamed(mention, image));
  if (named.length > 0) return named.map(({ imageId }) => ({ imageId, certainty, note: null }));
  if (exact.length > 0) return exact.map(({ imageId }) => inferred(imageId, 'digest_elsewhere'));
  const holding = images.filter(({ platforms }) => platforms.includes(digest));
  const here = holding.filter((image) => isNamed(mention, image));
  return (here.length > 0 ? here : holding).map(({ imageId }) => inferred(imageId, 'platform_digest'));
}

function byTag(periods: readonly TagPeriod[], window: Window): Resolved[] {
  if ('at' in window) {
    const { at, until } = window;
    return periods
      .filter((period) => holds(period, at))
      .map((period) => inferred(period.imageId, movedBy(period, until) ? 'tag_moved' : null));
  }
  const { builtFrom, builtUntil } = window;
  const begun = periods.filter(({ from }) => from >= builtFrom && from <= builtUntil);
  // Where nothing came to the tag, what it pointed to was built again as it was.
  const meant = begun.length > 0 ? begun : periods.filter((period) => holds(period, builtUntil));
  const note = new Set(begun.map(({ imageId }) => imageId)).size > 1 ? 'several_periods' : null;
  return [...new Set(meant.map(({ imageId }) => imageId))].map((imageId) => inferred(imageId, note));
}

const holds = ({ from, to }: TagPeriod, at: Date): boolean => from <= at && (to === null || to > at);

/** The tag left this image before the end: by then the same name meant another one, or none. */
const movedBy = ({ to }: TagPeriod, until: Date): boolean => to !== null && to <= until;

const inferred = (imageId: number, note: Note | null): Resolved => ({ imageId, certainty: 'inferred', note });
