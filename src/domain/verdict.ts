/** What a policy says about an image. Only the first is good; `no_data` is neither. */
export const verdictStatuses = ['passed', 'failed', 'no_data', 'error'] as const;
export type VerdictStatus = (typeof verdictStatuses)[number];

interface Reason {
  status: VerdictStatus;
  /** What is the case, in one sentence. */
  title: string;
  /** What to do, in one sentence. */
  remedy: string;
}

const nothing = 'Nothing to do.';

/** Why a verdict is what it is, the worst first: the earlier reason decides when several apply. */
export const reasons = {
  GATE_FAILED: {
    status: 'failed',
    title: 'A quality gate failed.',
    remedy: 'Fix what its conditions name and build the image again, or record a waiver with a reason and an end.',
  },
  IMAGE_NOT_FOUND: {
    status: 'error',
    title: 'The registry has no such image.',
    remedy: 'Check the reference; push the image first.',
  },
  REGISTRY_AUTH: {
    status: 'error',
    title: 'The registry refuses the credential.',
    remedy: 'Replace the credential of the registry’s integration, or log in with docker login where the command runs.',
  },
  REGISTRY_UNREACHABLE: {
    status: 'error',
    title: 'The registry does not answer.',
    remedy: 'Check that the hub reaches the registry; it is tried again by itself.',
  },
  REGISTRY_RATE_LIMITED: {
    status: 'error',
    title: 'The registry limits how often it may be asked.',
    remedy: 'Nothing to do: it is asked again when it allows. A credential usually raises the limit.',
  },
  IMAGE_UNREADABLE: {
    status: 'error',
    title: 'The image, or what is attached to it, cannot be read.',
    remedy: 'See the registry’s words on the image; push it again, or let the account read what is attached to it.',
  },
  UNSUPPORTED_ARTIFACT: {
    status: 'error',
    title: 'The reference is no container image.',
    remedy: 'Name an image; charts, signatures and other artifacts have no verdict.',
  },
  IMAGE_UNKNOWN: {
    status: 'no_data',
    title: 'The image has not been taken in.',
    remedy: 'Add its repository to the registry’s integration, or evaluate it by its reference.',
  },
  NO_PROVENANCE: {
    status: 'no_data',
    title: 'The image does not say which commit it was built from.',
    remedy:
      'Build it with docker buildx build --provenance=mode=min, or set the annotation org.opencontainers.image.revision.',
  },
  PROVENANCE_WITHOUT_VCS: {
    status: 'no_data',
    title: 'The image has provenance, but it names no commit.',
    remedy: 'Build inside a git work tree with docker buildx, or from a git URL.',
  },
  PROVENANCE_INVALID: {
    status: 'no_data',
    title: 'The image’s provenance cannot be used: it is malformed, too large or speaks of another image.',
    remedy: 'Build and push the image again with a current builder; the claim’s detail says what is wrong.',
  },
  PROVENANCE_CONFLICT: {
    status: 'no_data',
    title: 'Equally trusted claims name different commits.',
    remedy: 'Remove the wrong attestation, or sign the right one and give its key to the registry’s integration.',
  },
  PROVENANCE_UNTRUSTED: {
    status: 'no_data',
    title: 'A signature is required and none could be verified.',
    remedy: 'Sign the provenance with a key or identity that the registry’s integration knows.',
  },
  SOURCE_DIRTY: {
    status: 'no_data',
    title: 'The image was built from a work tree with uncommitted changes.',
    remedy: 'Build from a clean checkout, or allow it in the policy’s settings.',
  },
  REVISION_NOT_A_COMMIT: {
    status: 'no_data',
    title: 'The image names a version or a branch instead of a commit.',
    remedy: 'Set org.opencontainers.image.revision to the full commit id.',
  },
  REPOSITORY_MISMATCH: {
    status: 'no_data',
    title: 'The commit was analysed only in projects of other repositories.',
    remedy: 'Analyse it in a project of this repository, or map that project to the repository.',
  },
  REVISION_AMBIGUOUS: {
    status: 'no_data',
    title: 'The image names the beginning of a commit id that several analysed commits share.',
    remedy: 'Set org.opencontainers.image.revision to the full commit id.',
  },
  NO_ANALYSIS: {
    status: 'no_data',
    title: 'The commit has not been analysed.',
    remedy: 'Analyse exactly this commit with SonarQube; the verdict follows by itself.',
  },
  PROJECT_DELETED: {
    status: 'no_data',
    title: 'The gate passed in a project that SonarQube has no more.',
    remedy: 'Analyse the commit in a project that is there, or stop demanding the deleted one.',
  },
  GATE_NOT_COMPUTED: {
    status: 'no_data',
    title: 'The commit was analysed, but no quality gate was computed.',
    remedy: 'Give the project a quality gate and analyse again.',
  },
  GATE_NOT_EVALUATED: {
    status: 'no_data',
    title: 'The quality gate is OK, but none of its conditions had a value.',
    remedy: 'Analyse with a base SonarQube knows, so that new code can be told; or accept such gates in the settings.',
  },
  GATE_WARN: {
    status: 'passed',
    title: 'A quality gate warns.',
    remedy: 'Look at the conditions that warn; the settings can treat a warning as a failure.',
  },
  GATES_PASSED: { status: 'passed', title: 'Every quality gate passed.', remedy: nothing },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof reasons;
export const reasonCodes = Object.keys(reasons) as ReasonCode[];

/** What may be behind a verdict; worked out when it is read, so advice never makes history. */
export const hints = {
  NO_INTEGRATION: 'No SonarQube integration takes part in the policy.',
  ANALYSIS_PENDING: 'An analysis is being read right now.',
  LIKELY_MERGE_COMMIT: 'The image was built from a pull request’s test merge, which SonarQube never analyses.',
  LIKELY_TAG_OBJECT:
    'The image was built at an annotated tag: some builders name the tag object instead of its commit.',
  ONLY_PULL_REQUEST_ANALYSES: 'The commit was analysed only in pull requests, which the settings refuse.',
  REPOSITORY_HAS_OTHER_ANALYSES: 'Other commits of the repository were analysed.',
} as const;
export type Hint = keyof typeof hints;

/** What a reader should know beside the verdict, although it does not change it. */
export const flags = {
  GATE_WARN: 'A gate warns.',
  GATE_NOT_EVALUATED: 'A gate is OK although none of its conditions had a value.',
  CONDITIONS_IGNORED: 'The server left conditions out because few lines are new.',
  PULL_REQUEST_ANALYSIS: 'The commit was analysed in a pull request only, not on a branch.',
  COMPANION_ANALYSIS: 'The commit was analysed in a pull request’s companion project only.',
  SOURCE_DIRTY: 'Built from a work tree with uncommitted changes.',
  HINTED_COMMIT:
    'The named revision is a tag object or the beginning of several commits; the commit of the hint in the same statement was taken.',
  CLAIMS_DIFFER: 'Less trusted claims name another commit.',
  PROVENANCE_INVALID: 'An attestation beside the used claim is malformed.',
  SIGNATURE_NOT_VERIFIED: 'A signature could not be verified and raises no trust.',
  UNVERIFIED_REFERRER_IGNORED: 'An attestation that anybody could have attached disagrees and was ignored.',
  AMBIGUOUS_REFERRERS: 'Attestations that anybody could have attached disagree with each other and were ignored.',
} as const;
export type Flag = keyof typeof flags;

export interface Judged {
  status: VerdictStatus;
  reason: ReasonCode;
}

/** The one that decides: whose reason stands first, and so failed before error before no data before passed. */
export function worstOf<T extends Judged>(judged: readonly [T, ...T[]]): T {
  const rank = ({ reason }: Judged): number => reasonCodes.indexOf(reason);
  return judged.reduce((worst, one) => (rank(one) < rank(worst) ? one : worst));
}

/** True when going from one verdict to the other loses what was good. */
export function isWorse(before: VerdictStatus, after: VerdictStatus): boolean {
  return before === 'passed' && (after === 'failed' || after === 'no_data');
}
