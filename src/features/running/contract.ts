import { z } from 'zod';
import { longestAge } from '../../domain/longest-age.ts';
import { certainties } from '../../domain/certainty.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(200),
  );

/** As people see it, the worst first. `stale`: it passed, by facts that are too old to be believed. */
export const runningStates = ['failed', 'stale', 'no_verdict', 'waived', 'passed'] as const;
export const RunningState = z.enum(runningStates);
export type RunningState = z.infer<typeof RunningState>;

const asOf = instant.optional();
/** Facts that were read longer ago than this many seconds prove nothing. */
const maxAge = z.coerce.number().int().min(1).max(longestAge).optional();

export const RunningQuery = z.strictObject({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).default(50),
  state: list(RunningState).optional(),
  /** Names of environments. */
  environment: list(z.string().max(1000)).optional(),
  type: list(z.enum(['production', 'pre_production', 'none'])).optional(),
  /** Names or numbers of teams. */
  team: list(z.string().max(1000)).optional(),
  /** A node of an org tree: what is of its teams. */
  node: z.coerce.number().pipe(rowId).optional(),
  /** Only what rests on facts that are too old. */
  stale: z.stringbool().optional(),
  /** Only what has open vulnerabilities of this severity. */
  open: z.enum(['critical', 'high']).optional(),
  /** Part of the name of a service or image; the beginning of a digest or commit. */
  search: z.string().max(500).optional(),
  maxAge,
  asOf,
});
export type RunningQuery = z.input<typeof RunningQuery>;

const counts = z.object({ critical: z.int(), high: z.int(), medium: z.int(), low: z.int() });

const condition = z.object({
  metric: z.string(),
  name: z.string(),
  operator: z.string(),
  threshold: z.string().nullable(),
  actualValue: z.string().nullable(),
  status: z.string(),
});

const Project = z.object({
  integrationId: rowId.nullable(),
  projectId: rowId.nullable(),
  projectKey: z.string(),
  projectName: z.string().nullable(),
  verdict: z.string(),
  reason: z.string(),
  analysis: z
    .object({
      id: rowId,
      scope: z.string(),
      branch: z.string(),
      revision: z.string(),
      analyzedAt: instant,
      changedAt: instant,
      gateStatus: z.string().nullable(),
      gateEvaluated: z.boolean().nullable(),
      conditions: z.array(condition),
      /** How its repository is known, of which a mapping is one way. */
      repository: z.object({ key: z.string(), source: z.string() }).nullable(),
    })
    .nullable(),
  /** Open vulnerabilities of what was analysed; null: not known. */
  open: counts.nullable(),
});

/** What a row rests on, by value, as it is kept. */
export const Evidence = z.object({
  links: z.array(z.object({ kind: z.string(), certainty: z.enum(certainties), note: z.string().nullable() })),
  flags: z.array(z.string()),
  commits: z.array(z.string()),
  projects: z.array(Project),
});
export type Evidence = z.infer<typeof Evidence>;

const named = z.object({ id: rowId, name: z.string() });

export const RunningRow = z.object({
  id: rowId,
  service: z.string(),
  environment: z.object({ name: z.string(), type: z.string().nullable() }),
  infrastructure: z.string().nullable(),
  /** Null: it was said with `environment set`. */
  deploymentId: rowId.nullable(),
  /** Null: which image runs is not known, or it is nobody's who asks. */
  image: z
    .object({ id: rowId.nullable(), repository: z.string().nullable(), digest: z.string().nullable() })
    .nullable(),
  /** As it was named. */
  reference: z.string().nullable(),
  commit: z.string().nullable(),
  state: RunningState,
  /** Nothing that is stale or too old is passed. */
  verdict: z.enum(['passed', 'failed', 'no_verdict']),
  /** A code of verdicts or of errors. */
  reason: z.string(),
  message: z.string(),
  remedy: z.string(),
  saidBy: z.enum(['policy', 'gate']).nullable(),
  waiver: z.object({ reason: z.string(), author: z.string(), expiresAt: instant }).nullable(),
  /** Why it is not certain that this runs. */
  doubt: z.string().nullable(),
  certainty: z.enum(certainties).nullable(),
  runsSince: instant,
  failingSince: instant.nullable(),
  newestFactAt: instant,
  /** When the integrations it rests on were all read last; null: one never was, or it rests on none. */
  readAt: instant.nullable(),
  staleSince: instant.nullable(),
  /** Integrations that make it stale. */
  staleIntegrations: z.array(z.string()),
  /** Open vulnerabilities of its commit; null: not known. */
  open: counts.nullable(),
  criticalsSince: instant.nullable(),
  teams: z.array(named),
  /** Critical vulnerabilities that run there: since when the first is known, and how many the code has no more. Null: none is known. */
  criticalFixes: z
    .object({ running: z.int(), detectedAt: instant, waiting: z.int(), fixedAt: instant.nullable() })
    .nullable(),
  /** Of projects that who asks may see. */
  failing: z.array(condition.extend({ project: z.string() })),
  links: Evidence.shape.links,
  flags: z.array(z.string()),
  /** Of a row as it was said before: what is said now, where it differs; `state` null: it does not run there any more. */
  now: z.object({ state: RunningState.nullable(), reason: z.string().nullable() }).nullable(),
});
export type RunningRow = z.infer<typeof RunningRow>;

export const RunningCounts = z.object({
  total: z.int(),
  failed: z.int(),
  stale: z.int(),
  noVerdict: z.int(),
  waived: z.int(),
  passed: z.int(),
  /** Services of which an image fails somewhere, each once. */
  failingServices: z.int(),
  /** Different images that fail somewhere. */
  failingImages: z.int(),
  /** Rows whose commit has an open critical vulnerability, and how many there are of them in production, each analysis once. */
  withCriticals: z.int(),
  criticalsInProduction: z.int(),
  /** Since when the first of these runs in production. */
  criticalsSince: instant.nullable(),
});
export type RunningCounts = z.infer<typeof RunningCounts>;

/** Why something of a time before cannot be told. What is said now never stands in for it. */
export const RunningUntold = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  details: z.array(z.string()),
});
export type RunningUntold = z.infer<typeof RunningUntold>;

export const RunningList = z.object({
  rows: z.array(RunningRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
  /** Of everything that runs, or of what is of the node that was asked for, whatever the other filters. */
  counts: RunningCounts,
  environments: z.array(z.object({ name: z.string(), type: z.string().nullable() })),
  teams: z.array(named),
  /** Null: now. */
  asOf: instant.nullable(),
  untold: z.array(RunningUntold),
  /** What there is nothing of, to say why nothing is shown. */
  setup: z.object({
    deployments: z.boolean(),
    registries: z.boolean(),
    sonarqube: z.boolean(),
    running: z.boolean(),
  }),
});
export type RunningList = z.infer<typeof RunningList>;

export const fixStates = ['open', 'waiting', 'unknown', 'accepted', 'gone', 'deployed'] as const;
export const fixSeverities = ['critical', 'high', 'medium', 'low'] as const;

/** `GET /api/v1/running/fixes`. */
export const FixesQuery = z.strictObject({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).default(50),
  severity: list(z.enum(fixSeverities)).default([...fixSeverities]),
  /** Of the rows alone; figures are of all states. */
  state: list(z.enum(fixStates)).optional(),
  environment: list(z.string().max(1000)).optional(),
  type: list(z.enum(['production', 'pre_production', 'none'])).optional(),
  team: list(z.string().max(1000)).optional(),
  /** A node of an org tree: what is of its teams now. */
  node: z.coerce.number().pipe(rowId).optional(),
  /** Part of the name of a service. */
  search: z.string().max(500).optional(),
  /** Fixes that were deployed from then, until then. */
  from: instant.optional(),
  to: instant.optional(),
});

const seconds = z.number().nullable();
const figures = {
  /** Vulnerabilities of which the fix was deployed, and how long that took from when they were found first. */
  deployed: z.int(),
  meanSeconds: seconds,
  medianSeconds: seconds,
  p90Seconds: seconds,
  /** That run and are not fixed. */
  open: z.int(),
  /** That run and are fixed in the code already. */
  waiting: z.int(),
  /** Of which nobody knows whether what runs now has them: its commit was not analysed on the branch. */
  unknown: z.int(),
  /** When the first of those that run was found. */
  oldestAt: instant.nullable(),
};
export const FixFigures = z.object(figures);
export type FixFigures = z.infer<typeof FixFigures>;

const place = { service: z.string(), environment: z.object({ name: z.string(), type: z.string().nullable() }) };

export const FixRow = z.object({
  id: rowId,
  ...place,
  severity: z.enum(fixSeverities),
  state: z.enum(fixStates),
  project: z.object({ id: rowId, name: z.string() }),
  finding: z.object({ id: rowId, message: z.string() }),
  detectedAt: instant,
  runsSince: instant,
  /** Since when the code has it no more. */
  fixedAt: instant.nullable(),
  deployedAt: instant.nullable(),
  /** The deployment that brought the fix. */
  deploymentId: rowId.nullable(),
  /** From when it was found to when its fix was deployed. */
  seconds,
});
export type FixRow = z.infer<typeof FixRow>;

export const FixesList = z.object({
  figures: FixFigures,
  places: z.array(z.object({ ...place, ...figures })),
  rows: z.array(FixRow),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
  /** Images that run now, by whether it is known which vulnerabilities they have. */
  images: z.object({ known: z.int(), unknown: z.int() }),
  /** Since when anything is known that ran; what was before cannot be known. */
  since: instant.nullable(),
});
export type FixesList = z.infer<typeof FixesList>;
