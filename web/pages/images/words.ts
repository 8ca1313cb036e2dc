import type { ClaimOutcome } from '../../../src/domain/claim.ts';
import type { ImageClaim } from '../../../src/features/images/contract.ts';

/** What the claims come to, in the reader’s words. */
export const outcomeLabel: Record<ClaimOutcome, string> = {
  resolved: 'Commit known',
  NO_PROVENANCE: 'No provenance',
  PROVENANCE_WITHOUT_VCS: 'Provenance without a commit',
  PROVENANCE_INVALID: 'Unreadable provenance',
  PROVENANCE_CONFLICT: 'Claims contradict',
  PROVENANCE_UNTRUSTED: 'Not signed',
  REVISION_NOT_A_COMMIT: 'Revision is no commit',
};

/** What it means and what to do. */
export const outcomeHelp: Record<Exclude<ClaimOutcome, 'resolved'>, string> = {
  NO_PROVENANCE:
    'Nothing says which commit this was built from. Build with docker buildx and provenance (the default when it pushes), or set the annotation org.opencontainers.image.revision.',
  PROVENANCE_WITHOUT_VCS:
    'There is an attestation, but it names no commit. Build inside the git work tree with docker buildx, or from a git URL.',
  PROVENANCE_INVALID:
    'An attestation cannot be read or is about another image. Build and push again with a current builder.',
  PROVENANCE_CONFLICT:
    'Two claims of equal trust name different commits. See below which; enter the signing keys in the integration to decide between them.',
  PROVENANCE_UNTRUSTED:
    'This registry’s integration requires signatures, and no claim has a verified one. Sign with cosign attest, and enter the key in the integration.',
  REVISION_NOT_A_COMMIT: 'The revision is a version or a number. Set it to the commit’s full id.',
};

export const trustLabel: Record<ImageClaim['trust'], string> = {
  signed: 'Signed',
  builder: 'Found by the builder',
  client: 'Said by the build’s caller',
  referrer: 'Attached, unsigned',
  annotation: 'Annotation',
  label: 'Label',
};

export const trustHelp: Record<ImageClaim['trust'], string> = {
  signed: 'Its signature was verified with a key or signer of the integration.',
  builder: 'The build tool read the commit from the repository itself.',
  client: 'Whoever started the build said so; nobody checked.',
  referrer: 'Attached to the platform’s manifest, which other builds may share.',
  annotation: 'Free text that was put on the image.',
  label: 'Free text in the image’s configuration; base images hand theirs down.',
};

export const placeLabel: Record<ImageClaim['place'], string> = {
  index_attestation: 'Attestation in the index',
  referrer: 'Attached to the digest',
  manifest: 'Annotation of the manifest',
  index_entry: 'Annotation in the index’s entry',
  index: 'Annotation of the index',
  config: 'Label of the configuration',
};

export const signatureLabel: Record<ImageClaim['signature'], string> = {
  none: 'none',
  unverified: 'not verified: no key or signer is entered',
  invalid: 'wrong',
  verified: 'verified',
};

export const problemLabel: Record<NonNullable<ImageClaim['problem']>, string> = {
  without_vcs: 'Names no commit',
  malformed: 'Cannot be read',
  subject_mismatch: 'Is about another image',
  too_large: 'Too large to be read',
};

export const warningLabel: Record<string, string> = {
  CLAIMS_DIFFER: 'Another claim of less trust says something else.',
  PROVENANCE_INVALID: 'An attestation could not be read; another claim was used.',
  SIGNATURE_NOT_VERIFIED: 'A signature could not be verified: its statement counts as an unsigned one.',
  UNVERIFIED_REFERRER_IGNORED: 'An attachment without a verified signature contradicts the rest and was left out.',
  AMBIGUOUS_REFERRERS: 'Attachments of other builds with the same content name different commits; none was used.',
};

/** `sha256:d5c3033e9255`: enough to tell digests of one page apart. */
export const shortDigest = (digest: string): string => digest.replace(/^(\w+:[0-9a-f]{12})[0-9a-f]+$/, '$1');

export const shortCommit = (commit: string): string => commit.slice(0, 10);

export const platformName = (platform: {
  os: string | null;
  architecture: string | null;
  variant: string | null;
}): string =>
  [platform.os, platform.architecture, platform.variant].filter((part) => part !== null).join('/') ||
  'platform not named';
