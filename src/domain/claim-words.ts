/**
 * How far a claim about an image's commit is believed, best first. `signed`: its signature was verified with a key or
 * identity the operator gave. `builder`: the build tool resolved the commit itself. `client`: whoever started the build
 * said so. `annotation`: free text that is part of the image. `referrer`: attached to the image or to a manifest that
 * other builds share, by anybody who may push, and without the image changing. `label`: free text of the image that is
 * inherited from its base image.
 */
export const trustClasses = ['signed', 'builder', 'client', 'annotation', 'referrer', 'label'] as const;
export type Trust = (typeof trustClasses)[number];

/** Why a claim says nothing about a commit. */
export const claimProblems = ['without_vcs', 'malformed', 'subject_mismatch', 'too_large'] as const;
export type ClaimProblem = (typeof claimProblems)[number];

/** Where a claim was found. Of annotations the first of `manifest`, `index_entry` and `index` counts. */
export const claimPlaces = ['index_attestation', 'referrer', 'manifest', 'index_entry', 'index', 'config'] as const;
export type ClaimPlace = (typeof claimPlaces)[number];

/** What the signature around a statement is worth: none, one nobody could check, one that is wrong, a verified one. */
export const signatureStates = ['none', 'unverified', 'invalid', 'verified'] as const;
export type SignatureState = (typeof signatureStates)[number];

/** What one source says about the commit that an image, or one platform of it, was built from. */
export interface Claim {
  trust: Trust;
  place: ClaimPlace;
  /** True when it speaks of the image as a whole: its index, not one platform's manifest. */
  wholeImage: boolean;
  /** Repository as it was named, without credentials. */
  source: string | null;
  /** Revision as it was named. */
  revision: string | null;
  ref: string | null;
  subdir: string | null;
  signature: SignatureState;
  problem: ClaimProblem | null;
  /** The document it was read from; null for annotations and labels. */
  statementDigest: string | null;
}
