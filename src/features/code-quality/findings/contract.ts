import { z } from 'zod';
import { findingAges } from '../../../domain/finding-age.ts';
import { splitList } from '../../../domain/escaped-list.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

/** Members in an address are separated by commas: `status=open,accepted`. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(2000),
  );

/** Names may hold commas: there a comma of a member is written `\,`. */
const names = z.preprocess(
  (value) => (typeof value === 'string' ? splitList(value) : value),
  z.array(z.string().min(1).max(4000)).max(200),
);

export const FindingState = z.enum(['open', 'accepted', 'false_positive', 'fixed', 'other', 'gone']);
export type FindingState = z.infer<typeof FindingState>;

export const FindingType = z.enum(['vulnerability', 'bug', 'code_smell', 'hotspot', 'unknown']);
export type FindingType = z.infer<typeof FindingType>;

export const FindingSeverity = z.enum(['critical', 'high', 'medium', 'low', 'unrated']);
export type FindingSeverity = z.infer<typeof FindingSeverity>;

/**
 * By impacts in MQR mode, where a finding may touch several; by type in Standard mode. A hotspot touches none until it
 * was reviewed: `security_review`.
 */
export const FindingQuality = z.enum(['security', 'reliability', 'maintainability', 'security_review', 'unknown']);
export type FindingQuality = z.infer<typeof FindingQuality>;

/** Whole UTC days since its creation: up to 7, 30, 90 and 365, or more. */
export const FindingAge = z.enum(findingAges);
export type FindingAge = z.infer<typeof FindingAge>;

export const FindingAsset = z.enum(['repository', 'iac_file', 'container_image', 'cli']);
export type FindingAsset = z.infer<typeof FindingAsset>;

export const FacetName = z.enum([
  'severity',
  'quality',
  'type',
  'status',
  'age',
  'rule',
  'file',
  'tag',
  'cwe',
  'owasp',
  'author',
  'assignee',
  'assetType',
  'project',
]);
export type FacetName = z.infer<typeof FacetName>;

/** In place of a name: findings that have none. */
export const noName = '(none)';

const filters = {
  /** Part of the message, of the rule’s key or name or of the file, or the beginning of the finding’s key; whatever the case. */
  search: z.string().max(400).optional(),
  severity: list(FindingSeverity).optional(),
  quality: list(FindingQuality).optional(),
  type: list(FindingType).optional(),
  /** Left out: all but those that the server does not list any more (`gone`). */
  status: list(FindingState).optional(),
  age: list(FindingAge).optional(),
  /** Keys of rules. Here and in every list of names below `(none)` stands for findings without one. */
  rule: names.optional(),
  /** Paths inside the project. */
  file: names.optional(),
  tag: names.optional(),
  /** `CWE-79` */
  cwe: names.optional(),
  /** `A3:2021` */
  owasp: names.optional(),
  author: names.optional(),
  assignee: names.optional(),
  assetType: list(FindingAsset).optional(),
  /** Project ids. */
  project: list(z.coerce.number().pipe(rowId)).optional(),
  /** Of one project: id of a branch or pull request; left out: the main branch. */
  branch: z.coerce.number().pipe(rowId).optional(),
  /** Across projects `main`: each one’s main branch, `all`: every long-lived branch. */
  branchScope: z.enum(['main', 'all']).default('main'),
  /** `server`: as each server's mode counts. `other`: as its other mode would. */
  counting: z.enum(['server', 'other']).default('server'),
};

export const FindingSort = z.enum(['severity', 'created', 'updated', 'file', 'project']);
export type FindingSort = z.infer<typeof FindingSort>;

export const FindingColumn = z.enum([
  'severity',
  'sourceLevel',
  'severitySource',
  'type',
  'quality',
  'status',
  'title',
  'vulnerabilityId',
  'project',
  'projectKey',
  'branch',
  'file',
  'line',
  'rule',
  'ruleName',
  'tags',
  'cwe',
  'owasp',
  'author',
  'assignee',
  'assetType',
  'created',
  'updated',
  'closed',
  'key',
  'link',
]);
export type FindingColumn = z.infer<typeof FindingColumn>;

export const FindingsQuery = z.strictObject({
  ...filters,
  sort: FindingSort.default('severity'),
  /** Of severities `desc` is the worst first. */
  direction: z.enum(['asc', 'desc']).default('desc'),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  format: z.enum(['json', 'csv']).default('json'),
  /** Of a CSV file, in this order; left out: all. */
  columns: list(FindingColumn).optional(),
});
export type FindingsQuery = z.input<typeof FindingsQuery>;

export const FacetsQuery = z.strictObject({
  ...filters,
  /** Which facets are counted; left out: all. */
  facets: list(FacetName).optional(),
  /** Only values that hold this text; for facets of names. */
  facetSearch: z.string().max(200).optional(),
  /** Values of each facet, the most frequent first. */
  limit: z.coerce.number().int().min(1).max(200).default(20),
});
export type FacetsQuery = z.input<typeof FacetsQuery>;

export const Finding = z.object({
  id: rowId,
  /** The server's key. */
  key: z.string(),
  /** The finding in the server's own pages. */
  link: z.string().nullable(),
  type: FindingType,
  qualities: z.array(FindingQuality),
  severity: FindingSeverity,
  /** As the server says it, e.g. `BLOCKER`; a hotspot's probability. */
  sourceLevel: z.string(),
  /** The scale of `sourceLevel`: an impact on a software quality, the standard severity, or a hotspot's probability. */
  severitySource: z.enum(['impact', 'standard', 'probability']),
  /** `gone`: the server does not list it any more. */
  state: FindingState,
  message: z.string(),
  /** CVE or CWE, else the rule's key. */
  vulnerabilityId: z.string(),
  rule: z.string().nullable(),
  ruleName: z.string().nullable(),
  project: z.object({ id: rowId, key: z.string(), name: z.string() }),
  branch: z.object({
    id: rowId,
    kind: z.enum(['branch', 'pull_request', 'companion']),
    name: z.string(),
    isMain: z.boolean(),
  }),
  path: z.string().nullable(),
  line: z.int().nullable(),
  assetType: FindingAsset,
  tags: z.array(z.string()),
  cwe: z.array(z.string()),
  owasp: z.array(z.string()),
  author: z.string().nullable(),
  assignee: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
  closedAt: instant.nullable(),
});
export type Finding = z.infer<typeof Finding>;

/** `GET /api/v1/findings` and `GET /api/v1/projects/:id/findings`: 50 a page. CSV: every row, not only the page. */
export const Findings = z.object({
  findings: z.array(Finding),
  /** Exact. */
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type Findings = z.infer<typeof Findings>;

export const Facet = z.object({
  facet: FacetName,
  /** The most frequent first, and every value that is chosen; exact under all filters but the facet's own. */
  values: z.array(z.object({ value: z.string(), label: z.string().nullable(), findings: z.int() })),
  /** True when there are more values than shown. */
  more: z.boolean(),
  /** Findings of which the value is not known: what their rule says was not read. */
  unread: z.int(),
});
export type Facet = z.infer<typeof Facet>;

/** `GET /api/v1/findings/facets` and `GET /api/v1/projects/:id/findings/facets` */
export const Facets = z.object({
  /** Findings under all filters, exact; the rows of the list. */
  total: z.int(),
  facets: z.array(Facet),
});
export type Facets = z.infer<typeof Facets>;

export const FindingParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });
export const FindingQuery = z.strictObject({ counting: filters.counting });

/** A piece of a rule's text, in our own words for its form; never the server's markup. */
export const RuleBlock = z.object({
  kind: z.enum(['heading', 'paragraph', 'item', 'code']),
  text: z.string(),
});
export type RuleBlock = z.infer<typeof RuleBlock>;

export const RuleSection = z.object({
  /** The server's name of it: `root_cause`, `how_to_fix`, `resources` …; `default` where a rule has one text. */
  key: z.string(),
  /** For which framework, where a section is written for several. */
  context: z.string().nullable(),
  blocks: z.array(RuleBlock),
});
export type RuleSection = z.infer<typeof RuleSection>;

export const FindingRule = z.object({
  key: z.string(),
  name: z.string(),
  language: z.string().nullable(),
  type: z.string().nullable(),
  severity: z.string().nullable(),
  tags: z.array(z.string()),
  cwe: z.array(z.string()),
  /** Null: not read yet. */
  owasp: z.array(z.string()).nullable(),
  isExternal: z.boolean(),
  /** False: only its key is known, from its findings. */
  read: z.boolean(),
  /** Null: not read yet. Empty: the server has no text of it. */
  sections: z.array(RuleSection).nullable(),
});
export type FindingRule = z.infer<typeof FindingRule>;

/** Why it is in no number of the organization; `counts` otherwise. */
export const FindingStanding = z.enum([
  'counts',
  'gone',
  'pull_request',
  'branch_gone',
  'project_gone',
  'out_of_scope',
  'duplicate',
]);
export type FindingStanding = z.infer<typeof FindingStanding>;

/** `GET /api/v1/findings/:id` */
export const FindingDetail = Finding.extend({
  integration: z.object({ id: rowId, name: z.string() }).nullable(),
  rules: FindingRule.nullable(),
  standing: FindingStanding,
  /** Oldest first. */
  history: z.array(
    z.object({
      at: instant,
      what: z.enum(['created', 'became', 'closed', 'reopened', 'accepted', 'false_positive', 'changed', 'gone']),
      /** What it counted as from then on. */
      type: FindingType,
      severity: FindingSeverity,
      sourceLevel: z.string(),
      /** `server`: a date the server gives. `observed`: when we saw the change. */
      basis: z.enum(['server', 'observed']),
    }),
  ),
  level: z.object({
    mode: z.enum(['mqr', 'standard']),
    /** False: the server did not say its mode. */
    told: z.boolean(),
    /** Everything the server said about its weight. */
    impacts: z.array(z.object({ quality: z.enum(['security', 'reliability', 'maintainability']), level: z.string() })),
    serverType: z.string().nullable(),
    serverSeverity: z.string().nullable(),
    probability: z.string().nullable(),
    /** The line of our mapping that made the severity; null: the mapping has none for this level. */
    mapping: z.object({ axis: z.string(), level: z.string(), severity: FindingSeverity }).nullable(),
    /** As the server's other mode would count it. */
    otherwise: z.object({ type: FindingType, severity: FindingSeverity, sourceLevel: z.string() }),
  }),
});
export type FindingDetail = z.infer<typeof FindingDetail>;
