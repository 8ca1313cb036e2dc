import { agree, type Candidate, saysTheSame, toCandidate } from './claim-candidate.ts';
import { type Claim, claimPlaces, type Trust, trustClasses } from './claim-words.ts';

export * from './claim-words.ts';

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
  /** An unverified attachment contradicts the claim that decided. */
  | 'UNVERIFIED_REFERRER_IGNORED'
  /** Attachments that anybody could have added say different things: none was used. */
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
      /**
       * The commit that the hint of the deciding statement itself gives for what the claim leaves open: the object of a
       * tag, or the beginning of a commit. Null: the claim leaves nothing open, or no such hint may be used.
       */
      narrowedTo: string | null;
    }
  | { outcome: Unresolved }
);

export interface ResolveOptions {
  /** Only verified signatures count. */
  requireSignature: boolean;
  /** Claims about the whole image speak for each platform. */
  inheritWholeImage: boolean;
}

/**
 * The one commit that the claims about a platform come to, or why there is none. Pure; the order of claims is kept.
 * Whatever is added to the claims that decided, of less trust than theirs, changes nothing but the warnings.
 */
export function resolveClaims(claims: readonly Claim[], options: ResolveOptions): Resolution {
  const heard = claims
    .map((claim, index) => toCandidate(claim, index))
    .filter(({ claim }) => options.inheritWholeImage || !claim.wholeImage);
  const said = heard.filter(({ claim }) => claim.problem === null && claim.revision !== null);
  const warnings = new Set<ClaimWarning>();
  if (heard.some(({ claim }) => claim.signature === 'unverified' || claim.signature === 'invalid'))
    warnings.add('SIGNATURE_NOT_VERIFIED');
  const end = (outcome: Unresolved): Resolution => ({ outcome, warnings: [...warnings] });

  // It may say anything: what is left would decide only because this was not read.
  if (heard.some(isUnreadWord)) return end('PROVENANCE_INVALID');
  // What anybody may attach does not speak beside an attestation of the image’s own, not even where that names no commit.
  const closed = heard.some(({ claim }) => claim.place === 'index_attestation');
  const listened = closed ? said.filter(({ trust }) => trust !== 'referrer') : said;
  const usable = options.requireSignature ? said.filter(({ trust }) => trust === 'signed') : listened;
  if (usable.length === 0) {
    if (options.requireSignature && said.length > 0) return end(notSigned(said));
    if (said.length > 0) warnings.add('UNVERIFIED_REFERRER_IGNORED');
    return end(nothingSaid(closed ? heard.filter(({ trust }) => trust !== 'referrer') : heard));
  }
  const best = bestOf(usable);
  if (best[0].trust === 'referrer' && !best.every((one) => saysTheSame(one, best[0]))) {
    warnings.add('AMBIGUOUS_REFERRERS');
    // What they are at odds about, a label of the base image must not settle.
    if (usable.length > best.length) return end('PROVENANCE_CONFLICT');
    return end(nothingSaid(heard.filter(({ trust }) => trust !== 'referrer')));
  }
  if (heard.some(isUnreadable)) warnings.add('PROVENANCE_INVALID');
  const chosen = choose(best);
  if (chosen === undefined) return end('PROVENANCE_CONFLICT');
  // Another claim of the same class may know more about the same commit: which repository, which directory.
  const alike = [chosen, ...best.filter((other) => other.commit === chosen.commit && agree(other, chosen))];
  const named = alike.find((one) => one.repositoryKey !== null) ?? chosen;
  const decided = { ...chosen, repositoryKey: named.repositoryKey };
  const differing = said.filter((one) => !agree(one, decided));
  if (differing.some(({ trust }) => trust === 'referrer')) warnings.add('UNVERIFIED_REFERRER_IGNORED');
  if (differing.length > 0) warnings.add('CLAIMS_DIFFER');
  if (chosen.commit === null) return end('REVISION_NOT_A_COMMIT');
  return {
    outcome: 'resolved',
    trust: chosen.trust,
    claim: chosen.index,
    repositoryKey: named.repositoryKey,
    repositoryUrl: named.repositoryUrl,
    commit: chosen.commit,
    exact: chosen.exact,
    // One that says the tree was not clean is believed before one that does not say so.
    dirty: best.some((one) => one.dirty && agree(one, chosen)),
    ref: alike.find((one) => one.ref !== null)?.ref ?? null,
    subdir: alike.find((one) => one.subdir !== null)?.subdir ?? null,
    inherited: chosen.claim.wholeImage,
    narrowedTo: options.requireSignature ? null : narrowedBy(chosen, chosen.commit, said),
    warnings: [...warnings],
  };
}

/**
 * A hint is the word of whoever started the build. It counts only inside the very statement that decided, so that none
 * can be added, and only for what that statement leaves open in the same repository; never for another full commit.
 */
function narrowedBy(chosen: Candidate, commit: string, said: readonly Candidate[]): string | null {
  const { claim, exact, ref, repositoryKey } = chosen;
  if (claim.statementDigest === null || repositoryKey === null) return null;
  if (exact && ref?.startsWith('refs/tags/') !== true) return null;
  const hints = said.filter((one) => one.trust === 'client' && one.claim.statementDigest === claim.statementDigest);
  const commits = hints
    .filter((one) => one.exact && !one.dirty && one.repositoryKey === repositoryKey)
    .map((one) => String(one.commit))
    .filter((hinted) => exact || hinted.startsWith(commit));
  const [first, ...others] = new Set(commits);
  return first === undefined || first === commit || others.length > 0 ? null : first;
}

type Candidates = readonly [Candidate, ...Candidate[]];

/** Those of the best class there is; there is at least one. */
function bestOf(usable: readonly Candidate[]): Candidates {
  const rank = Math.min(...usable.map(({ trust }) => trustClasses.indexOf(trust)));
  return usable.filter(({ trust }) => trust === trustClasses[rank]) as unknown as Candidates;
}

const isUnreadable = ({ claim }: Candidate): boolean => claim.problem !== null && claim.problem !== 'without_vcs';

/** The image's own attestation that nobody read. */
const isUnreadWord = ({ claim }: Candidate): boolean =>
  claim.problem === 'too_large' && claim.place === 'index_attestation';

/** Why nothing names a revision. */
function nothingSaid(heard: readonly Candidate[]): Unresolved {
  if (heard.some(isUnreadable)) return 'PROVENANCE_INVALID';
  return heard.some(({ claim }) => claim.problem !== null) ? 'PROVENANCE_WITHOUT_VCS' : 'NO_PROVENANCE';
}

/** A signature is missing only where something names a commit that could be signed. */
function notSigned(said: readonly Candidate[]): Unresolved {
  return said.some(({ commit }) => commit !== null) ? 'PROVENANCE_UNTRUSTED' : 'REVISION_NOT_A_COMMIT';
}

/** Undefined when claims of one class contradict each other. */
function choose(best: Candidates): Candidate | undefined {
  const [first] = best;
  if (first.trust === 'annotation' || first.trust === 'label') {
    // The same free text in several places: the nearest one that names a commit, the others are only told of.
    const nearest = best.toSorted((a, b) => claimPlaces.indexOf(a.claim.place) - claimPlaces.indexOf(b.claim.place));
    return nearest.find((one) => one.commit !== null) ?? nearest[0];
  }
  const commits = best.filter((one) => one.commit !== null);
  if (commits.some((one) => commits.some((other) => !agree(one, other)))) return undefined;
  // The most exact one: a whole commit before its beginning, one that names its repository before one that does not.
  const rank = (one: Candidate): number =>
    (one.exact ? 0 : 4) + (one.repositoryKey === null ? 2 : 0) + (one.claim.wholeImage ? 1 : 0);
  return commits.toSorted((a, b) => rank(a) - rank(b))[0] ?? first;
}
