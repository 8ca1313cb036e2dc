/** Words of the simulator. Instants are `Date`; inside the state they are epoch seconds, the server's own precision. */

export const issueTypes = ['CODE_SMELL', 'BUG', 'VULNERABILITY'] as const;
export type IssueType = (typeof issueTypes)[number];

/** In rank order, least first. */
export const severities = ['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER'] as const;
export type Severity = (typeof severities)[number];

/** In rank order, least first. */
export const impactSeverities = ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'BLOCKER'] as const;
export type ImpactSeverity = (typeof impactSeverities)[number];

export const softwareQualities = ['MAINTAINABILITY', 'RELIABILITY', 'SECURITY'] as const;
export type SoftwareQuality = (typeof softwareQualities)[number];

export const issueStates = ['OPEN', 'CONFIRMED', 'REOPENED', 'RESOLVED', 'CLOSED'] as const;
export type IssueState = (typeof issueStates)[number];

export type Resolution = 'FALSE-POSITIVE' | 'WONTFIX' | 'FIXED' | 'REMOVED';

export interface Impact {
  softwareQuality: SoftwareQuality;
  severity: ImpactSeverity;
}

/** A rule of the server; what an issue says of type, severity and impacts comes from it unless changed by hand. */
export interface RuleSpec {
  /** `repository:name`; imported ones start `external_`. */
  key: string;
  name?: string;
  type: IssueType;
  severity: Severity;
  /** Default: one impact that follows from type and severity. */
  impacts?: Impact[];
  tags?: string[];
  /** CWE numbers, e.g. `['79']`. */
  cwe?: string[];
  /** Categories of OWASP's list of 2021, e.g. `['3']`. */
  owasp?: string[];
  language?: string;
}

/**
 * Issues that one analysis found, declared instead of listed: issue `i` of the plan is a pure function of the plan and
 * `i`, so a million of them need no memory.
 */
export interface IssuePlan {
  count: number;
  seed?: number;
  /** Spread evenly over the plan. Default: one rule. */
  rules?: readonly RuleSpec[];
  /** Number of files the issues lie in; default 1. */
  files?: number;
  /** Number of directories the files lie in; default 1. */
  directories?: number;
  /** Start of every path; default `src`. */
  root?: string;
  /** Share (0 to 1) of the issues that belong to the project itself and to no file. */
  projectLevel?: number;
  /** Creation date, one for all or drawn between two; default the date of the analysis. */
  createdAt?: Date | { from: Date; to: Date };
  /** Last change, as reported; default the date of the analysis. */
  updatedAt?: Date;
  /** Shares (0 to 1) of the issues in these states; the rest is open. */
  closed?: number;
  accepted?: number;
  falsePositive?: number;
  confirmed?: number;
  /** Close dates of the closed share; default the date of the analysis. */
  closedAt?: { from: Date; to: Date };
  /** Share (0 to 1) written in test code (`scope` TEST). */
  tests?: number;
  message?: string;
  /** Longer answers for tests of size limits. */
  messagePadding?: number;
  /** True for taint vulnerabilities: `issues/pull` leaves them out, `issues/pull_taint` has them. */
  taint?: boolean;
}

export interface HotspotSpec {
  rule?: string;
  file?: string;
  line?: number;
  message?: string;
  probability?: 'HIGH' | 'MEDIUM' | 'LOW';
  category?: string;
  status?: 'TO_REVIEW' | 'REVIEWED';
  resolution?: 'FIXED' | 'SAFE' | 'ACKNOWLEDGED';
  createdAt?: Date;
}

/** One line of code as an analysis left it. */
export interface CodeLine {
  /** How often tests ran it; absent: nothing of it can be run. */
  hits?: number;
  conditions?: number;
  coveredConditions?: number;
  duplicated?: true;
}

export interface CodeFile {
  /** It is a test: a file of another kind, none of whose lines count. */
  test?: true;
  /** The first is line 1. */
  lines: readonly CodeLine[];
}

interface GateConditionResult {
  metric: string;
  comparator: 'GT' | 'LT';
  threshold: string;
  /** Absent: the analysis had no value for it. */
  actual?: string;
  status: 'OK' | 'ERROR' | 'WARN';
}

export interface GateResult {
  status: 'OK' | 'ERROR' | 'WARN' | 'NONE';
  conditions: GateConditionResult[];
  /** Fewer than 20 new lines: coverage and duplication were not judged. */
  ignoredConditions?: boolean;
}

/** What one analysis brought. Everything left out is filled in so that the answers are consistent. */
export interface AnalysisSpec {
  at?: Date;
  /** Commit; absent = a project without SCM data. */
  revision?: string;
  version?: string;
  buildString?: string;
  detectedCi?: string;
  /** New issues. */
  issues?: IssuePlan | readonly IssuePlan[];
  /** Open issues that vanished from the code: how many (the first ones), or their keys. */
  close?: number | readonly string[];
  hotspots?: readonly HotspotSpec[];
  /** Overall measures by metric key; counts of issues are computed unless given. */
  measures?: Record<string, string>;
  /** Measures over new code by metric key (`new_...`). */
  newMeasures?: Record<string, string>;
  gate?: GateResult;
  events?: readonly { category: string; name: string; description?: string }[];
  warnings?: readonly string[];
}

export interface ProjectSpec {
  key: string;
  name?: string;
  /** Default public. */
  visibility?: 'public' | 'private';
  /** Organization on Cloud. */
  organization?: string;
  tags?: readonly string[];
  /** Main branch; default `main`. */
  mainBranch?: string;
  /** Logins that may browse a private project, besides administrators. */
  readers?: readonly string[];
  /** Analyses of the main branch, oldest first. */
  analyses?: readonly AnalysisSpec[];
}

export interface BranchSpec {
  name: string;
  excludedFromPurge?: boolean;
  analyses?: readonly AnalysisSpec[];
}

export interface PullRequestSpec {
  key: string;
  title?: string;
  /** Source branch. */
  branch: string;
  /** Branch compared with; default the main branch. */
  base?: string;
  /** Branch named to the scanner; default `base`. */
  target?: string;
  url?: string;
  analyses?: readonly AnalysisSpec[];
}

/** Where in a project: nothing = its main branch. */
export interface ScopeName {
  branch?: string | undefined;
  pullRequest?: string | undefined;
}

/** Prefixes; `legacy` tokens have none. */
export type TokenKind = 'squ' | 'sqa' | 'sqp' | 'sqco' | 'legacy';

export interface TokenSpec {
  kind: TokenKind;
  /** Owner; default `admin`. Ignored for `sqco`, which has no user. */
  login?: string;
  name?: string;
  /** `sqp` only. */
  projectKey?: string;
  /** `sqco` only. */
  organization?: string;
  /** `sqco` only: what it may do; default scan only, as in the vendor's first release. */
  permissions?: readonly ('browse' | 'scan')[];
  expiresAt?: Date;
  /** Chosen text instead of a generated one. */
  value?: string;
}

export interface UserSpec {
  login: string;
  name?: string;
  /** Global permissions, e.g. `admin`, `scan`. */
  permissions?: readonly string[];
  /** Organizations on Cloud. */
  organizations?: readonly string[];
  /** False: sees no project at all, not even public ones. */
  seesPublicProjects?: boolean;
  /** True: may browse private projects too, as the default template gives it to the group of administrators. */
  seesPrivateProjects?: boolean;
}
