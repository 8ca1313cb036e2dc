import { z } from 'zod';

/**
 * What the streams yield, in our words. Strict: the hub parses each record again, because a satellite that sends them
 * is an outside system. Member order is part of a record's hash, so add new members at the end and raise `hashVersion`.
 * Times are ISO 8601 UTC with milliseconds. `null` means the server said nothing.
 */
export const hashVersion = 1;

const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const key = z.string().min(1).max(400);
const text = z.string().max(100_000);

/** Stream `projects` (part discovery, scope ''). */
export const ProjectRecord = z.strictObject({
  key,
  name: text,
  /** Stable id of the server (2025.6 and later), survives a change of key. */
  uuid: z.string().max(100).nullable(),
  /** Organization key on Cloud, null on Server. */
  organization: z.string().nullable(),
  qualifier: z.string(),
  visibility: z.string().nullable(),
  /** Newest analysis of any branch or pull request. */
  lastAnalysisAt: instant.nullable(),
  /** Last analysed commit of the main branch. */
  revision: z.string().nullable(),
});
export type ProjectRecord = z.infer<typeof ProjectRecord>;

/** Stream `project_tags` (discovery, scope ''): of each project whose tags the server shows to the token. */
export const ProjectTagsRecord = z.strictObject({
  key,
  /** Sorted, each once; empty: it has none. */
  tags: z.array(z.string().max(400)).max(1000),
});
export type ProjectTagsRecord = z.infer<typeof ProjectTagsRecord>;

/** Stream `server` (discovery, scope ''): one record. */
export const ServerRecord = z.strictObject({
  key: z.literal('server'),
  /** Whether it counts by impacts on software qualities or by types; null: it did not say. */
  mode: z.enum(['mqr', 'standard']).nullable(),
});
export type ServerRecord = z.infer<typeof ServerRecord>;

/** Stream `metrics` (discovery, scope ''). */
export const MetricRecord = z.strictObject({
  key,
  sourceId: z.string().nullable(),
  name: text,
  description: text.nullable(),
  /** SonarQube's metric type: INT, FLOAT, PERCENT, BOOL, STRING, MILLISEC, DATA, LEVEL, DISTRIB, RATING, WORK_DUR. */
  type: z.string(),
  domain: z.string().nullable(),
  /** -1 lower is better, 1 higher is better, 0 neither. */
  direction: z.int().nullable(),
  qualitative: z.boolean().nullable(),
  hidden: z.boolean().nullable(),
});
export type MetricRecord = z.infer<typeof MetricRecord>;

/** Stream `quality_gates` (discovery, scope ''): definitions. */
export const QualityGateRecord = z.strictObject({
  /** The server's id where it has one (9.9), else the name. */
  key,
  name: text,
  isDefault: z.boolean(),
  isBuiltIn: z.boolean(),
  caycStatus: z.string().nullable(),
  conditions: z.array(z.strictObject({ metric: z.string(), operator: z.enum(['GT', 'LT']), threshold: z.string() })),
});
export type QualityGateRecord = z.infer<typeof QualityGateRecord>;

/** Stream `branches` (current, scope ''): long-lived branches and pull requests of the slice's project. */
export const BranchRecord = z.strictObject({
  /**
   * `branch:<branchId, or name before 10.6>`, `pull_request:<key>` or `companion:<key of its project>`: the scope name of
   * the streams below.
   */
  key,
  kind: z.enum(['branch', 'pull_request', 'companion']),
  /** Branch name, or the pull request's key. A branch and a pull request may have the same name. */
  name: text,
  isMain: z.boolean(),
  excludedFromPurge: z.boolean().nullable(),
  analyzedAt: instant.nullable(),
  gateStatus: z.enum(['OK', 'ERROR', 'WARN', 'NONE']),
  /** Quality gate in force for the project, by name, where it could be read. */
  qualityGate: z.string().nullable(),
  /** Pull requests only. */
  title: text.nullable(),
  sourceBranch: text.nullable(),
  base: text.nullable(),
  target: text.nullable(),
  url: text.nullable(),
  isOrphan: z.boolean().nullable(),
});
export type BranchRecord = z.infer<typeof BranchRecord>;

/** One gate condition of an analysis. */
export const GateConditionRecord = z.strictObject({
  metric: z.string(),
  operator: z.enum(['GT', 'LT']),
  threshold: z.string().nullable(),
  actualValue: z.string().nullable(),
  status: z.enum(['OK', 'WARN', 'ERROR', 'NO_VALUE']),
});
export type GateConditionRecord = z.infer<typeof GateConditionRecord>;

/** Streams `analyses` (current: the newest one) and `analysis_history` (history: all in range), scope = branch key. */
export const AnalysisRecord = z.strictObject({
  /** The server's analysis key, or `at:<instant>` where it names none (pull requests, blocked endpoint). */
  key,
  analyzedAt: instant,
  revision: z.string().nullable(),
  projectVersion: text.nullable(),
  buildString: text.nullable(),
  detectedCi: z.string().nullable(),
  gateStatus: z.enum(['OK', 'ERROR', 'WARN', 'NONE']).nullable(),
  /** True when conditions were skipped for fewer than 20 new lines; null when unknown. */
  ignoredConditions: z.boolean().nullable(),
  /** Null when the server said nothing about conditions. Sorted by metric. */
  conditions: z.array(GateConditionRecord).nullable(),
  /** Warnings of the analysis that make its gate doubtful, e.g. an unknown base. */
  warnings: z.array(text),
});
export type AnalysisRecord = z.infer<typeof AnalysisRecord>;

/**
 * What only a webhook tells of an analysis. It completes the analysis of the same branch and instant: what the server's
 * answers say counts more.
 */
export const DeliveredAnalysis = z.strictObject({
  revision: z.string().max(400).nullable(),
  detectedCi: z.string().max(400).nullable(),
  gateStatus: z.enum(['OK', 'ERROR', 'WARN', 'NONE']).nullable(),
  /** Every condition of the gate, those without a value as `NO_VALUE`. Sorted by metric. */
  conditions: z.array(GateConditionRecord).nullable(),
});

/** Stream `measures` (current, scope = branch key): one per metric that has a value. */
export const MeasureRecord = z.strictObject({
  metric: key,
  value: text,
  /** True when the value is over the new code period. */
  isNewCode: z.boolean(),
  bestValue: z.boolean().nullable(),
  periodMode: z.string().nullable(),
  periodParameter: z.string().nullable(),
  periodAt: instant.nullable(),
});
export type MeasureRecord = z.infer<typeof MeasureRecord>;

/** Stream `measure_history` (history, scope = branch key): one per metric and analysis; key `<metric> <at>`. */
export const MeasureHistoryRecord = z.strictObject({ metric: key, at: instant, value: text });
export type MeasureHistoryRecord = z.infer<typeof MeasureHistoryRecord>;

const impactSeverity = z.enum(['INFO', 'LOW', 'MEDIUM', 'HIGH', 'BLOCKER', 'unknown']);

/** Stream `issues` (current, scope = branch key), in every status the server still holds. */
export const IssueRecord = z.strictObject({
  key,
  rule: key,
  type: z.enum(['CODE_SMELL', 'BUG', 'VULNERABILITY', 'unknown']),
  severity: z.enum(['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER', 'unknown']).nullable(),
  status: z.string(),
  /** OPEN, CONFIRMED, FALSE_POSITIVE, ACCEPTED, FIXED, IN_SANDBOX; derived from status and resolution before 10.4. */
  issueStatus: z.string(),
  resolution: z.string().nullable(),
  impacts: z.strictObject({
    security: impactSeverity.nullable(),
    reliability: impactSeverity.nullable(),
    maintainability: impactSeverity.nullable(),
  }),
  cleanCodeAttribute: z.string().nullable(),
  cleanCodeAttributeCategory: z.string().nullable(),
  component: key,
  /** Path inside the project; null for project-level issues. */
  path: text.nullable(),
  line: z.int().nullable(),
  textRange: z
    .strictObject({ startLine: z.int(), endLine: z.int(), startOffset: z.int(), endOffset: z.int() })
    .nullable(),
  message: text,
  /** As the server writes it, e.g. `1h5min`. */
  effort: z.string().nullable(),
  debt: z.string().nullable(),
  assignee: z.string().nullable(),
  author: z.string().nullable(),
  /** Sorted. */
  tags: z.array(z.string()),
  createdAt: instant,
  updatedAt: instant,
  closedAt: instant.nullable(),
  scope: z.string().nullable(),
  externalRuleEngine: z.string().nullable(),
  hash: z.string().nullable(),
});
export type IssueRecord = z.infer<typeof IssueRecord>;

/** Stream `hotspots` (current, scope = branch key). */
export const HotspotRecord = z.strictObject({
  key,
  rule: z.string().nullable(),
  securityCategory: z.string(),
  vulnerabilityProbability: z.enum(['HIGH', 'MEDIUM', 'LOW', 'unknown']),
  status: z.string(),
  resolution: z.string().nullable(),
  component: key,
  path: text.nullable(),
  line: z.int().nullable(),
  textRange: z
    .strictObject({ startLine: z.int(), endLine: z.int(), startOffset: z.int(), endOffset: z.int() })
    .nullable(),
  message: text,
  assignee: z.string().nullable(),
  author: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
});
export type HotspotRecord = z.infer<typeof HotspotRecord>;

/** A piece of a rule's text; the server's markup is not kept. */
const ruleBlock = z.strictObject({
  kind: z.enum(['heading', 'paragraph', 'item', 'code']),
  text: text.min(1).max(20_000),
});
export type RuleBlock = z.infer<typeof ruleBlock>;

const ruleSection = z.strictObject({
  /** The server's name of it, e.g. `root_cause`; `default` of a rule with one text. */
  key: z.string().max(100),
  /** The framework it is written for. */
  context: z.string().max(200).nullable(),
  blocks: z.array(ruleBlock).max(400),
});
export type RuleSection = z.infer<typeof ruleSection>;

/** Stream `rules` (current, scope ''): the rules that the slice's findings use. */
export const RuleRecord = z.strictObject({
  key,
  name: text,
  repository: z.string(),
  language: z.string().nullable(),
  type: z.string().nullable(),
  severity: z.string().nullable(),
  status: z.string().nullable(),
  /** Sorted, e.g. `["CWE-79"]`. */
  cwe: z.array(z.string()),
  tags: z.array(z.string()),
  isExternal: z.boolean(),
  /** By edition, e.g. `["A3:2021"]`. */
  owasp: z.array(z.string()),
  sections: z.array(ruleSection).max(40),
});
export type RuleRecord = z.infer<typeof RuleRecord>;
