/** From this time on it has this status; times are milliseconds. */
export interface Moment {
  at: number;
  status: string;
  /** A status that is in no list ends a run only where it says so. */
  ends?: boolean;
}

export type StageType = 'CI' | 'Deployment' | 'Custom' | 'Approval' | 'Pipeline';

export interface Commit {
  id: string;
  message: string;
  ownerName: string;
  ownerEmail: string;
  /** Milliseconds, or seconds: the vendor does not say which. */
  timeStamp: number;
}

export interface Image {
  host: string;
  path: string;
  tag: string;
  digest: string;
}

export interface Build {
  /** Without its owner, as the server sends it. */
  repository: string;
  /** Clone address. */
  url: string;
  branch: string;
  pullRequest?: { number: number; title: string; targetBranch: string };
  /** Newest first. None on a run by hand: then the summary has no commits and only the stage graph tells `head`. */
  commits: Commit[];
  head: string;
  /** What it pushed. */
  images: Image[];
}

export interface Deployment {
  service: { identifier: string; name: string; type: string };
  environment: { identifier: string; name: string; type: 'Production' | 'PreProduction' };
  infrastructure: string;
  /** None where the service has no artifact. */
  image?: Image;
  /** A freeze that stopped it. */
  freeze?: string;
}

export interface Failure {
  message: string;
  types: string[];
}

export interface Stage {
  /** `nodeUuid`, and its key in the layout. */
  id: string;
  identifier: string;
  name: string;
  type: StageType;
  /** Oldest first; none: it was never reached. */
  moments: Moment[];
  /** Stages of one group stand below one node and run side by side. */
  group?: { id: string; kind: 'parallel' | 'strategy' };
  build?: Build;
  deployment?: Deployment;
  failure?: Failure;
  /** Why it was skipped. */
  skipped?: string;
  /** A stage that a rollback after the run added. */
  rollbackStage?: boolean;
  /** The stage rolled itself back when it failed; only its graph says so. */
  rollbackSteps?: boolean;
  /** The run of a chained pipeline. */
  child?: { planExecutionId: string; project: Project };
}

export type ExecutionMode = 'NORMAL' | 'POST_EXECUTION_ROLLBACK' | 'PIPELINE_ROLLBACK';
export type TriggerType = 'MANUAL' | 'WEBHOOK' | 'WEBHOOK_CUSTOM' | 'SCHEDULER_CRON' | 'ARTIFACT' | 'MANIFEST' | 'NOOP';

export interface Execution {
  id: string;
  project: Project;
  pipeline: Pipeline;
  runSequence: number;
  /** From then on the server knows it. */
  createdAt: number;
  /** Oldest first; the first one is at `createdAt`. */
  moments: Moment[];
  stages: Stage[];
  trigger: { type: TriggerType; name: string; email: string; trigger?: string };
  /** A run again: from its start, or from the stage that failed. */
  rerun?: { previous: string; root: string; kind: 'whole' | 'from stage' };
  /** When a retry from a failed stage took its place: from then on the list hides it. */
  supersededAt?: number;
  mode: ExecutionMode;
  /** The run that holds this one as a stage. */
  parent?: { planExecutionId: string; stageId: string; pipeline: string; runSequence: number };
  failure?: Failure;
  abortedBy?: { name: string; email: string };
  /** Only some of the stages were asked for. */
  stagesExecuted?: string[];
  tags: Record<string, string>;
  /** Has nothing but what every row must have. */
  bare?: boolean;
}

interface Named {
  identifier: string;
  name: string;
  description: string;
  tags: Record<string, string>;
  createdAt: number;
  lastModifiedAt: number;
}

export interface Service extends Named {
  type: string;
}

export interface Environment extends Named {
  type: 'Production' | 'PreProduction';
}

/** What may hold services and environments of its own: an account, an organization, a project. */
export interface Scope {
  services: Map<string, Service>;
  environments: Map<string, Environment>;
}

export interface Pipeline extends Named {
  project: Project;
  stages: string[];
  modules: string[];
  storeType: 'INLINE' | 'REMOTE' | 'INLINE_HC';
  /** Its executions are listed no more. */
  deleted: boolean;
}

export interface Project extends Named, Scope {
  organization: Organization;
  /** Number on the server; part of the ids of generated executions. */
  ordinal: number;
  modules: string[];
  pipelines: Map<string, Pipeline>;
  /** Made one by one. */
  executions: Map<string, Execution>;
  /** Made as functions of their number. */
  mass: Mass | null;
}

export interface Organization extends Named, Scope {
  account: Account;
  harnessManaged: boolean;
  projects: Map<string, Project>;
}

export interface Account extends Scope {
  id: string;
  name: string;
  organizations: Map<string, Organization>;
}

export interface Token {
  kind: 'pat' | 'sat';
  account: Account;
  id: string;
  /** As it is shown in `x-api-key`. */
  value: string;
  owner: { name: string; email: string; uuid: string };
  /** Milliseconds; null: never. */
  expiresAt: number | null;
  revoked: boolean;
  /** `org`, `org/project`; null: the account with all below it. Whoever sees less does not see the account's own. */
  sees: readonly string[] | null;
  /** Permissions it lacks although it sees the place. */
  lacks: readonly Permission[];
  /** Pipelines it may see; null: all. */
  pipelines: readonly string[] | null;
}

export const permissions = ['account', 'pipelines', 'executions', 'services', 'environments', 'tokens'] as const;
export type Permission = (typeof permissions)[number];

/** Executions that are functions of their number: nothing is kept of them. */
export interface Mass {
  count: number;
  at(n: number): Execution;
  /** Numbers of those that may have started in a span: from the first up to before the second. */
  between(start: number, end: number): [number, number];
  /** The one with this id, if it is one of these. */
  find(id: string): Execution | undefined;
}
