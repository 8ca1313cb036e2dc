import { z } from 'zod';

/** Shapes of Harness’s answers: only what is used, and lenient, as versions differ and any member may be null. */

const text = z.string().nullish();
const number = z.number().nullish();
const anything = z.unknown().optional();
/** A list of which single items may be null. */
const listOf = <T>(item: z.ZodType<T>) => z.array(item.nullish()).nullish();

/** Every answer; a failure has either of two forms, of which any member may be missing. */
export const Envelope = z.object({
  status: anything,
  data: anything,
  metaData: anything,
  resource: anything,
  code: anything,
  message: text.catch(null),
  detailedMessage: text.catch(null),
  details: text.catch(null),
  correlationId: text.catch(null),
  errors: listOf(z.object({ fieldId: text, error: text })).catch(null),
  responseMessages: listOf(z.object({ code: anything, message: text })).catch(null),
});
export type Envelope = z.infer<typeof Envelope>;

/** Both shapes of pages. */
export const Page = z.object({
  content: z.array(z.unknown()).nullish(),
  totalItems: number,
  totalElements: number,
  totalPages: number,
  last: z.boolean().nullish(),
});
export type Page = z.infer<typeof Page>;

export const Account = z.object({ identifier: text, name: text, companyName: text, cluster: text });
export const CurrentUser = z.object({ uuid: text, name: text, email: text });

const tags = z.record(z.string(), z.unknown()).nullish().catch(null);

export const Organization = z.object({
  organization: z.object({ identifier: z.string(), name: text, description: text, tags }),
  harnessManaged: z.boolean().nullish(),
  createdAt: number,
  lastModifiedAt: number,
});
export type Organization = z.infer<typeof Organization>;

export const Project = z.object({
  project: z.object({
    identifier: z.string(),
    orgIdentifier: z.string(),
    name: text,
    description: text,
    modules: listOf(z.string()),
    tags,
  }),
  createdAt: number,
  lastModifiedAt: number,
});
export type Project = z.infer<typeof Project>;

export const Pipeline = z.object({
  identifier: z.string(),
  name: text,
  description: text,
  tags,
  numOfStages: number,
  modules: listOf(z.string()),
  createdAt: number,
  lastUpdatedAt: number,
  storeType: text,
  gitDetails: z.object({ repoName: text, repoUrl: text, branch: text, filePath: text }).nullish().catch(null),
});

export type Pipeline = z.infer<typeof Pipeline>;

/** Where it is defined; a server may leave it out. */
const defined = {
  identifier: z.string(),
  orgIdentifier: text,
  projectIdentifier: text,
  name: text,
  description: text,
  tags,
  deleted: z.boolean().nullish(),
};

export const Service = z.object({
  service: z.object(defined),
  createdAt: number,
  lastModifiedAt: number,
});

export const Environment = z.object({
  environment: z.object({ ...defined, type: text }),
  createdAt: number,
  lastModifiedAt: number,
});

const FailureInfo = z
  .object({ message: text, failureTypeList: listOf(z.string()) })
  .nullish()
  .catch(null);

const Commit = z.object({
  id: text,
  link: text,
  message: text,
  ownerName: text,
  ownerEmail: text,
  timeStamp: number.catch(null),
});
export type Commit = z.infer<typeof Commit>;

const commits = listOf(Commit).catch(null);

export const CiInfo = z.object({
  repoName: text,
  triggerRepoName: text,
  branch: text,
  tag: text,
  prNumber: z.union([z.string(), z.number()]).nullish(),
  buildType: text,
  scmDetailsList: listOf(z.object({ scmUrl: text })).catch(null),
  ciExecutionInfoDTO: z
    .object({
      event: text,
      branch: z.object({ name: text, commits, triggerCommits: commits }).nullish().catch(null),
      pullRequest: z
        .object({
          id: z.union([z.string(), z.number()]).nullish(),
          sourceBranch: text,
          targetBranch: text,
          commits,
          triggerCommits: commits,
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});
export type CiInfo = z.infer<typeof CiInfo>;

/** Keys differ by where the artifact lies. */
export const Artifact = z.object({
  type: text,
  image: text,
  imagePath: text,
  tag: text,
  digest: text,
  version: text,
  build: text,
  jobName: text,
  bucketName: text,
  artifactPath: text,
  filePath: text,
});
export type Artifact = z.infer<typeof Artifact>;

export const CdStageInfo = z.object({
  serviceInfo: z
    .object({
      identifier: text,
      displayName: text,
      deploymentType: text,
      gitOpsEnabled: z.boolean().nullish(),
      artifacts: z
        .object({
          artifactDisplayName: text,
          primary: Artifact.nullish().catch(null),
          sidecars: listOf(Artifact).catch(null),
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
  infraExecutionSummary: z
    .object({ identifier: text, name: text, type: text, infrastructureIdentifier: text, infrastructureName: text })
    .nullish()
    .catch(null),
  freezeExecutionSummary: z
    .object({ freezeExecutionInfoList: listOf(z.object({ identifier: text })).catch(null) })
    .nullish()
    .catch(null),
});
export type CdStageInfo = z.infer<typeof CdStageInfo>;

const modules = z
  .object({ ci: CiInfo.nullish().catch(null), cd: anything })
  .nullish()
  .catch(null);

export const LayoutNode = z.object({
  nodeType: text,
  nodeGroup: text,
  nodeIdentifier: text,
  name: text,
  nodeUuid: text,
  nodeExecutionId: text,
  status: text,
  startTs: number,
  endTs: number,
  moduleInfo: modules,
  edgeLayoutList: z
    .object({ currentNodeChildren: listOf(z.string()), nextIds: listOf(z.string()) })
    .nullish()
    .catch(null),
  skipInfo: z.object({ evaluatedCondition: z.boolean().nullish() }).nullish().catch(null),
  failureInfo: FailureInfo,
  failureInfoDTO: FailureInfo,
  isRollbackStageNode: z.boolean().nullish().catch(null),
});
export type LayoutNode = z.infer<typeof LayoutNode>;

export const Execution = z.object({
  planExecutionId: z.string().min(1).max(200),
  pipelineIdentifier: z.string().min(1),
  name: text,
  orgIdentifier: text,
  projectIdentifier: text,
  runSequence: number,
  status: z.string().min(1),
  startTs: number,
  endTs: number,
  createdAt: number,
  modules: listOf(z.string()).catch(null),
  tags: listOf(z.object({ key: text, value: text })).catch(null),
  executionTriggerInfo: z
    .object({
      triggerType: text,
      triggeredBy: z
        .object({
          uuid: text,
          identifier: text,
          triggerIdentifier: text,
          extraInfo: z.object({ email: text }).nullish().catch(null),
        })
        .nullish()
        .catch(null),
      isRerun: z.boolean().nullish(),
      rerunInfo: z.object({ rootExecutionId: text, prevExecutionId: text }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  failureInfo: FailureInfo,
  executionErrorInfo: FailureInfo,
  moduleInfo: modules,
  layoutNodeMap: z.record(z.string(), LayoutNode.nullish().catch(null)).nullish(),
  startingNodeId: text,
  showRetryHistory: z.boolean().nullish(),
  isStagesExecution: z.boolean().nullish(),
  stagesExecution: z.boolean().nullish(),
  parentStageInfo: z.object({ hasParentPipeline: z.boolean().nullish(), executionId: text }).nullish().catch(null),
  abortedBy: z.object({ email: text, userName: text }).nullish().catch(null),
  executionMode: text,
});
export type Execution = z.infer<typeof Execution>;

/** One node of the step graph; what steps bring out is as manifold as steps are. */
const GraphNode = z.object({
  identifier: text,
  baseFqn: text,
  stepType: text,
  status: text,
  outcomes: anything,
});
export type GraphNode = z.infer<typeof GraphNode>;

export const ExecutionDetail = z.object({
  pipelineExecutionSummary: anything,
  executionGraph: z
    .object({ nodeMap: z.record(z.string(), GraphNode.nullish().catch(null)).nullish() })
    .nullish()
    .catch(null),
});
