import { z } from 'zod';

export { BlockingState, LookedAtPullRequest, MergeChecks, RequiredReport } from './blocking/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const page = z.coerce.number().int().min(1).max(100_000).default(1);

/** Members in an address are separated by commas: `state=open,merged`. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

const IntegrationRef = z.object({ id: rowId, name: z.string() });

export const PullRequestState = z.enum(['open', 'merged', 'declined', 'other']);

/** `waiting`: something it needs is not there yet; `skipped`: there is nothing to report on; `failed`: it is tried again. */
export const ReportState = z.enum(['published', 'waiting', 'failed', 'skipped']);

/**
 * Why a report is not published, or what is special about it. Waiting: `new` (nobody has looked yet), `not_analysed`,
 * `head_not_analysed` (the newest analysis is of another commit), `not_read` (the analysis is there, its issues are not read
 * to the end), `commit_unknown` (SonarQube tells the commit of an analysis by webhook only), `target_moved` (the pull request
 * goes to another branch than it was read with), `paused`. Skipped: `closed`,
 * `superseded` (neither head nor analysed), `unbound`, `gate_not_computed`, `gate_not_evaluated`. Published: `stale_head`.
 */
export const ReportReason = z.enum([
  'new',
  'not_analysed',
  'head_not_analysed',
  'not_read',
  'commit_unknown',
  'target_moved',
  'paused',
  'closed',
  'superseded',
  'unbound',
  'gate_not_computed',
  'gate_not_evaluated',
  'stale_head',
]);

export const ReportResult = z.enum(['PASS', 'FAIL']);

export const ReportError = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  /** Bitbucket’s own words. */
  upstream: z.string().nullable(),
});

/** Somebody else wrote a report under the key. */
export const ForeignReport = z.object({
  reporter: z.string().nullable(),
  link: z.string().nullable(),
  seenAt: instant,
});

/** How the report of one project on the head of a pull request stands. */
export const ReportSummary = z.object({
  id: rowId,
  binding: rowId.nullable(),
  project: z.object({ id: rowId, key: z.string(), name: z.string() }),
  reportKey: z.string(),
  commit: z.string(),
  state: ReportState,
  reason: ReportReason.nullable(),
  /** What the gate of SonarQube says: OK, WARN, ERROR or NONE; null: not analysed. */
  gate: z.string().nullable(),
  /** False: none of its conditions had a value, whatever the gate says; null: nobody knows. */
  evaluated: z.boolean().nullable(),
  /** What lies on the server as far as is known; null: nothing of ours, or an attempt broke off. */
  result: ReportResult.nullable(),
  /** Annotations shown, of how many findings. */
  shown: z.int().nullable(),
  total: z.int().nullable(),
  error: ReportError.nullable(),
  /** What could not be written beside it; the report is what it says all the same. */
  beside: z.array(
    z.object({
      part: z.enum(['build_status', 'comment']),
      /** It could not be taken back, and may be successful beside a report that fails. */
      mayBeGreen: z.boolean(),
      error: ReportError,
    }),
  ),
  foreign: ForeignReport.nullable(),
  /** When it is tried again by itself. */
  nextTryAt: instant.nullable(),
  publishedAt: instant.nullable(),
  changedAt: instant,
});
export type ReportSummary = z.infer<typeof ReportSummary>;

export const PullRequestRow = z.object({
  id: rowId,
  /** As in Bitbucket. */
  number: z.int(),
  title: z.string(),
  state: PullRequestState,
  draft: z.boolean(),
  author: z.string().nullable(),
  sourceBranch: z.string(),
  targetBranch: z.string(),
  fromFork: z.boolean(),
  head: z.string(),
  link: z.string().nullable(),
  updatedAt: instant,
  repository: z.object({ id: rowId, project: z.string(), slug: z.string(), integration: IntegrationRef }),
  /** Of its head, one per bound project; empty where no project is bound to the repository. */
  reports: z.array(ReportSummary),
});
export type PullRequestRow = z.infer<typeof PullRequestRow>;

export const PullRequestQuery = z.strictObject({
  /** Part of the title, a branch, `PAY/ledger`, or a number. */
  search: z.string().max(400).optional(),
  state: list(PullRequestState).optional(),
  /** Ids of repositories. */
  repository: list(z.coerce.number().pipe(rowId)).optional(),
  /** `none`: no report is wanted of its head. */
  report: list(z.enum([...ReportState.options, 'none'])).optional(),
  page,
});
export type PullRequestQuery = z.input<typeof PullRequestQuery>;

/** `GET /api/v1/pull-requests`: 50 a page, the one that changed last first. */
export const PullRequestList = z.object({
  pullRequests: z.array(PullRequestRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type PullRequestList = z.infer<typeof PullRequestList>;

export const ReportCondition = z.object({
  metric: z.string(),
  name: z.string(),
  unit: z.enum(['percent', 'rating', 'number']),
  operator: z.enum(['GT', 'LT']),
  threshold: z.string().nullable(),
  actualValue: z.string().nullable(),
  verdict: z.enum(['passed', 'failed', 'warning', 'not_evaluated', 'ignored']),
});

/** What SonarQube says of the pull request, whatever became of the report. */
export const ReportAnalysis = z.object({
  /** Title of the report. */
  title: z.string(),
  commit: z.string(),
  analyzedAt: instant,
  gate: z.string().nullable(),
  /** False: none of its conditions had a value. */
  evaluated: z.boolean().nullable(),
  conditions: z.array(ReportCondition),
  figures: z.object({
    newIssues: z.number().nullable(),
    acceptedIssues: z.number().nullable(),
    hotspots: z.number().nullable(),
    coverage: z.number().nullable(),
    duplication: z.number().nullable(),
  }),
  findings: z.int(),
  /** What else a reader must know. */
  notes: z.array(z.string()),
  link: z.string(),
});

/** One call to the server. */
export const ReportCall = z.object({
  at: instant,
  method: z.string(),
  path: z.string(),
  /** Null: no answer, or none that is known. */
  status: z.int().nullable(),
  durationMs: z.int().nullable(),
  /** What failed about the call itself. */
  code: z.string().nullable(),
});

export const ReportAttempt = z.object({
  id: rowId,
  commit: z.string(),
  /** What asked for it. */
  cause: z.enum(['analysis', 'pull_request', 'binding', 'integration', 'person', 'retry', 'reconcile']),
  askedBy: z.string().nullable(),
  startedAt: instant,
  /** Null: it is under way, or the process ended in the middle. */
  endedAt: instant.nullable(),
  outcome: ReportState.nullable(),
  result: ReportResult.nullable(),
  shown: z.int().nullable(),
  total: z.int().nullable(),
  error: ReportError.nullable(),
  calls: z.array(ReportCall),
});
export type ReportAttempt = z.infer<typeof ReportAttempt>;

export const ReportDetail = z.object({
  report: ReportSummary,
  /** Null: SonarQube has no analysis of the pull request, or its commit is not known. */
  analysis: ReportAnalysis.nullable(),
  annotations: z.boolean(),
  mono: z.boolean(),
  prefix: z.string(),
  /** The newest 20, of every commit of the pull request. */
  attempts: z.array(ReportAttempt),
});
export type ReportDetail = z.infer<typeof ReportDetail>;

/** `GET /api/v1/pull-requests/{id}` */
export const PullRequestDetail = z.object({
  pullRequest: PullRequestRow,
  reports: z.array(ReportDetail),
});
export type PullRequestDetail = z.infer<typeof PullRequestDetail>;

export const PullRequestParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

export const ReportFindingQuery = z.strictObject({
  /** Which of its reports. */
  report: z.coerce.number().pipe(rowId),
  page,
});
export type ReportFindingQuery = z.input<typeof ReportFindingQuery>;

/** A finding of the new code, not resolved; in the order in which they are shown where not all may be. */
export const ReportFinding = z.object({
  key: z.string(),
  kind: z.enum(['issue', 'hotspot']),
  /** From the root of the repository. */
  path: z.string().nullable(),
  line: z.int().nullable(),
  severity: z.enum(['HIGH', 'MEDIUM', 'LOW']),
  type: z.enum(['VULNERABILITY', 'BUG', 'CODE_SMELL']),
  message: z.string(),
  link: z.string(),
});

/** `GET /api/v1/pull-requests/{id}/findings`: 100 a page. */
export const ReportFindingList = z.object({
  findings: z.array(ReportFinding),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type ReportFindingList = z.infer<typeof ReportFindingList>;

export const LeftCompanionQuery = z.strictObject({
  /** Those of one pull request. */
  pullRequest: z.coerce.number().pipe(rowId).optional(),
});
export type LeftCompanionQuery = z.input<typeof LeftCompanionQuery>;

/** `GET /api/v1/companions/left`: companions of closed pull requests whose deletion failed; the first 100. */
export const LeftCompanions = z.object({
  companions: z.array(
    z.object({
      /** Key of the companion on the server. */
      key: z.string(),
      project: z.object({ id: rowId, key: z.string(), name: z.string() }),
      /** Of its SonarQube server. */
      integration: IntegrationRef,
      pullRequest: z.object({ id: rowId, number: z.int(), title: z.string(), repository: z.string() }).nullable(),
      error: ReportError,
      /** When it was tried last. */
      since: instant,
      nextTryAt: instant.nullable(),
    }),
  ),
  total: z.int(),
});
export type LeftCompanions = z.infer<typeof LeftCompanions>;

/** How many reports are written again. */
export const ReportAgain = z.object({ asked: z.int() });

export const ScanInput = z.strictObject({
  /** Address of its page, or `PROJECT/repository#number`. */
  pullRequest: z.string().min(1).max(2_000),
  /** Key of one SonarQube project, in a repository of several. */
  project: z.string().min(1).max(400).optional(),
});

/** What the scanner must be told, for each project that is bound to the repository. */
export const ScanParameters = z.object({
  pullRequest: z.object({ id: rowId, number: z.int() }),
  scans: z.array(
    z.object({
      project: z.object({ id: rowId, key: z.string(), name: z.string() }),
      /** `companion`: the server analyses no pull requests, and a project stands for this one. */
      kind: z.enum(['pull_request', 'companion']),
      parameters: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
});
export type ScanParameters = z.infer<typeof ScanParameters>;
