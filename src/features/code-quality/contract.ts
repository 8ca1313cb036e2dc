import { z } from 'zod';

export * from './findings/contract.ts';
export * from './located/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const count = z.int().nullable();

/** Members in an address are separated by commas: `status=open,accepted`. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

/** The server's own word. NONE: never analysed. */
export const GateStatus = z.enum(['OK', 'ERROR', 'WARN', 'NONE']);
export type GateStatus = z.infer<typeof GateStatus>;

export const Gate = z.object({
  status: GateStatus,
  /** False when no condition had a value, so that the server's OK says nothing; null when its conditions are unknown. */
  evaluated: z.boolean().nullable(),
});
export type Gate = z.infer<typeof Gate>;

/** Open issues by software quality of the main branch; null where the server gave no number. */
export const IssuesByQuality = z.object({
  security: count,
  reliability: count,
  maintainability: count,
  /** `mqr`: by software quality. `standard`: vulnerabilities, bugs and code smells, of servers that count so or have no qualities. */
  mode: z.enum(['mqr', 'standard']).nullable(),
});
export type IssuesByQuality = z.infer<typeof IssuesByQuality>;

export const GateFilter = z.enum(['passed', 'failed', 'not_evaluated', 'none']);
export type GateFilter = z.infer<typeof GateFilter>;

export const ProjectSort = z.enum([
  'name',
  'key',
  'gate',
  'coverage',
  'duplication',
  'security',
  'reliability',
  'maintainability',
  'vulnerabilities',
  'lastAnalysis',
]);
export type ProjectSort = z.infer<typeof ProjectSort>;

export const ProjectQuery = z.strictObject({
  /** Part of the name or the key, whatever the case. */
  search: z.string().max(400).optional(),
  /** Integration ids. */
  integration: list(z.coerce.number().pipe(rowId)).optional(),
  gate: list(GateFilter).optional(),
  /** A node of an org tree: what belongs to its teams. */
  node: z.coerce.number().pipe(rowId).optional(),
  /**
   * Projects the server does not list any more, and those the settings leave out (`outside`), are left out unless asked
   * for. Without `integration` a project that is read through several counts once.
   */
  deleted: z.enum(['without', 'only', 'outside']).default('without'),
  sort: ProjectSort.default('name'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  format: z.enum(['json', 'csv']).default('json'),
});
export type ProjectQuery = z.input<typeof ProjectQuery>;

const IntegrationRef = z.object({ id: rowId, name: z.string() });

/** One row of the list. Every number is of the main branch; null means no data, never 0. */
export const ProjectRow = z.object({
  /** True while a change too large for one transaction is being stored: its findings are partly new, partly old. */
  updating: z.boolean(),
  id: rowId,
  key: z.string(),
  name: z.string(),
  integration: IntegrationRef,
  /** Null before the first analysis was read. */
  gate: Gate.nullable(),
  /** Percent. */
  coverage: z.number().nullable(),
  /** Percent of duplicated lines. */
  duplication: z.number().nullable(),
  issues: IssuesByQuality,
  /** Counted from the stored findings; null before they were read for the first time. */
  openVulnerabilities: count,
  /** Newest analysis of any branch or pull request. */
  lastAnalysisAt: instant.nullable(),
  deletedAt: instant.nullable(),
  /** Since when the server has it and does not let the token read it. */
  unreadableAt: instant.nullable(),
  /** Since when the settings of its integration leave it out: it is in no number. */
  leftScopeAt: instant.nullable(),
  /** The row of another integration that counts for the same project of the same server. */
  duplicateOf: rowId.nullable(),
});
export type ProjectRow = z.infer<typeof ProjectRow>;

/** `GET /api/v1/projects`: 50 a page. CSV: every row, not only the page. */
export const ProjectList = z.object({
  projects: z.array(ProjectRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type ProjectList = z.infer<typeof ProjectList>;

export const ProjectParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

export const GateCondition = z.object({
  metric: z.string(),
  /** Reader's name of the metric. */
  name: z.string(),
  /** SonarQube's metric type: PERCENT, RATING, INT … */
  type: z.string().nullable(),
  /** The condition fails when the value is greater (GT) or less (LT) than the threshold. */
  operator: z.enum(['GT', 'LT']),
  threshold: z.string().nullable(),
  /** Null: there was nothing to evaluate. */
  actual: z.string().nullable(),
  status: z.enum(['OK', 'WARN', 'ERROR', 'NO_VALUE']),
  /**
   * `not_evaluated`: no value. `ignored`: the server says OK because too few lines are new, although the value misses
   * the threshold.
   */
  verdict: z.enum(['passed', 'failed', 'warning', 'not_evaluated', 'ignored']),
});
export type GateCondition = z.infer<typeof GateCondition>;

export const Measure = z.object({
  metric: z.string(),
  name: z.string(),
  type: z.string().nullable(),
  domain: z.string().nullable(),
  /** -1 lower is better, 1 higher is better, 0 neither. */
  direction: z.int().nullable(),
  /** As the server writes it. */
  value: z.string(),
  number: z.number().nullable(),
  isNewCode: z.boolean(),
  bestValue: z.boolean().nullable(),
  /** The new code period the value is over. */
  period: z
    .object({ mode: z.string().nullable(), parameter: z.string().nullable(), at: instant.nullable() })
    .nullable(),
});
export type Measure = z.infer<typeof Measure>;

export const Branch = z.object({
  id: rowId,
  /** `companion`: a pull request of a server that has none, analysed as a project that the hub made for it. */
  kind: z.enum(['branch', 'pull_request', 'companion']),
  /** Name of the branch, key of the pull request. */
  name: z.string(),
  isMain: z.boolean(),
  gate: Gate,
  analyzedAt: instant.nullable(),
  openIssues: count,
  openVulnerabilities: count,
  /** Pull requests: title, branch they come from and branch they go to. */
  title: z.string().nullable(),
  sourceBranch: z.string().nullable(),
  target: z.string().nullable(),
  /** The pull request in its own system. */
  url: z.string().nullable(),
  /** In SonarQube's own pages. */
  link: z.string().nullable(),
});
export type Branch = z.infer<typeof Branch>;

export const Analysis = z.object({
  id: rowId,
  branch: z.string(),
  analyzedAt: instant,
  revision: z.string().nullable(),
  projectVersion: z.string().nullable(),
  gate: Gate.nullable(),
});
export type Analysis = z.infer<typeof Analysis>;

/** How whole the last publish of one stream of one branch was. */
export const StreamCompleteness = z.object({
  stream: z.string(),
  /** Name of the branch or pull request; null for what belongs to the project. */
  branch: z.string().nullable(),
  outcome: z.enum(['complete', 'unavailable']),
  source: z.int().nullable(),
  stored: z.int(),
  proof: z.enum(['key_set', 'counts_equal', 'unproven']),
  method: z.string(),
  measuredAt: instant,
});
export type StreamCompleteness = z.infer<typeof StreamCompleteness>;

/** `GET /api/v1/projects/:id` */
export const Project = ProjectRow.extend({
  organization: z.string().nullable(),
  visibility: z.string().nullable(),
  tags: z.array(z.string()),
  /** Since when they could not be read; those shown were read last. Null: they were read. */
  tagsUnreadSince: instant.nullable(),
  /** Last analysed commit of the main branch. */
  revision: z.string().nullable(),
  /** The project in SonarQube's own pages. */
  link: z.string().nullable(),
  /** Before this, history is reconstructed from creation and closing dates. */
  reliableFrom: instant,
  /** Name of the gate in force, where it could be read. */
  gateName: z.string().nullable(),
  /** True when conditions were skipped because too few lines are new; null when unknown. */
  ignoredConditions: z.boolean().nullable(),
  /** All of the gate in force, as the newest analysis of the main branch found them; null when nothing is known about them. */
  conditions: z.array(GateCondition).nullable(),
  /** Warnings that make the gate doubtful. */
  warnings: z.array(z.string()),
  /** Current values of the main branch. */
  measures: z.array(Measure),
  /** The main branch first, then by name. */
  branches: z.array(Branch),
  /** Newest first, no more than 200, open ones of the server's list. */
  pullRequests: z.array(Branch),
  /** The last 20 of any branch, newest first. */
  analyses: z.array(Analysis),
  completeness: z.array(StreamCompleteness),
  /** When how it stands was last read whole; null before the first time. */
  readAt: instant.nullable(),
});
export type Project = z.infer<typeof Project>;

export const HistoryQuery = z.strictObject({
  /** Metric keys, e.g. `coverage,ncloc`. */
  metrics: list(z.string().min(1).max(400)),
  /** Branch id; left out: the main branch. */
  branch: z.coerce.number().pipe(rowId).optional(),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  format: z.enum(['json', 'csv']).default('json'),
});
export type HistoryQuery = z.input<typeof HistoryQuery>;

/** `GET /api/v1/projects/:id/history`: one point per analysis that had a value. */
export const ProjectHistory = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  series: z.array(
    z.object({
      metric: z.string(),
      name: z.string(),
      type: z.string().nullable(),
      direction: z.int().nullable(),
      points: z.array(z.object({ at: instant, value: z.string(), number: z.number().nullable() })),
    }),
  ),
  /** Gates of the branch in the range, for the same time axis. */
  analyses: z.array(Analysis),
});
export type ProjectHistory = z.infer<typeof ProjectHistory>;
