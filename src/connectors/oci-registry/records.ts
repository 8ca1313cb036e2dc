import { z } from 'zod';
import { claimPlaces, claimProblems, signatureStates, trustClasses } from '../../domain/claim.ts';
import { isDigest, isRepositoryName, isTag } from '../../domain/image-reference.ts';
import { redactUrls } from '../../domain/redact-urls.ts';

/**
 * What the streams yield, in our words. Strict: the hub parses each record again, because a satellite that sends them is
 * an outside system. Member order is part of a record's hash, so add new members at the end and raise `hashVersion`.
 * Times are ISO 8601 UTC with milliseconds. `null` means the registry said nothing. No text in here holds user names or
 * passwords of an address.
 */
export const hashVersion = 2;

const digest = z.string().refine(isDigest, 'is no digest');
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const mediaType = z.string().max(255);
const short = z.string().max(200).overwrite(redactUrls);
/** Free text of whoever built the image: cut off, never trusted, and redacted here whatever way it came. */
const free = z.string().max(2_048).overwrite(redactUrls);
const sentence = z.string().max(300).overwrite(redactUrls);

/** Stream `repositories` (part discovery, scope ''): those that are watched. */
export const RepositoryRecord = z.strictObject({
  name: z.string().refine(isRepositoryName, 'is no repository'),
});
export type RepositoryRecord = z.infer<typeof RepositoryRecord>;

/** Stream `image_tags` (current, scope ''): tags of images; those that hold attachments are left out. */
export const TagRecord = z.strictObject({
  name: z.string().refine(isTag, 'is no tag'),
  /** What it points to: an index or a manifest. */
  digest,
});
export type TagRecord = z.infer<typeof TagRecord>;

/** One platform's manifest in an image. The same manifest may be in many images. */
export const PlatformRecord = z.strictObject({
  digest,
  mediaType,
  os: short.nullable(),
  architecture: short.nullable(),
  variant: short.nullable(),
  osVersion: short.nullable(),
  /** Manifest, configuration and layers together, in bytes. */
  size: z.int().nonnegative().nullable(),
  /** As the configuration says; builds that are to be reproducible say 1970. */
  createdAt: instant.nullable(),
});
export type PlatformRecord = z.infer<typeof PlatformRecord>;

/** What one source says about the commit behind an image; `domain/claim.ts` says what follows from them. */
export const ClaimRecord = z.strictObject({
  /** The platform it speaks of; null: the image as a whole. */
  platform: digest.nullable(),
  trust: z.enum(trustClasses),
  place: z.enum(claimPlaces),
  source: free.nullable(),
  revision: free.nullable(),
  ref: free.nullable(),
  subdir: free.nullable(),
  predicateType: free.nullable(),
  buildType: free.nullable(),
  builderId: free.nullable(),
  /** When the build ended. */
  builtAt: instant.nullable(),
  signature: z.enum(signatureStates),
  /** Key or identity that the signature was verified with. */
  signer: free.nullable(),
  /** Manifest and blob it was read from. */
  manifestDigest: digest.nullable(),
  statementDigest: digest.nullable(),
  problem: z.enum(claimProblems).nullable(),
  /** What is wrong, in a sentence. */
  detail: sentence.nullable(),
});
export type ClaimRecord = z.infer<typeof ClaimRecord>;

/** Why an image could not be read: codes of the error catalogue. */
export const imageProblems = [
  'image_limits_exceeded',
  'digest_mismatch',
  'manifest_invalid',
  'manifest_missing',
  'incomplete_listing',
  'manifest_unsupported',
] as const;

/** Stream `images` (current, scope ''): what a tag of the repository points to, with its platforms and claims. */
export const ImageRecord = z.strictObject({
  digest,
  mediaType,
  /** An artifact (a chart, a bundle) is no image: it is only remembered, so as not to be read again. */
  kind: z.enum(['image', 'artifact']),
  artifactType: mediaType.nullable(),
  /**
   * What the claims were made of beside the digest: attachments, keys, and the version of the reading. An image whose
   * evidence is unchanged need not be read again.
   */
  evidence: z.string().max(100),
  /** Only verified signatures count, as the integration is set. */
  signatureRequired: z.boolean(),
  /** Keys or identities were given to verify signatures with. */
  signersKnown: z.boolean(),
  platforms: z.array(PlatformRecord).max(200),
  claims: z.array(ClaimRecord).max(2_000),
  problem: z.strictObject({ code: z.enum(imageProblems), message: sentence }).nullable(),
  /** Platforms, as `os/architecture`, that the index names and the registry does not have (a sparse index). */
  absentPlatforms: z.array(short).max(200).default([]),
});
export type ImageRecord = z.infer<typeof ImageRecord>;
