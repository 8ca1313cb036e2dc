import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const page = z.coerce.number().int().min(1).max(100_000).default(1);
const name = z.string().min(1).max(300);

/** Members in an address are separated by commas: `integration=1,2`. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

/** Days that figures look back. */
export const FigureDays = z.enum(['7', '30', '90']);
export type FigureDays = z.infer<typeof FigureDays>;

/** What a status of Harness means. */
export const StatusClass = z.enum(['success', 'failure', 'cancelled', 'neutral', 'running', 'waiting', 'unknown']);
export type StatusClass = z.infer<typeof StatusClass>;

/** One pipeline, which may be gone from Harness while what it ran is still stored. */
export const PipelineParams = z.strictObject({
  integration: z.coerce.number().pipe(rowId),
  organization: name,
  project: name,
  pipeline: name,
});

export const PipelineSort = z.enum(['newest', 'name', 'runs', 'success', 'duration']);
export const PipelineQuery = z.strictObject({
  /** Part of the pipeline’s name, identifier or project, whatever the case. */
  search: z.string().max(400).optional(),
  /** Integration ids. */
  integration: list(z.coerce.number().pipe(rowId)).optional(),
  days: FigureDays.default('30'),
  sort: PipelineSort.default('newest'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  page,
});
export type PipelineQuery = z.input<typeof PipelineQuery>;

/**
 * Of runs that began in the days looked at and have ended. A run whose place a retry took is not counted, as the retry is;
 * nor is one that was skipped.
 */
export const PipelineFigures = z.object({
  succeeded: z.int(),
  failed: z.int(),
  /** Aborted, or kept from running by a freeze. In no rate. */
  cancelled: z.int(),
  /** Succeeded, of those that succeeded or failed; null where none did. */
  successRate: z.number().min(0).max(1).nullable(),
  /** From begin to end, waiting included, of those that succeeded or failed; null where none did. */
  medianSeconds: z.number().nullable(),
  p90Seconds: z.number().nullable(),
});
export type PipelineFigures = z.infer<typeof PipelineFigures>;

export const PipelineRun = z.object({
  id: rowId,
  number: z.int().nullable(),
  /** Harness’s own word. */
  status: z.string(),
  statusClass: StatusClass,
  rolledBack: z.boolean(),
  at: instant,
});
export type PipelineRun = z.infer<typeof PipelineRun>;

export const PipelineRow = z.object({
  integration: z.object({ id: rowId, name: z.string() }),
  organization: z.string(),
  project: z.string(),
  pipeline: z.string(),
  name: z.string(),
  /** False where Harness lists it no more. */
  isDefined: z.boolean(),
  link: z.string().nullable(),
  figures: PipelineFigures,
  /** Of any time. */
  underWay: z.int(),
  /** The newest ten, the newest first. */
  lastRuns: z.array(PipelineRun),
});
export type PipelineRow = z.infer<typeof PipelineRow>;

/** `GET /api/v1/pipelines`: 50 a page. */
export const PipelineList = z.object({
  pipelines: z.array(PipelineRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type PipelineList = z.infer<typeof PipelineList>;

export const PipelineDay = z.object({
  /** In UTC. */
  day: z.iso.date(),
  succeeded: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  medianSeconds: z.number().nullable(),
});
export type PipelineDay = z.infer<typeof PipelineDay>;

/** `GET /api/v1/pipelines/:integration/:organization/:project/:pipeline` */
export const PipelineDetail = z.object({
  pipeline: PipelineRow,
  /** The same figures of as many days before those. */
  before: PipelineFigures,
  /** Every day that is looked at, also those on which nothing ran. */
  days: z.array(PipelineDay),
});
export type PipelineDetail = z.infer<typeof PipelineDetail>;

export const PipelineDetailQuery = z.strictObject({ days: FigureDays.default('30') });

export const ExecutionQuery = z.strictObject({
  integration: z.coerce.number().pipe(rowId).optional(),
  organization: name.optional(),
  project: name.optional(),
  pipeline: name.optional(),
  status: list(StatusClass).optional(),
  /** A branch, a commit, a number, an id of Harness, or who started it. */
  search: z.string().max(400).optional(),
  page,
});
export type ExecutionQuery = z.input<typeof ExecutionQuery>;

export const ExecutionRow = PipelineRun.extend({
  execution: z.string(),
  integrationId: rowId,
  organization: z.string(),
  project: z.string(),
  pipeline: z.string(),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  settled: z.boolean(),
  triggerType: z.string().nullable(),
  triggeredBy: z.string().nullable(),
  branch: z.string().nullable(),
  pullRequest: z.string().nullable(),
  /** The head of what was built. */
  commit: z.string().nullable(),
  /** Services and environments, e.g. `web → production`; the first of them. */
  deployed: z.array(z.string()),
  /** The retry that took its place. */
  supersededBy: rowId.nullable(),
  isRetry: z.boolean(),
  /** Harness was asked for it and had it no more. */
  isGone: z.boolean(),
  failureMessage: z.string().nullable(),
  link: z.string().nullable(),
});
export type ExecutionRow = z.infer<typeof ExecutionRow>;

/** `GET /api/v1/executions`: 50 a page, the newest first. */
export const ExecutionList = z.object({
  executions: z.array(ExecutionRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type ExecutionList = z.infer<typeof ExecutionList>;

export const ExecutionStage = z.object({
  node: z.string(),
  name: z.string(),
  /** `CI`, `Deployment`, `Approval`, `Custom`, `Pipeline` or another word of Harness. */
  type: z.string().nullable(),
  status: z.string(),
  statusClass: StatusClass,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  failureMessage: z.string().nullable(),
  isRollback: z.boolean(),
  /** What it deploys; null for a stage that deploys nothing. */
  deployment: z
    .object({
      service: z.string().nullable(),
      environment: z.string().nullable(),
      environmentType: z.string().nullable(),
      infrastructure: z.string().nullable(),
      image: z.string().nullable(),
      tag: z.string().nullable(),
      digest: z.string().nullable(),
      version: z.string().nullable(),
      frozen: z.boolean(),
      /** Its own rollback steps ran. */
      rolledBack: z.boolean(),
    })
    .nullable(),
});
export type ExecutionStage = z.infer<typeof ExecutionStage>;

/** `GET /api/v1/executions/:id` */
export const ExecutionDetail = z.object({
  execution: ExecutionRow,
  stages: z.array(ExecutionStage),
  commits: z.array(z.object({ sha: z.string(), message: z.string().nullable(), author: z.string().nullable() })),
  repositoryUrl: z.string().nullable(),
  abortedBy: z.string().nullable(),
  mode: z.string().nullable(),
  /** What it runs again. */
  previous: rowId.nullable(),
  /** More stages, commits or artifacts than are kept. */
  cutOff: z.boolean(),
});
export type ExecutionDetail = z.infer<typeof ExecutionDetail>;

export const ExecutionParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });
