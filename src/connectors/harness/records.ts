import { z } from 'zod';
import { statusClasses } from './status.ts';

/**
 * What the streams yield, in our words. Strict: the hub parses each record again. Member order is part of a record’s hash,
 * so add new members at the end and raise `hashVersion`. Times are ISO 8601 UTC with milliseconds.
 */
export const hashVersion = 1;

/** Lists of one execution are bounded; what is beyond is told by `cutOff`. */
export const longest = { stages: 2_000, commits: 500, artifacts: 50, tags: 100, types: 50 } as const;

const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const name = z.string().max(1_000);
const identifier = z.string().min(1).max(300);
const words = z.string().max(2_000);
const tags = z.array(z.strictObject({ key: name, value: name })).max(longest.tags);
const modules = z.array(z.string().max(100)).max(longest.types);
const status = z.string().min(1).max(100);
const statusKind = z.enum(statusClasses);

const described = {
  identifier,
  name: name.nullable(),
  description: words.nullable(),
  tags,
  createdAt: instant.nullable(),
  updatedAt: instant.nullable(),
};
const ofProject = { organization: identifier, project: identifier };
/** Null: what is defined for all of an organization, or of the account. */
const ofLevel = { organization: identifier.nullable(), project: identifier.nullable() };

/** Stream `organizations` (discovery). */
export const OrganizationRecord = z.strictObject({ ...described, builtIn: z.boolean() });
export type OrganizationRecord = z.infer<typeof OrganizationRecord>;

/** Stream `projects` (discovery). */
export const ProjectRecord = z.strictObject({ organization: identifier, ...described, modules });
export type ProjectRecord = z.infer<typeof ProjectRecord>;

/** Stream `pipelines` (current). */
export const PipelineRecord = z.strictObject({
  ...ofProject,
  ...described,
  modules,
  stages: z.int().nullable(),
  /** `INLINE`, `REMOTE`, or a newer word: where its definition lies. */
  storeType: name.nullable(),
  /** Of its definition, not of what it builds. */
  repository: name.nullable(),
  link: name.nullable(),
});
export type PipelineRecord = z.infer<typeof PipelineRecord>;

/** Stream `services` (current). */
export const ServiceRecord = z.strictObject({ ...ofLevel, ...described });
export type ServiceRecord = z.infer<typeof ServiceRecord>;

/** Stream `environments` (current). */
export const EnvironmentRecord = z.strictObject({
  ...ofLevel,
  ...described,
  /** `Production`, `PreProduction`, or a newer word. */
  type: name.nullable(),
});
export type EnvironmentRecord = z.infer<typeof EnvironmentRecord>;

const StageRecord = z.strictObject({
  /** Unique inside its execution. */
  node: identifier,
  identifier: name.nullable(),
  name: name.nullable(),
  /** `CI`, `Deployment`, `Approval`, `Custom`, `Pipeline` or another module’s. */
  type: name.nullable(),
  status,
  statusClass: statusKind,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  failureMessage: words.nullable(),
  failureTypes: modules,
  /** It rolls back what an earlier stage did. */
  isRollback: z.boolean(),
});
export type StageRecord = z.infer<typeof StageRecord>;

const ArtifactRecord = z.strictObject({
  role: z.enum(['primary', 'sidecar']),
  type: name.nullable(),
  /** Without its tag; the registry’s host only where Harness says it. */
  image: name.nullable(),
  tag: name.nullable(),
  digest: name.nullable(),
  /** What it is called where it is no image. */
  version: name.nullable(),
});
export type ArtifactRecord = z.infer<typeof ArtifactRecord>;

const DeploymentRecord = z.strictObject({
  /** The stage that deployed; unique inside its execution. */
  node: identifier,
  /** As the execution names it: `org.x` and `account.x` lie above the project. */
  service: name.nullable(),
  serviceName: name.nullable(),
  /** `Kubernetes`, `ECS`, and so on. */
  type: name.nullable(),
  gitOps: z.boolean(),
  environment: name.nullable(),
  environmentName: name.nullable(),
  environmentType: name.nullable(),
  infrastructure: name.nullable(),
  infrastructureName: name.nullable(),
  status,
  statusClass: statusKind,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** A freeze kept it from deploying. */
  frozen: z.boolean(),
  /** This stage itself takes back what was deployed. */
  isRollback: z.boolean(),
  artifacts: z.array(ArtifactRecord).max(longest.artifacts),
});
export type DeploymentRecord = z.infer<typeof DeploymentRecord>;

const CommitRecord = z.strictObject({
  sha: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/),
  message: words.nullable(),
  authorName: name.nullable(),
  authorEmail: name.nullable(),
  committedAt: instant.nullable(),
  link: name.nullable(),
});
export type CommitRecord = z.infer<typeof CommitRecord>;

const BuildRecord = z.strictObject({
  repository: name.nullable(),
  /** Address to clone it from, without anybody’s name. */
  repositoryUrl: name.nullable(),
  branch: name.nullable(),
  targetBranch: name.nullable(),
  tag: name.nullable(),
  /** Number of the pull request. */
  pullRequest: name.nullable(),
  /** The head first. Empty: Harness does not say what was built. */
  commits: z.array(CommitRecord).max(longest.commits),
});
export type BuildRecord = z.infer<typeof BuildRecord>;

/** Streams `executions` (current) and `execution_history` (history). */
export const ExecutionRecord = z.strictObject({
  id: identifier,
  ...ofProject,
  pipeline: identifier,
  pipelineName: name.nullable(),
  /** Number of the run inside its pipeline. */
  number: z.int().nullable(),
  /** Harness’s own word. */
  status,
  statusClass: statusKind,
  /** It will not change any more. */
  settled: z.boolean(),
  createdAt: instant.nullable(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  modules,
  tags,
  /** `NORMAL`, `POST_EXECUTION_ROLLBACK`, or another word of Harness. */
  mode: name.nullable(),
  triggerType: name.nullable(),
  triggeredBy: name.nullable(),
  triggeredByEmail: name.nullable(),
  trigger: name.nullable(),
  /** It runs again what ran before. */
  isRerun: z.boolean(),
  /** From a failed stage on, so that it takes the earlier one’s place in Harness’s list. */
  isRetry: z.boolean(),
  previousExecution: name.nullable(),
  rootExecution: name.nullable(),
  /** The execution whose stage started it. */
  parentExecution: name.nullable(),
  /** Only some of the pipeline’s stages were asked for. */
  isPartial: z.boolean(),
  abortedBy: name.nullable(),
  failureMessage: words.nullable(),
  failureTypes: modules,
  rolledBack: z.boolean(),
  /** What tells so; null where it was not rolled back as far as this tells. */
  rollbackSource: z.enum(['mode', 'stage']).nullable(),
  /** Null where nothing was built. */
  build: BuildRecord.nullable(),
  stages: z.array(StageRecord).max(longest.stages),
  deployments: z.array(DeploymentRecord).max(longest.stages),
  /** There are more stages, commits or artifacts than are kept. */
  cutOff: z.boolean(),
  link: name.nullable(),
});
export type ExecutionRecord = z.infer<typeof ExecutionRecord>;

/** Stream `stage_outcomes` (current): what only the steps of a stage tell, read where something was missing. */
export const StageOutcomeRecord = z.strictObject({
  execution: identifier,
  node: identifier,
  /** A rollback step ran. */
  rolledBack: z.boolean(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
    .nullable(),
  branch: name.nullable(),
  repositoryUrl: name.nullable(),
  images: z
    .array(
      z.strictObject({
        /** `in`: deployed; `out`: built. */
        direction: z.enum(['in', 'out']),
        image: name.nullable(),
        tag: name.nullable(),
        digest: name.nullable(),
      }),
    )
    .max(longest.artifacts),
});
export type StageOutcomeRecord = z.infer<typeof StageOutcomeRecord>;
