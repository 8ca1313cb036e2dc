import { z } from 'zod';
import { claimOutcomes, claimPlaces, claimProblems, signatureStates, trustClasses } from '../../domain/claim.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

/** Members in an address are separated by commas: `integration=1,2`. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

const page = z.coerce.number().int().min(1).max(100_000).default(1);

export const IntegrationRef = z.object({ id: rowId, name: z.string() });

/** `resolved`, or why no commit follows from the claims. */
export const ClaimOutcome = z.enum(claimOutcomes);

/** How far a claim is believed, best first. */
export const Trust = z.enum(trustClasses);

export const RepositoryState = z.enum(['watched', 'outside', 'gone']);
export const RepositorySort = z.enum(['name', 'images', 'newest']);
export const RepositoryQuery = z.strictObject({
  /** Part of the name, whatever the case. */
  search: z.string().max(400).optional(),
  /** Integration ids. */
  integration: list(z.coerce.number().pipe(rowId)).optional(),
  /** A node of an org tree: what belongs to its teams. */
  node: z.coerce.number().pipe(rowId).optional(),
  /** `watched`: what the registry has and the settings ask for; `outside`: what the settings leave out; `gone`: what the registry has no more. */
  state: RepositoryState.default('watched'),
  sort: RepositorySort.default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  page,
});
export type RepositoryQuery = z.input<typeof RepositoryQuery>;

/** A repository of a registry. */
export const RepositoryRow = z.object({
  id: rowId,
  name: z.string(),
  integration: IntegrationRef,
  /** Tags there are now, and images they point to. */
  tags: z.int(),
  images: z.int(),
  /** Of those images, how many name their commit on every platform. */
  withCommit: z.int(),
  /** When its newest image was first seen; null before the first. */
  newestAt: instant.nullable(),
  /** Null before it was read for the first time. */
  readAt: instant.nullable(),
  /** Since when it is in no number; null for one that is watched. */
  leftAt: instant.nullable(),
});
export type RepositoryRow = z.infer<typeof RepositoryRow>;

/** `GET /api/v1/images/repositories`: 50 a page. */
export const RepositoryList = z.object({
  repositories: z.array(RepositoryRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type RepositoryList = z.infer<typeof RepositoryList>;

export const ImageSort = z.enum(['newest', 'created', 'repository']);
export const ImageQuery = z.strictObject({
  /** Part of the repository’s name or of a tag; the beginning of a digest or commit. */
  search: z.string().max(400).optional(),
  integration: list(z.coerce.number().pipe(rowId)).optional(),
  /** One repository. */
  repository: z.coerce.number().pipe(rowId).optional(),
  /** A node of an org tree: what belongs to its teams. */
  node: z.coerce.number().pipe(rowId).optional(),
  /** Images with a platform of this outcome. */
  outcome: list(ClaimOutcome).optional(),
  /** Images that no tag points to any more are left out unless asked for. */
  untagged: z.enum(['without', 'with']).default('without'),
  sort: ImageSort.default('newest'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  page,
});
export type ImageQuery = z.input<typeof ImageQuery>;

export const Problem = z.object({ code: z.string(), message: z.string() });

export const ImageRow = z.object({
  id: rowId,
  integration: IntegrationRef,
  repository: z.object({ id: rowId, name: z.string() }),
  digest: z.string(),
  /** Tags that point to it now. */
  tags: z.array(z.string()),
  /** `linux/arm64/v8`, in the order of the index. */
  platforms: z.array(z.string()),
  /** What all platforms have in common: the outcome if it is one, the commit if it is one. */
  provenance: z.object({
    /** Null when platforms differ. */
    outcome: ClaimOutcome.nullable(),
    trust: Trust.nullable(),
    commit: z.string().nullable(),
    repositoryKey: z.string().nullable(),
    dirty: z.boolean(),
  }),
  /** As the image says; null where it says nothing of use. */
  createdAt: instant.nullable(),
  firstSeenAt: instant,
  /** Since when no tag points to it. */
  untaggedAt: instant.nullable(),
  /** When the registry was found not to have it any more. */
  goneAt: instant.nullable(),
  /** Since when the settings leave its repository out: what was read before is kept, and counts nowhere. */
  leftScopeAt: instant.nullable(),
  /** Why it could not be read. */
  problem: Problem.nullable(),
});
export type ImageRow = z.infer<typeof ImageRow>;

/** `GET /api/v1/images`: 50 a page. */
export const ImageList = z.object({ images: z.array(ImageRow), total: z.int(), page: z.int(), pageSize: z.int() });
export type ImageList = z.infer<typeof ImageList>;

export const ImageParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

/** One platform with what its claims come to. Members are null unless resolved. */
export const ImagePlatform = z.object({
  digest: z.string(),
  os: z.string().nullable(),
  architecture: z.string().nullable(),
  variant: z.string().nullable(),
  /** Manifest, configuration and layers together, in bytes. */
  size: z.int().nullable(),
  createdAt: instant.nullable(),
  outcome: ClaimOutcome,
  trust: Trust.nullable(),
  /** Place in `claims` of the one that decided. */
  claim: z.int().nullable(),
  repositoryKey: z.string().nullable(),
  repositoryUrl: z.string().nullable(),
  commit: z.string().nullable(),
  /** False when only the beginning of the commit is known. */
  commitExact: z.boolean().nullable(),
  dirty: z.boolean().nullable(),
  ref: z.string().nullable(),
  subdir: z.string().nullable(),
  /** Only claims about the whole image speak of it. */
  inherited: z.boolean().nullable(),
  warnings: z.array(z.string()),
});
export type ImagePlatform = z.infer<typeof ImagePlatform>;

/** What one source says about the commit. Never the statement itself: it may hold credentials. */
export const ImageClaim = z.object({
  ordinal: z.int(),
  /** Manifest of the platform it speaks of; null: the image as a whole. */
  platformDigest: z.string().nullable(),
  trust: Trust,
  place: z.enum(claimPlaces),
  source: z.string().nullable(),
  repositoryKey: z.string().nullable(),
  revision: z.string().nullable(),
  ref: z.string().nullable(),
  subdir: z.string().nullable(),
  predicateType: z.string().nullable(),
  buildType: z.string().nullable(),
  builderId: z.string().nullable(),
  builtAt: instant.nullable(),
  signature: z.enum(signatureStates),
  signer: z.string().nullable(),
  /** Where it can be read in the registry. */
  manifestDigest: z.string().nullable(),
  statementDigest: z.string().nullable(),
  problem: z.enum(claimProblems).nullable(),
  detail: z.string().nullable(),
});
export type ImageClaim = z.infer<typeof ImageClaim>;

/** Where a tag pointed, newest first. */
export const TagPeriod = z.object({
  name: z.string(),
  imageId: rowId,
  digest: z.string(),
  from: instant,
  /** Null: it points there now. */
  to: instant.nullable(),
});

/** `GET /api/v1/images/:id`. */
export const Image = ImageRow.omit({ platforms: true }).extend({
  mediaType: z.string(),
  /** Only verified signatures count, as the integration is set. */
  signatureRequired: z.boolean(),
  /** Platforms that the index names and the registry does not have (a sparse index). */
  absentPlatforms: z.array(z.string()),
  platforms: z.array(ImagePlatform),
  claims: z.array(ImageClaim),
  /** Every tag that pointed to it, with what it pointed to before and after; at most 200. */
  tagHistory: z.array(TagPeriod),
  /** How to pull exactly this image. */
  pullReference: z.string(),
});
export type Image = z.infer<typeof Image>;
