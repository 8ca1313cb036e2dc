import { z } from 'zod';
import { findingAges } from '../../domain/finding-age.ts';
import { DataState } from './security/contract.ts';
import { FindingTarget, Standing, StandingCounts } from './targets/contract.ts';

export { DataState } from './security/contract.ts';
export type { Report, ReportFindings, ReportGroup } from './reports/contract.ts';
export type { SavedReport, SavedReports, SavedView, SavedViews, ViewPage } from './saved/contract.ts';
export type { TargetSettings } from './targets/contract.ts';
export type { TeamNumbers, TeamNumbersList, TeamSort } from './teams/contract.ts';

/** From the worst to the least. `unrated`: the server gave a level that the mapping does not know. */
export const Severity = z.enum(['critical', 'high', 'medium', 'low', 'unrated']);
export type Severity = z.infer<typeof Severity>;

export const AssetType = z.enum(['repository', 'iac_file', 'container_image', 'cli']);
export type AssetType = z.infer<typeof AssetType>;

const day = z.iso.date();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** Members in an address are separated by commas: `severity=critical,high`. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(2000),
  );

/** A node of an org tree: what belongs to its teams, each project once. */
const node = z.coerce.number().pipe(rowId).optional();

const filters = {
  node,
  /** With a node: what belonged to it at the end of this day, by the tree of that day; left out: what belongs to it now. */
  treeAt: day.optional(),
  /** Project ids; left out: all. */
  projects: list(z.coerce.number().pipe(rowId)).optional(),
  severity: list(Severity).optional(),
  assetType: list(AssetType).optional(),
  /** `main`: each project's main branch. `all`: every long-lived branch. Pull requests are never counted. */
  branchScope: z.enum(['main', 'all']).default('main'),
  /** `server`: as each server's mode counts. `other`: as its other mode would. */
  counting: z.enum(['server', 'other']).default('server'),
};

const format = z.enum(['json', 'csv']).default('json');

/** One number per severity and their sum. */
export const SeverityCounts = z.object({
  critical: z.int(),
  high: z.int(),
  medium: z.int(),
  low: z.int(),
  unrated: z.int(),
  total: z.int(),
});
export type SeverityCounts = z.infer<typeof SeverityCounts>;

/** `unknown`: the server told a number and no severities. */
export const PastCounts = SeverityCounts.extend({ unknown: z.int() });
export type PastCounts = z.infer<typeof PastCounts>;

/**
 * What a number rests on. `read`: our own reading. `counted`: the server's own counts before it. `estimated`: these, but
 * the severities of some are not known. `reconstructed`: of some projects nothing but creation and closing dates.
 */
export const Basis = z.enum(['read', 'counted', 'estimated', 'reconstructed']);
export type Basis = z.infer<typeof Basis>;

/** `mqr`: a finding with an impact on security (one without impacts by its type). `standard`: one of type vulnerability. */
export const CountingMode = z.enum(['mqr', 'standard']);
export type CountingMode = z.infer<typeof CountingMode>;

/** How the servers count, and how the two ways of counting compare. */
export const Counting = z.object({
  /** What the answer counts by. */
  by: z.enum(['server', 'other']),
  servers: z.array(
    z.object({
      integrationId: rowId,
      integration: z.string(),
      mode: CountingMode,
      /** False: the server did not say its mode. */
      told: z.boolean(),
      /** Since when, where it changed while we looked. */
      since: z.iso.datetime().nullable(),
    }),
  ),
  /** Open vulnerabilities under the filter, all severities: as the servers count, as their other mode would, and in both. */
  server: z.int(),
  other: z.int(),
  both: z.int(),
});
export type Counting = z.infer<typeof Counting>;

export const SecurityQuery = z.strictObject(filters);
export type SecurityQuery = z.input<typeof SecurityQuery>;

const Tile = z.object({
  open: z.int(),
  /** Open now less open at the end of the day 30 days ago; null while there are no projects, or the severities of then are not known. */
  change30Days: z.int().nullable(),
  /** Of it, what came with projects that joined or a change of a server's mode: no new risk. */
  joined30Days: z.int(),
  /** What the number of 30 days ago rests on. */
  changeBasis: Basis,
  /** Open at the end of each of the last 30 days, oldest first, the last one now; null where the severity is not known. */
  sparkline: z.array(z.object({ day, open: z.int().nullable() })),
});

/** `GET /api/v1/insights/security/summary` ?projects &severity &assetType &branchScope */
export const SecuritySummary = z.object({
  state: DataState,
  counting: Counting,
  total: Tile,
  /** Always five, from critical to unrated, whatever severities are asked for: `included` says whether one is part of `total`. */
  severities: z.array(Tile.extend({ severity: Severity, included: z.boolean() })),
  /** Vulnerabilities a person marked so; never part of open. */
  accepted: z.int(),
  falsePositive: z.int(),
  /** Hotspots waiting for review, never part of open. Not filtered by severity: they have a probability instead. */
  hotspots: z.object({ high: z.int(), medium: z.int(), low: z.int(), unknown: z.int(), total: z.int() }),
});
export type SecuritySummary = z.infer<typeof SecuritySummary>;

export const Granularity = z.enum(['week', 'month', 'quarter']);
export type Granularity = z.infer<typeof Granularity>;

export const Preset = z.enum(['4w', '12w', '3m', '6m', '12m', '24m']);
export type Preset = z.infer<typeof Preset>;

export const TrendQuery = z.strictObject({
  ...filters,
  granularity: Granularity.default('week'),
  preset: Preset.default('6m'),
  /** First and last day of a custom range, both included; either replaces the preset. */
  from: day.optional(),
  to: day.optional(),
  format,
});
export type TrendQuery = z.input<typeof TrendQuery>;

export const TrendBucket = z.object({
  /** First and last day of the bucket inside the range. Weeks begin on Monday, UTC. */
  from: day,
  to: day,
  /** Open at the end of the bucket, or now for the bucket of today. */
  open: PastCounts,
  created: PastCounts,
  resolved: PastCounts,
  /** What came with projects that joined or a change of a server's mode, less what went so: open = open before + created − resolved + joined. */
  joined: PastCounts,
  /** False for the bucket that today lies in: it is not over yet. */
  complete: z.boolean(),
  basis: Basis,
});
export type TrendBucket = z.infer<typeof TrendBucket>;

/** Ordinary least squares over the complete buckets; null with fewer than two. `values` has one number per bucket. */
export const TrendLine = z.object({ slopePerBucket: z.number(), values: z.array(z.number()) }).nullable();
export type TrendLine = z.infer<typeof TrendLine>;

/** `GET /api/v1/insights/security/trend` (CSV: one row per bucket) */
export const SecurityTrend = z.object({
  state: DataState,
  granularity: Granularity,
  from: day,
  to: day,
  /** From this day on every project is counted by our own reading; null when there are none. */
  readFrom: day.nullable(),
  /** From this day on every project is counted, by our own reading or by its server; null: for all time. */
  countedFrom: day.nullable(),
  buckets: z.array(TrendBucket),
  trendLine: z.object({ open: TrendLine, created: TrendLine, resolved: TrendLine }),
  /** Days of a step that is not new risk: hotspots became vulnerabilities, projects joined, a server changed its mode. */
  markers: z.array(
    z.object({
      day,
      kind: z.enum(['hotspots_became_vulnerabilities', 'projects_joined', 'mode_changed']),
      /** How many vulnerabilities came with it. */
      findings: z.int(),
      /** The first of the projects; none for a change of mode. */
      projects: z.array(z.object({ id: rowId, name: z.string() })),
      projectCount: z.int(),
      /** The mode since then, of a change of mode. */
      mode: CountingMode.nullable(),
      /** Whose server it is. */
      integration: z.string().nullable(),
    }),
  ),
});
export type SecurityTrend = z.infer<typeof SecurityTrend>;

export const TopProjectsQuery = z.strictObject({
  ...filters,
  limit: z.coerce.number().int().min(1).max(500).default(10),
  format,
});
export type TopProjectsQuery = z.input<typeof TopProjectsQuery>;

/** `GET /api/v1/insights/security/projects`: most open first. CSV: all of them. */
export const TopProjects = z.object({
  state: DataState,
  projects: z.array(z.object({ id: rowId, key: z.string(), name: z.string(), open: SeverityCounts })),
  /** Projects with at least one open vulnerability under the filter. */
  total: z.int(),
});
export type TopProjects = z.infer<typeof TopProjects>;

export const NodesQuery = z.strictObject({
  /** The top of a tree; left out where a node is named. */
  tree: z.coerce.number().pipe(rowId).optional(),
  node,
  treeAt: filters.treeAt,
  severity: filters.severity,
  assetType: filters.assetType,
  branchScope: filters.branchScope,
  counting: filters.counting,
});
export type NodesQuery = z.input<typeof NodesQuery>;

const NodeRef = z.object({ id: rowId, name: z.string() });

/** `GET /api/v1/insights/security/nodes`: what lies directly below a node, or at the top of a tree. */
export const SecurityNodes = z.object({
  state: DataState,
  tree: NodeRef,
  /** From the top down to the node that was asked for; empty for a tree. */
  path: z.array(NodeRef),
  /** The first five hundred, by name. */
  nodes: z.array(NodeRef.extend({ isTeam: z.boolean(), projects: z.int(), open: SeverityCounts })),
  nodesInAll: z.int(),
  /** All of it, each project once. */
  total: SeverityCounts,
  /** Projects that several of the nodes hold: each counts in every one of them. */
  shared: z.object({ projects: z.int(), open: SeverityCounts }),
  /** Of a tree: what is of none of its teams. total + unowned is the organization's. */
  unowned: SeverityCounts.nullable(),
});
export type SecurityNodes = z.infer<typeof SecurityNodes>;

/** Whole UTC days since the finding was created: up to 7, 8 to 30, 31 to 90, 91 to 365, more. */
export const AgeBucket = z.enum(findingAges);
export type AgeBucket = z.infer<typeof AgeBucket>;

export const AgesQuery = z.strictObject({ ...filters, format });
export type AgesQuery = z.input<typeof AgesQuery>;

export const TargetsQuery = z.strictObject({
  ...filters,
  /** What was open at the end of this day, which is over; left out: what is open now. */
  at: day.optional(),
  /** With `at`: by the targets that held then, or by those that hold now. */
  targets: z.enum(['then', 'now']).default('then'),
  format,
});
export type TargetsQuery = z.input<typeof TargetsQuery>;

/** `GET /api/v1/insights/security/ages`: open vulnerabilities by how long ago they were created. CSV: one row per bucket. */
export const SecurityAges = z.object({
  state: DataState,
  /** The day that ages are counted to. */
  today: day,
  /** The youngest first. */
  buckets: z.array(
    z.object({
      age: AgeBucket,
      /** Days, both included; null: without an end. */
      fromDays: z.int(),
      toDays: z.int().nullable(),
      open: SeverityCounts,
    }),
  ),
  /** Sum of the buckets: what the tiles show under the same filter. */
  open: SeverityCounts,
});
export type SecurityAges = z.infer<typeof SecurityAges>;

/** `GET /api/v1/insights/security/targets`: open vulnerabilities by how they stand to their targets. CSV: one row per severity. */
export const SecurityTargets = z.object({
  state: DataState,
  /** The day that ages are counted to. */
  today: day,
  /** Null: what is open now. */
  at: day.nullable(),
  /** Whose targets these are: of then, or of now. */
  by: z.enum(['then', 'now']),
  /** False: some projects were not read yet at that day, so that what was resolved before is missing. */
  whole: z.boolean(),
  warnPercent: z.int(),
  /** False while nobody has set any target. */
  isSet: z.boolean(),
  severities: z.array(
    z.object({
      severity: Severity,
      /** Those in force for projects of the answer, the shortest first; null: for some there is none. */
      targets: z.array(z.int().nullable()),
      open: StandingCounts,
    }),
  ),
  /** Its total is what the tiles show under the same filter. */
  open: StandingCounts,
});
export type SecurityTargets = z.infer<typeof SecurityTargets>;

/** `GET /api/v1/insights/resolved` */
export const ResolvedAs = z.strictObject({ accepted: z.boolean(), falsePositive: z.boolean() });
export type ResolvedAs = z.infer<typeof ResolvedAs>;

/** In days; null while nothing was resolved. The mean is exact to a tenth; the others are whole days, exact up to 15 days, above to within a sixteenth of the time. */
export const ResolveTimes = z.object({
  resolved: z.int(),
  mean: z.number().nullable(),
  median: z.int().nullable(),
  p90: z.int().nullable(),
});
export type ResolveTimes = z.infer<typeof ResolveTimes>;

export const SeverityTimes = z.object({
  critical: ResolveTimes,
  high: ResolveTimes,
  medium: ResolveTimes,
  low: ResolveTimes,
  unrated: ResolveTimes,
  all: ResolveTimes,
});
export type SeverityTimes = z.infer<typeof SeverityTimes>;

/** `GET /api/v1/insights/security/resolve-times` takes what the trend takes. Its periods are whole weeks, months or quarters. */
export const SecurityResolveTimes = z.object({
  state: DataState,
  granularity: Granularity,
  from: day,
  to: day,
  /** From this day on every project is read; before it only fixes in projects already read are known. Null: no projects. */
  readFrom: day.nullable(),
  /** Whether what was accepted or marked a false positive counts as resolved, beside what was fixed. */
  resolvedAs: ResolvedAs,
  /** Over all periods. */
  times: SeverityTimes,
  buckets: z.array(
    z.object({
      from: day,
      to: day,
      /** False for the period that today lies in. */
      complete: z.boolean(),
      /** `partly`: some projects were not read yet for all of it. `none`: no project was, so that nothing is known. */
      known: z.enum(['whole', 'partly', 'none']),
      times: SeverityTimes,
    }),
  ),
});
export type SecurityResolveTimes = z.infer<typeof SecurityResolveTimes>;

export const FindingList = z.enum(['open', 'accepted', 'false_positive', 'hotspots']);
export type FindingList = z.infer<typeof FindingList>;

export const FindingsQuery = z.strictObject({
  ...filters,
  /** Which tile's list. */
  list: FindingList.default('open'),
  /** Of the list `open` alone. */
  age: list(AgeBucket).optional(),
  /** How they stand to their targets; of the list `open` alone, and by when they break them: what breaks next first. */
  target: list(Standing).optional(),
  /** Left out: `created`, or `due` where `target` is asked for. */
  sort: z.enum(['created', 'severity', 'project', 'due']).optional(),
  /** Left out: `desc`, or `asc` by `due`. */
  direction: z.enum(['asc', 'desc']).optional(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  format,
});
export type FindingsQuery = z.input<typeof FindingsQuery>;

export const SecurityFinding = z.object({
  id: rowId,
  /** The server's key. */
  issueId: z.string(),
  /** The finding in SonarQube's own pages. */
  link: z.string().nullable(),
  /** CVE or CWE, else the rule's key. */
  vulnerabilityId: z.string(),
  title: z.string(),
  severity: Severity,
  /** As the server says it, e.g. `BLOCKER`; a hotspot's probability. */
  sourceLevel: z.string(),
  /** The scale of `sourceLevel`: the impact on security, the standard severity, or a hotspot's probability. */
  severitySource: z.enum(['impact', 'standard', 'probability']),
  assetType: AssetType,
  createdAt: z.iso.datetime(),
  project: z.object({ id: rowId, key: z.string(), name: z.string() }),
  branch: z.string(),
  /** Path inside the project and line, where the server says so. */
  path: z.string().nullable(),
  line: z.int().nullable(),
  rule: z.string().nullable(),
  /** Null of what is not an open vulnerability. */
  target: FindingTarget.nullable(),
});
export type SecurityFinding = z.infer<typeof SecurityFinding>;

/** `GET /api/v1/insights/security/findings`: 50 a page. CSV: every row, not only the page. */
export const SecurityFindings = z.object({
  state: DataState,
  findings: z.array(SecurityFinding),
  /** Exact; equals the tile's number. */
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type SecurityFindings = z.infer<typeof SecurityFindings>;

export const FilterQuery = z.strictObject({
  node,
  treeAt: filters.treeAt,
  branchScope: filters.branchScope,
  counting: filters.counting,
});

/** `GET /api/v1/insights/security/filters`: only values that have findings (of any state, hotspots included). */
export const SecurityFilters = z.object({
  projects: z.array(z.object({ id: rowId, key: z.string(), name: z.string(), findings: z.int() })),
  severities: z.array(z.object({ severity: Severity, findings: z.int() })),
  assetTypes: z.array(z.object({ assetType: AssetType, findings: z.int() })),
});
export type SecurityFilters = z.infer<typeof SecurityFilters>;
