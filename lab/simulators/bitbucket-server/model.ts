import type { ApiError } from './errors.ts';
import type { Git } from './git/store.ts';
import type { InsightReport, MergeRules, RequiredBuild } from './state/check-model.ts';
import type { Webhook } from './state/webhook-model.ts';

/** Nothing, read, write, administer. */
export type Level = 0 | 1 | 2 | 3;

export interface User {
  id: number;
  name: string;
  slug: string;
  displayName: string;
  emailAddress: string;
  active: boolean;
  licensed: boolean;
  /** Administers the whole server. */
  admin: boolean;
  password: string | null;
}

export interface Token {
  id: string;
  name: string;
  secret: string;
  /** Whose it is; null for one of a project or repository. */
  user: User | null;
  project: Project | null;
  repository: Repository | null;
  permissions: readonly string[];
  createdAt: number;
  expiresAt: number | null;
}

export interface Project {
  id: number;
  key: string;
  name: string;
  description: string | null;
  public: boolean;
  /** Whose personal project it is. */
  owner: User | null;
  grants: Map<number, Level>;
  /** What every licensed user may. */
  defaultLevel: Level;
  rules: MergeRules;
  webhooks: Webhook[];
}

export interface Repository {
  id: number;
  slug: string;
  name: string;
  description: string | null;
  project: Project;
  public: boolean;
  archived: boolean;
  forkable: boolean;
  origin: Repository | null;
  hierarchyId: string;
  grants: Map<number, Level>;
  git: Git;
  /** `refs/heads/main`; need not exist. */
  defaultBranch: string;
  pullRequests: PullRequest[];
  /** Reports by commit, then by key. */
  reports: Map<string, Map<string, InsightReport>>;
  rules: MergeRules;
  requiredBuilds: RequiredBuild[];
  /** Users who must look at every pull request, by id. */
  defaultReviewers: Set<number>;
  webhooks: Webhook[];
}

/** One side of a pull request. */
export interface PullRef {
  repository: Repository;
  /** `refs/heads/…` */
  ref: string;
  /** Latest commit; what it was when the pull request closed, from then on. */
  commit: string;
}

export type PullState = 'OPEN' | 'MERGED' | 'DECLINED';

export interface Participant {
  user: User;
  role: 'REVIEWER' | 'PARTICIPANT';
  status: 'APPROVED' | 'NEEDS_WORK' | 'UNAPPROVED';
}

export interface Comment {
  id: number;
  version: number;
  text: string;
  author: User;
  createdAt: number;
  updatedAt: number;
  severity: 'NORMAL' | 'BLOCKER';
  state: 'OPEN' | 'RESOLVED';
  anchor: Record<string, unknown> | null;
  parent: Comment | null;
  replies: Comment[];
}

export interface Activity {
  id: number;
  at: number;
  user: User;
  action:
    | 'OPENED'
    | 'UPDATED'
    | 'COMMENTED'
    | 'RESCOPED'
    | 'MERGED'
    | 'DECLINED'
    | 'APPROVED'
    | 'REVIEWED'
    | 'REOPENED';
  comment?: Comment;
  /** Heads before and after, of RESCOPED. */
  rescoped?: { fromHash: string; previousFromHash: string; toHash: string; previousToHash: string };
  mergeCommit?: string;
}

/** Tasks of servers before 8.0. */
export interface Task {
  id: number;
  text: string;
  comment: Comment;
  state: 'OPEN' | 'RESOLVED';
  author: User;
  createdAt: number;
}

export interface PullRequest {
  id: number;
  version: number;
  title: string;
  description: string | null;
  state: PullState;
  draft: boolean;
  author: User;
  from: PullRef;
  to: PullRef;
  participants: Participant[];
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  mergeCommit: string | null;
  comments: Comment[];
  tasks: Task[];
  activities: Activity[];
  /** Head that the target repository knows; behind `from.commit` for a fork nobody looked at. */
  materialised: string | null;
}

/** Who asks. */
export type Subject =
  | { kind: 'anonymous' }
  | { kind: 'user'; user: User; token: Token | null }
  /** A token of a project or repository: nobody stands behind it. */
  | { kind: 'service'; token: Token }
  | { kind: 'refused'; error: ApiError };
