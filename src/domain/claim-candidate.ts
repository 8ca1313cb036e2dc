import type { Claim, Trust } from './claim-words.ts';
import { parseRevision } from './commit.ts';
import { parseRepositoryUrl } from './repository-url.ts';

/** A claim with what its words mean, and how far it is believed. */
export interface Candidate {
  index: number;
  claim: Claim;
  trust: Trust;
  repositoryKey: string | null;
  repositoryUrl: string | null;
  commit: string | null;
  exact: boolean;
  dirty: boolean;
  ref: string | null;
  subdir: string | null;
}

export function toCandidate(claim: Claim, index: number): Candidate {
  const url = claim.source === null ? null : parseRepositoryUrl(claim.source);
  const revision = claim.revision === null ? null : parseRevision(claim.revision);
  return {
    index,
    claim,
    trust: trustOf(claim),
    repositoryKey: url?.key ?? null,
    repositoryUrl: url?.display ?? null,
    commit: revision === null || revision.kind === 'other' ? null : revision.commit,
    exact: revision?.kind === 'commit',
    dirty: revision?.dirty === true,
    ref: claim.ref ?? url?.ref ?? null,
    subdir: claim.subdir ?? url?.subdir ?? null,
  };
}

/** A signature that nobody verified is none, and what was attached without one is never more than an attachment. */
function trustOf({ trust, place, signature }: Claim): Trust {
  const attached = place === 'referrer' || trust === 'signed';
  if (!attached || signature === 'verified' || trust === 'label') return trust;
  return 'referrer';
}

/** False when two claims cannot both be true. A beginning agrees with its commit, an unnamed repository with any. */
export function agree(one: Candidate, other: Candidate): boolean {
  if (one.repositoryKey !== null && other.repositoryKey !== null && one.repositoryKey !== other.repositoryKey)
    return false;
  if (one.commit === null || other.commit === null) return one.claim.revision === other.claim.revision;
  return one.commit.startsWith(other.commit) || other.commit.startsWith(one.commit);
}

/** Of attachments none may know more than another: whoever adds one would choose which projects count. */
export function saysTheSame(one: Candidate, other: Candidate): boolean {
  const words = ({ repositoryKey, commit, claim, dirty, subdir }: Candidate): string =>
    JSON.stringify([repositoryKey, commit ?? claim.revision, dirty, subdir]);
  return words(one) === words(other);
}
