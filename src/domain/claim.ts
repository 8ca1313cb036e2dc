import { parseRevision } from './commit.ts';
import { parseRepositoryUrl } from './repository-url.ts';

/**
 * How far a claim about an image's commit is believed, best first. `signed`: its signature was verified with a key or
 * identity the operator gave. `builder`: the build tool resolved the commit itself. `client`: whoever started the build
 * said so. `referrer`: attached to the platform's manifest, which other builds may share. `annotation` and `label`:
 * free text of the image; labels are inherited from base images.
 */
export const trustClasses = ['signed', 'builder', 'client', 'referrer', 'annotation', 'label'] as const;
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
}

/** What claims come to: a commit, or why none follows. The latter are the reason codes of a verdict. */
export const claimOutcomes = [
  'resolved',
  'NO_PROVENANCE',
  'PROVENANCE_WITHOUT_VCS',
  'PROVENANCE_INVALID',
  'PROVENANCE_CONFLICT',
  'PROVENANCE_UNTRUSTED',
  'REVISION_NOT_A_COMMIT',
] as const;
export type ClaimOutcome = (typeof claimOutcomes)[number];

/** Why no commit follows from the claims. */
type Unresolved = Exclude<ClaimOutcome, 'resolved'>;

/** Worth a word beside the answer. */
export type ClaimWarning =
  /** Another claim of less trust, or another place of the same annotation, says something else. */
  | 'CLAIMS_DIFFER'
  /** A statement could not be read; another claim was used. */
  | 'PROVENANCE_INVALID'
  /** A signature is there and could not be verified: the statement counts as an unsigned one. */
  | 'SIGNATURE_NOT_VERIFIED'
  /** An unverified attachment that contradicts the other claims was left out. */
  | 'UNVERIFIED_REFERRER_IGNORED'
  /** Attachments of a manifest that several builds share name different commits: none was used. */
  | 'AMBIGUOUS_REFERRERS';

export type Resolution = { warnings: ClaimWarning[] } & (
  | {
      outcome: 'resolved';
      trust: Trust;
      /** Index of the claim that decided, in the list that was given. */
      claim: number;
      /** Null: the claim names no repository, so the commit alone is looked for. */
      repositoryKey: string | null;
      repositoryUrl: string | null;
      /** Lower case; the beginning of a commit unless `exact`. */
      commit: string;
      exact: boolean;
      /** The work tree had uncommitted changes. */
      dirty: boolean;
      ref: string | null;
      subdir: string | null;
      /** True when only claims about the whole image speak of it. */
      inherited: boolean;
    }
  | { outcome: Unresolved }
);

export interface ResolveOptions {
  /** Only verified signatures count. */
  requireSignature: boolean;
  /** The operator gave keys or identities: an attachment without a verified signature may have been added by anybody. */
  signersKnown: boolean;
  /** Claims about the whole image speak for each platform. */
  inheritWholeImage: boolean;
}

interface Candidate {
  index: number;
  claim: Claim;
  repositoryKey: string | null;
  repositoryUrl: string | null;
  commit: string | null;
  exact: boolean;
  dirty: boolean;
  ref: string | null;
  subdir: string | null;
}

/** The one commit that the claims about a platform come to, or why there is none. Pure; the order of claims is kept. */
export function resolveClaims(claims: readonly Claim[], options: ResolveOptions): Resolution {
  const warnings = new Set<ClaimWarning>();
  const heard = claims
    .map((claim, index) => ({ claim, index }))
    .filter(({ claim }) => options.inheritWholeImage || !claim.wholeImage);
  if (heard.some(({ claim }) => claim.signature === 'unverified' || claim.signature === 'invalid'))
    warnings.add('SIGNATURE_NOT_VERIFIED');
  const unreadable = heard.some(({ claim }) => claim.problem !== null && claim.problem !== 'without_vcs');
  const said = heard.filter(({ claim }) => claim.problem === null && claim.revision !== null).map(toCandidate);
  const end = (outcome: Unresolved): Resolution => ({ outcome, warnings: [...warnings] });
  const signed = said.filter(({ claim }) => claim.trust === 'signed');
  if (options.requireSignature && signed.length === 0) {
    if (heard.length === 0) return end('NO_PROVENANCE');
    return end(said.length === 0 && unreadable ? 'PROVENANCE_INVALID' : 'PROVENANCE_UNTRUSTED');
  }
  const usable = options.requireSignature ? signed : withoutDoubtful(said, options, warnings);
  const best = trustClasses.map((trust) => usable.filter(({ claim }) => claim.trust === trust)).find(isFilled);
  if (best === undefined) {
    // Attachments that contradict each other are those of other builds: nothing of them counts.
    const own = heard.filter(({ claim }) => !warnings.has('AMBIGUOUS_REFERRERS') || claim.trust !== 'referrer');
    if (own.some(({ claim }) => claim.problem !== null && claim.problem !== 'without_vcs'))
      return end('PROVENANCE_INVALID');
    return end(own.some(({ claim }) => claim.problem === 'without_vcs') ? 'PROVENANCE_WITHOUT_VCS' : 'NO_PROVENANCE');
  }
  if (unreadable) warnings.add('PROVENANCE_INVALID');
  const chosen = choose(best, warnings);
  if (chosen === undefined) return end('PROVENANCE_CONFLICT');
  if (said.some((other) => other !== chosen && !agree(other, chosen))) warnings.add('CLAIMS_DIFFER');
  if (chosen.commit === null) return end('REVISION_NOT_A_COMMIT');
  // Another claim of the same class may know more about the same commit: which repository, which directory.
  const alike = [chosen, ...best.filter((other) => other.commit === chosen.commit && agree(other, chosen))];
  const named = alike.find((one) => one.repositoryKey !== null);
  return {
    outcome: 'resolved',
    trust: chosen.claim.trust,
    claim: chosen.index,
    repositoryKey: named?.repositoryKey ?? null,
    repositoryUrl: named?.repositoryUrl ?? null,
    commit: chosen.commit,
    exact: chosen.exact,
    dirty: chosen.dirty,
    ref: alike.find((one) => one.ref !== null)?.ref ?? null,
    subdir: alike.find((one) => one.subdir !== null)?.subdir ?? null,
    inherited: chosen.claim.wholeImage,
    warnings: [...warnings],
  };
}

const isFilled = (candidates: readonly Candidate[]): boolean => candidates.length > 0;

function toCandidate({ claim, index }: { claim: Claim; index: number }): Candidate {
  const url = claim.source === null ? null : parseRepositoryUrl(claim.source);
  const revision = parseRevision(claim.revision ?? '');
  return {
    index,
    claim,
    repositoryKey: url?.key ?? null,
    repositoryUrl: url?.display ?? null,
    commit: revision === null || revision.kind === 'other' ? null : revision.commit,
    exact: revision?.kind === 'commit',
    dirty: revision?.dirty ?? false,
    ref: claim.ref ?? url?.ref ?? null,
    subdir: claim.subdir ?? url?.subdir ?? null,
  };
}

/** Leaves out attachments that anybody could have added, where they contradict. */
function withoutDoubtful(
  said: readonly Candidate[],
  options: ResolveOptions,
  warnings: Set<ClaimWarning>,
): readonly Candidate[] {
  const referrers = said.filter(({ claim }) => claim.trust === 'referrer');
  const split = referrers.some((one) => referrers.some((other) => !agree(one, other)));
  if (split) warnings.add('AMBIGUOUS_REFERRERS');
  const kept = split ? said.filter(({ claim }) => claim.trust !== 'referrer') : said;
  if (!options.signersKnown) return kept;
  const unverified = ({ claim }: Candidate): boolean => claim.place === 'referrer' && claim.signature !== 'verified';
  const others = kept.filter((one) => !unverified(one));
  const trusted = kept.filter((one) => !unverified(one) || others.every((other) => agree(one, other)));
  if (trusted.length < kept.length) warnings.add('UNVERIFIED_REFERRER_IGNORED');
  return trusted;
}

/** Undefined when claims of one class contradict each other. */
function choose(best: readonly Candidate[], warnings: Set<ClaimWarning>): Candidate | undefined {
  const [first] = best;
  if (first === undefined) return undefined;
  if (first.claim.trust === 'annotation' || first.claim.trust === 'label') {
    // The same free text in several places: the nearest one that names a commit, the others are only told of.
    const nearest = best.toSorted((a, b) => claimPlaces.indexOf(a.claim.place) - claimPlaces.indexOf(b.claim.place));
    if (best.some((one) => !agree(one, first))) warnings.add('CLAIMS_DIFFER');
    return nearest.find((one) => one.commit !== null) ?? nearest[0];
  }
  const commits = best.filter((one) => one.commit !== null);
  if (commits.some((one) => commits.some((other) => !agree(one, other)))) return undefined;
  // The most exact one: a whole commit before its beginning, one that names its repository before one that does not.
  const rank = (one: Candidate): number =>
    (one.exact ? 0 : 2) + (one.repositoryKey === null ? 1 : 0) + (one.claim.wholeImage ? 0.5 : 0);
  return commits.toSorted((a, b) => rank(a) - rank(b))[0] ?? first;
}

/** False when two claims cannot both be true. A beginning agrees with its commit, an unnamed repository with any. */
function agree(one: Candidate, other: Candidate): boolean {
  if (one.repositoryKey !== null && other.repositoryKey !== null && one.repositoryKey !== other.repositoryKey)
    return false;
  if (one.commit === null || other.commit === null) return one.claim.revision === other.claim.revision;
  return one.commit.startsWith(other.commit) || other.commit.startsWith(one.commit);
}
