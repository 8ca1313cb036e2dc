import type { Batch } from '../issues/batch.ts';
import type { Profile } from '../profiles.ts';
import type { CodeFile, GateResult, HotspotSpec, RuleSpec, TokenSpec } from '../types.ts';

/** Everything the simulated server holds: plain data, changed only by the functions of this folder. */
export interface World {
  profile: Profile;
  seed: number;
  serverId: string;
  /** `STARTING` and the rest of section 1.2. */
  status: 'UP' | 'STARTING' | 'DOWN' | 'RESTARTING' | 'DB_MIGRATION_NEEDED' | 'DB_MIGRATION_RUNNING';
  forceAuthentication: boolean;
  mode: 'MQR' | 'STANDARD_EXPERIENCE';
  now: () => Date;
  /** By key, in order of creation. */
  projects: Map<string, Project>;
  organizations: Map<string, { key: string; name: string }>;
  users: Map<string, User>;
  /** By the token's text. */
  tokens: Map<string, Token>;
  rules: Map<string, RuleSpec>;
  /** All batches of issues by ordinal; null once their scope is deleted. */
  batches: ({ batch: Batch; scope: Scope } | null)[];
  webhooks: Webhook[];
  /** Oldest first. */
  deliveries: WebhookDelivery[];
  /** `sonar.validateWebhooks`: loopback addresses are refused. */
  validateWebhooks: boolean;
  /** Moves with every change; cached answers are good for one version. */
  version: number;
  nextId: number;
}

export interface Project {
  key: string;
  name: string;
  uuid: string;
  visibility: 'public' | 'private';
  organization: string | null;
  tags: string[];
  readers: Set<string>;
  /** As people entered them; a scanner's are of other types than theirs. */
  links?: readonly { name?: string; type: string; url: string }[];
  /** The repository that the server itself has bound it to. */
  binding?: { key: string; alm: string; repository: string; slug?: string; url?: string; monorepo: boolean };
  settings?: Readonly<Record<string, readonly string[]>>;
  /** By language, where it is not the server's default. */
  profiles?: Readonly<Record<string, string>>;
  gate?: string;
  newCode?: { type: string; value?: string };
  /** Files of its main branch whose lines can be asked for, by path. */
  code?: Readonly<Record<string, CodeFile>>;
  branches: Scope[];
  pullRequests: Scope[];
}

/** A branch or a pull request: the thing that has analyses, issues, hotspots and measures. */
export interface Scope {
  project: Project;
  kind: 'branch' | 'pullRequest';
  /** Branch name, or key of the pull request. */
  name: string;
  /** `branchId`; of a pull request its component id. */
  id: string;
  isMain: boolean;
  excludedFromPurge: boolean;
  /** Oldest first. */
  analyses: Analysis[];
  batches: Batch[];
  hotspots: Hotspot[];
  /** Pull requests only. */
  pullRequest: { title: string; branch: string; base: Scope | null; target: string; url: string | null } | null;
  /** Task waiting in the queue, as `ce/component` shows it. */
  pendingTask: boolean;
}

export interface Analysis {
  key: string;
  /** Epoch seconds. */
  at: number;
  revision: string | null;
  version: string | null;
  buildString: string | null;
  detectedCi: string;
  measures: Record<string, string>;
  newMeasures: Record<string, string>;
  gate: GateResult;
  events: { key: string; category: string; name: string; description?: string }[];
  warnings: string[];
}

export interface Hotspot extends Required<Omit<HotspotSpec, 'createdAt' | 'resolution'>> {
  key: string;
  resolution: 'FIXED' | 'SAFE' | 'ACKNOWLEDGED' | null;
  /** Epoch seconds. */
  created: number;
  updated: number;
}

export interface User {
  login: string;
  name: string;
  permissions: string[];
  organizations: string[];
  seesPublicProjects: boolean;
  seesPrivateProjects: boolean;
}

export interface Token extends TokenSpec {
  value: string;
  name: string;
  /** Epoch seconds. */
  created: number;
}

export interface Webhook {
  key: string;
  name: string;
  url: string;
  project: string | null;
  secret: string | null;
}

/** A delivery as the server remembers it. */
export interface WebhookDelivery {
  id: string;
  /** Key of the webhook. */
  webhook: string;
  componentKey: string;
  /** Null after a manual change. */
  ceTaskId: string | null;
  name: string;
  url: string;
  /** Epoch seconds. */
  at: number;
  success: boolean;
  /** Null when there was no answer. */
  httpStatus: number | null;
  durationMs: number;
  payload: string;
}

export const mainBranchOf = (project: Project): Scope => {
  const main = project.branches.find((branch) => branch.isMain);
  if (!main) throw new Error(`Project ${project.key} has no main branch`);
  return main;
};

export const lastAnalysis = (scope: Scope): Analysis | null => scope.analyses.at(-1) ?? null;

export function scopesOf(project: Project): Scope[] {
  return [...project.branches, ...project.pullRequests];
}
