import type { Flag, Judged, ReasonCode } from '../../domain/verdict.ts';

/** The only policy of this version; results name it so that a second one can stand beside it. */
export const qualityGatesPolicy = 'sonarqube-quality-gates';

/** How strict an installation wants to be. */
export interface PolicySettings {
  /** A gate that warns counts as failed. */
  warnFails: boolean;
  /** A gate none of whose conditions had a value counts as no data. */
  notEvaluatedIsNoData: boolean;
  /** Images from a work tree with uncommitted changes have a verdict. */
  allowDirty: boolean;
  /** Where no branch was analysed at the commit, analyses of pull requests count. */
  usePullRequests: boolean;
  /** What is claimed of an image as a whole counts for its platforms. */
  inheritIndexClaim: boolean;
  /** SonarQube integrations that take no part. */
  excludedIntegrations: number[];
}

/** Where a project’s repository is known from, the strongest first. */
export const repositorySources = ['mapping', 'binding', 'link'] as const;
export type RepositorySource = (typeof repositorySources)[number];

export interface Condition {
  metric: string;
  name: string;
  operator: string;
  threshold: string | null;
  actualValue: string | null;
  status: string;
}

/** An analysis of a commit, with what is known of its project. Times are ISO 8601. */
export interface Analysis {
  id: number;
  integrationId: number;
  integrationName: string;
  projectId: number;
  projectKey: string;
  projectName: string;
  /** Since when its server has it no more; null while it has. */
  projectDeletedAt: string | null;
  /** Null: nobody says which repository the project is of. */
  repository: { key: string; source: RepositorySource } | null;
  /** Base directory of the project inside its repository, '' for the root. */
  directory: string | null;
  scope: 'branch' | 'pull_request' | 'companion';
  branch: string;
  isMain: boolean;
  revision: string;
  analyzedAt: string;
  /** When its gate turned without a new analysis. */
  changedAt: string;
  gateStatus: 'OK' | 'WARN' | 'ERROR' | 'NONE' | null;
  gateEvaluated: boolean | null;
  ignoredConditions: boolean | null;
  conditions: Condition[];
}

/** What the images room knows of one platform of an image. */
export interface Platform {
  id: number;
  digest: string;
  /** e.g. `linux/arm64`; null where the image does not say. */
  name: string | null;
  outcome: 'resolved' | ReasonCode;
  trust: string | null;
  repositoryKey: string | null;
  repositoryUrl: string | null;
  commit: string | null;
  commitExact: boolean;
  dirty: boolean;
  ref: string | null;
  subdir: string | null;
  inherited: boolean;
  warnings: readonly string[];
  /** Some project is known to be of the repository. */
  repositoryKnown: boolean;
  /** The commit that counts where the claimed one turns out to be a tag object or the beginning of several. */
  narrowedTo: string | null;
}

/** A project the operator’s mapping demands of an image; any integration unless one is named. */
export interface RequiredProject {
  projectKey: string;
  integrationId: number | null;
}

/** What one project says about a platform; stored as evidence by value. */
export interface ProjectVerdict extends Judged {
  integrationId: number | null;
  integrationName: string | null;
  projectId: number | null;
  projectKey: string;
  projectName: string | null;
  /** Of a project that its server has no more: since when. */
  projectDeletedAt?: string;
  flags: Flag[];
  /** Null when a demanded project was not analysed at the commit. */
  analysis:
    | (Pick<
        Analysis,
        | 'id'
        | 'scope'
        | 'branch'
        | 'revision'
        | 'analyzedAt'
        | 'changedAt'
        | 'gateStatus'
        | 'gateEvaluated'
        | 'conditions'
      > & { repository: Analysis['repository'] })
    | null;
}

export interface PlatformVerdict extends Judged {
  platform: { id: number; digest: string; name: string | null };
  /** The claim that was judged; null where none could be. */
  claim: {
    trust: string | null;
    commit: string;
    exact: boolean;
    repositoryKey: string | null;
    repositoryUrl: string | null;
    ref: string | null;
    subdir: string | null;
    inherited: boolean;
  } | null;
  flags: Flag[];
  projects: ProjectVerdict[];
}

export interface ImageVerdict extends Judged {
  /** One sentence; names the platforms that deviate. */
  message: string;
  platforms: PlatformVerdict[];
}

export const defaultSettings: PolicySettings = {
  warnFails: false,
  notEvaluatedIsNoData: false,
  allowDirty: false,
  usePullRequests: true,
  inheritIndexClaim: true,
  excludedIntegrations: [],
};
