import type { Claim, ClaimOutcome, Trust } from '../../domain/claim.ts';
import { revisionsOf } from '../../domain/commit.ts';
import type { Queryable } from '../../platform/database/index.ts';

/** What the claims about a platform come to. `outcome` is `resolved`, or why no commit follows. */
export interface PlatformFacts {
  id: number;
  digest: string;
  os: string | null;
  architecture: string | null;
  variant: string | null;
  outcome: ClaimOutcome;
  /** The members below are null unless resolved; `repositoryKey` also when the claim names no repository. */
  trust: Trust | null;
  repositoryKey: string | null;
  repositoryUrl: string | null;
  /** Lower case; the beginning of a commit unless `commitExact`. */
  commit: string | null;
  commitExact: boolean | null;
  dirty: boolean | null;
  /** Branch or tag that was named. */
  ref: string | null;
  subdir: string | null;
  /** Only claims about the whole image speak of this platform. */
  inherited: boolean | null;
  warnings: string[];
  /** The claim that decided, in `ImageFacts.claims` by `ordinal`. */
  claimOrdinal: number | null;
}

export interface ClaimFacts extends Claim {
  ordinal: number;
  /** Null: the image as a whole. */
  platformDigest: string | null;
  repositoryKey: string | null;
  predicateType: string | null;
  buildType: string | null;
  builderId: string | null;
  builtAt: Date | null;
  signer: string | null;
  manifestDigest: string | null;
  statementDigest: string | null;
  detail: string | null;
}

/** An image with everything that is known of where it comes from. */
export interface ImageFacts {
  id: number;
  integrationId: number;
  repositoryId: number;
  /** Name of the repository in its registry. */
  repository: string;
  digest: string;
  mediaType: string;
  createdAt: Date | null;
  firstSeenAt: Date;
  /** Since when no tag points to it. */
  untaggedAt: Date | null;
  /** When the registry was found not to have it any more. */
  goneAt: Date | null;
  /** Since when the settings leave its repository out. */
  leftScopeAt: Date | null;
  /** Why it could not be read: a code of the error table, and the sentence. */
  problem: { code: string; message: string } | null;
  signatureRequired: boolean;
  signersKnown: boolean;
  /** Platforms that the index names and the registry does not have. */
  absentPlatforms: string[];
  /** Tags that point to it now. */
  tags: string[];
  platforms: PlatformFacts[];
  claims: ClaimFacts[];
}

/** Those of the ids that are images (not artifacts), in the order of ids. */
export async function readImages(db: Queryable, ids: readonly number[]): Promise<ImageFacts[]> {
  if (ids.length === 0) return [];
  const images = await db.query<Omit<ImageFacts, 'problem' | 'tags' | 'platforms' | 'claims'> & ProblemColumns>(
    `select i.id, i.integration_id as "integrationId", i.repository_id as "repositoryId", r.source_key as repository, i.digest,
            i.media_type as "mediaType", i.created_at as "createdAt", i.first_seen_at as "firstSeenAt", i.untagged_at as "untaggedAt",
            i.gone_at as "goneAt", r.left_scope_at as "leftScopeAt", i.problem_code, i.problem_message, i.signature_required as "signatureRequired",
            i.signers_known as "signersKnown", i.absent_platforms as "absentPlatforms",
            array(select t.name from images.tag_periods t where t.image_id = i.id and t.to_at is null order by t.name) as tags
       from images.images i join images.repositories r on r.id = i.repository_id
      where i.id = any ($1) and i.kind = 'image' order by i.id`,
    [ids],
  );
  const platforms = await db.query<PlatformFacts & { imageId: number }>(
    `select id, image_id as "imageId", digest, os, architecture, variant, outcome, trust, repository_key as "repositoryKey",
            repository_url as "repositoryUrl", commit, commit_exact as "commitExact", dirty, ref, subdir, inherited, warnings,
            claim_ordinal as "claimOrdinal"
       from images.platforms where image_id = any ($1) order by image_id, ordinal`,
    [ids],
  );
  const claims = await db.query<ClaimFacts & { imageId: number }>(
    `select image_id as "imageId", ordinal, platform_digest as "platformDigest", platform_digest is null as "wholeImage", trust, place,
            source, repository_key as "repositoryKey", revision, ref, subdir, predicate_type as "predicateType", build_type as "buildType",
            builder_id as "builderId", built_at as "builtAt", signature, signer, manifest_digest as "manifestDigest",
            statement_digest as "statementDigest", problem, detail
       from images.claims where image_id = any ($1) order by image_id, ordinal`,
    [ids],
  );
  const platformsOf = Map.groupBy(platforms, (row) => row.imageId);
  const claimsOf = Map.groupBy(claims, (row) => row.imageId);
  return images.map(({ problem_code: code, problem_message: message, ...image }) => ({
    ...image,
    problem: code === null ? null : { code, message: message ?? '' },
    platforms: (platformsOf.get(image.id) ?? []).map(withoutImage),
    claims: (claimsOf.get(image.id) ?? []).map(withoutImage),
  })) as ImageFacts[];
}

function withoutImage<T extends { imageId: number }>({ imageId: _imageId, ...rest }: T): Omit<T, 'imageId'> {
  return rest;
}

interface ProblemColumns {
  problem_code: string | null;
  problem_message: string | null;
  tags: string[];
}

/**
 * Ids of the images that anything says were built from one of these commits, or from one that begins as it does (7 or
 * more digits), ascending. Whether it is believed may change with settings, so every claim counts, hints too.
 */
export async function imagesOfCommits(db: Queryable, commits: readonly string[]): Promise<number[]> {
  const rows = await db.query<{ image_id: number }>(
    'select distinct image_id from images.claims where commit = any ($1::text[]) order by image_id',
    [commits.flatMap((commit) => revisionsOf(commit.toLowerCase()))],
    'images of commits',
  );
  return rows.map((row) => row.image_id);
}

/** Ids of the images that anything says were built from this repository, ascending. */
export async function imagesOfRepository(db: Queryable, repositoryKey: string): Promise<number[]> {
  const rows = await db.query<{ image_id: number }>(
    'select distinct image_id from images.claims where repository_key = $1 order by image_id',
    [repositoryKey],
  );
  return rows.map((row) => row.image_id);
}

/** Which images are meant: those of a repository of a registry, by tag or digest. */
export interface ImagePlace {
  integrationId: number;
  repository: string;
  tag?: string | null;
  digest?: string | null;
}

/** Id of the image at a place, undefined when none is stored that its registry still has. A digest counts before a tag. */
export async function findImage(db: Queryable, place: ImagePlace): Promise<number | undefined> {
  const byDigest = place.digest !== undefined && place.digest !== null;
  const row = await db.maybeOne<{ id: number }>(
    byDigest
      ? `select i.id from images.images i join images.repositories r on r.id = i.repository_id
          where r.integration_id = $1 and r.source_key = $2 and i.digest = $3 and i.kind = 'image' and i.gone_at is null`
      : `select i.id from images.tag_periods t join images.repositories r on r.id = t.repository_id join images.images i on i.id = t.image_id
          where r.integration_id = $1 and r.source_key = $2 and t.name = $3 and t.to_at is null and i.kind = 'image'`,
    [place.integrationId, place.repository, byDigest ? place.digest : (place.tag ?? 'latest')],
  );
  return row?.id;
}

/** Ids of the images with this platform that their registry still has, ascending; it may be in several. */
export async function imagesWithPlatform(
  db: Queryable,
  place: { integrationId: number; repository: string; digest: string },
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select distinct i.id from images.platforms p join images.images i on i.id = p.image_id and i.kind = 'image' and i.gone_at is null
       join images.repositories r on r.id = i.repository_id
      where r.integration_id = $1 and r.source_key = $2 and p.digest = $3 order by i.id`,
    [place.integrationId, place.repository, place.digest],
  );
  return rows.map((row) => row.id);
}
