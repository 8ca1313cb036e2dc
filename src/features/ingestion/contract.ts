import { z } from 'zod';

export const RunKind = z.enum(['backfill', 'full_sync', 'incremental_sync', 'webhook', 'aggregation', 'audit']);
export type RunKind = z.infer<typeof RunKind>;

export const RunStatus = z.enum(['scheduled', 'pending', 'running', 'success', 'partial', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof RunStatus>;

export const RunError = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  /** The outside system's own words. */
  upstream: z.string().nullable(),
});
export type RunError = z.infer<typeof RunError>;

/** The sum of a run's tasks. */
export const RunProgress = z.object({
  /** What it is doing, e.g. `Reading issues`. */
  stage: z.string().nullable(),
  tasksDone: z.int(),
  tasksTotal: z.int(),
  /** Issues, images and the like read so far. */
  recordsStaged: z.int(),
  /** What the source says there are of them; null where a run reads only what changed, and where it does not say. */
  recordsTotal: z.int().nullable(),
  /** Records per second since the run started; null before the first second. */
  recordsPerSecond: z.number().nullable(),
  /** Estimated from the share of rows that were read; null while that says nothing. */
  secondsLeft: z.number().nullable(),
});

export const Run = z.object({
  /** Null for the planned run, which has no row yet. */
  id: z.int().nullable(),
  integrationId: z.int(),
  integrationName: z.string(),
  kind: RunKind,
  status: RunStatus,
  requestedBy: z.string(),
  /** Scan Range Time: [watermark used, newest date read]; null where nothing bounds it. */
  scanFrom: z.iso.datetime().nullable(),
  scanTo: z.iso.datetime().nullable(),
  /** Status of the newest aggregation of the integration; null before the first. */
  aggregationStatus: z.enum(['pending', 'running', 'success', 'failed']).nullable(),
  /** For a scheduled run the planned time. */
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  durationMs: z.number().nullable(),
  /** Restarts of tasks. */
  retries: z.int(),
  httpRequests: z.int(),
  httpRetries: z.int(),
  /** Completeness: issues and hotspots stored / at the source over the slices this run read; null when it read none. */
  completeness: z.object({ stored: z.int(), source: z.int(), unproven: z.int() }).nullable(),
  /** Rows inserted, updated or marked as gone. */
  rowsChanged: z.int(),
  /** Those of them that were marked as gone. */
  rowsGone: z.int(),
  /** Rows missing at the source that were not marked as gone, because it were too many at once. */
  rowsHeld: z.int(),
  error: RunError.nullable(),
  progress: RunProgress.nullable(),
});
export type Run = z.infer<typeof Run>;

export const RunList = z.object({ runs: z.array(Run), total: z.int(), page: z.int(), pageSize: z.int() });
export type RunList = z.infer<typeof RunList>;

const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element),
  );

export const RunQuery = z.strictObject({
  integration: z.string().optional(),
  status: list(RunStatus).optional(),
  kind: list(RunKind).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
});

/** What one stream of one scope counted. */
export const StreamCount = z.object({
  stream: z.string(),
  scope: z.string(),
  /** What people call the scope: a branch's name, `pull request 102`; '' for what belongs to the slice itself. */
  scopeName: z.string(),
  outcome: z.enum(['complete', 'unavailable']),
  source: z.int().nullable(),
  stored: z.int(),
  inserted: z.int(),
  updated: z.int(),
  gone: z.int(),
  setAside: z.int(),
  method: z.string(),
  proof: z.enum(['key_set', 'counts_equal', 'unproven']),
  sourceMoved: z.boolean(),
  held: z.boolean(),
  /** Rows that are held: missing at the source, and not marked as gone. */
  missing: z.int(),
  error: RunError.nullable(),
});
export type StreamCount = z.infer<typeof StreamCount>;

export const Task = z.object({
  id: z.int(),
  runId: z.int(),
  slice: z.string(),
  part: z.enum(['discovery', 'current', 'history', 'count', 'audit', 'aggregate']),
  status: z.enum(['pending', 'running', 'success', 'partial', 'failed', 'cancelled']),
  stage: z.string().nullable(),
  done: z.int(),
  total: z.int().nullable(),
  retries: z.int(),
  httpRequests: z.int(),
  httpRetries: z.int(),
  rowsGone: z.int(),
  rowsHeld: z.int(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  durationMs: z.number().nullable(),
  error: RunError.nullable(),
  streams: z.array(StreamCount),
});
export type Task = z.infer<typeof Task>;

export const TaskList = z.object({ tasks: z.array(Task), total: z.int(), page: z.int(), pageSize: z.int() });
export type TaskList = z.infer<typeof TaskList>;

export const SetAsideRecord = z.object({
  stream: z.string(),
  scope: z.string(),
  slice: z.string(),
  reason: z.string(),
  text: z.string(),
});

/** A large disappearance of which nothing was marked as gone yet. */
export const HeldAbsence = z.object({
  id: z.int(),
  integrationId: z.int(),
  integrationName: z.string(),
  slice: z.string(),
  stream: z.string(),
  scope: z.string(),
  /** What people call the scope; '' for what belongs to the slice itself. */
  scopeName: z.string(),
  /** Run that listed it last. */
  runId: z.int(),
  missing: z.int(),
  /** Rows that the scope had. */
  before: z.int(),
  /** Keys of the first that are missing. */
  examples: z.array(z.string()),
  /** Of the rows that are missing. A confirmation names it, so that it is about what a person has seen. */
  fingerprint: z.string(),
  heldAt: z.iso.datetime(),
  listedAt: z.iso.datetime(),
  /** From then on the same listing confirms it by itself. */
  confirmsAt: z.iso.datetime(),
  confirmedAt: z.iso.datetime().nullable(),
  confirmedBy: z.string().nullable(),
});
export type HeldAbsence = z.infer<typeof HeldAbsence>;

export const HeldAbsenceList = z.object({ held: z.array(HeldAbsence), total: z.int() });
export type HeldAbsenceList = z.infer<typeof HeldAbsenceList>;

export const ConfirmAbsence = z.strictObject({ fingerprint: z.string().min(1).max(200) });

export const StartSync = z.strictObject({ full: z.boolean().default(false) });

/** Completeness panel: the newest publish of each slice. */
export const CompletenessRow = z.object({
  slice: z.string(),
  projectId: z.int().nullable(),
  stream: z.string(),
  scope: z.string(),
  scopeName: z.string(),
  /** What the last audit of this scope found; null before the first. */
  audit: z
    .object({
      id: z.int(),
      at: z.iso.datetime(),
      source: z.int(),
      stored: z.int(),
      differences: z.int(),
      behind: z.boolean(),
      repairedAt: z.iso.datetime().nullable(),
    })
    .nullable(),
  source: z.int().nullable(),
  stored: z.int(),
  method: z.string(),
  proof: z.enum(['key_set', 'counts_equal', 'unproven']),
  outcome: z.enum(['complete', 'unavailable']),
  /** False for what is not read any more (deleted, closed to the token, out of scope): it is in no sum. */
  listed: z.boolean(),
  measuredAt: z.iso.datetime(),
});
export type CompletenessRow = z.infer<typeof CompletenessRow>;

export const Completeness = z.object({
  /** Slices the source lists and no run has read yet; the sums say nothing about them. */
  unread: z.int(),
  /** Streams that the sums are over; none where the source tells no totals. */
  counted: z.array(z.string()),
  source: z.int(),
  stored: z.int(),
  /** Stream of what slices are, e.g. `projects`. */
  listed: z.string().nullable(),
  slices: z.int(),
  complete: z.int(),
  rows: z.array(CompletenessRow),
  total: z.int(),
});
export type Completeness = z.infer<typeof Completeness>;

export const AuditDifference = z.object({
  stream: z.string(),
  scope: z.string(),
  sourceKey: z.string(),
  kind: z.enum(['missing', 'invented', 'changed']),
  fields: z.array(z.object({ name: z.string(), stored: z.string().nullable(), source: z.string().nullable() })),
});

export const AuditScope = z.object({
  slice: z.string(),
  stream: z.string(),
  scope: z.string(),
  /** Reader's name, e.g. `my-project · main`. */
  label: z.string(),
  source: z.int(),
  stored: z.int(),
  retained: z.int(),
  method: z.string(),
  proof: z.enum(['key_set', 'counts_equal', 'unproven']),
  differenceCount: z.int(),
  differences: z.array(AuditDifference),
  /** True when something changed at the source since the last sync, so that a difference says nothing. */
  behind: z.boolean(),
  /** When a sync read the slice whole after the difference was found; null until then. */
  repairedAt: z.iso.datetime().nullable(),
  repairRunId: z.int().nullable(),
});
export type AuditScope = z.infer<typeof AuditScope>;

export const Audit = z.object({
  id: z.int(),
  integrationId: z.int(),
  runId: z.int().nullable(),
  requestedBy: z.string(),
  /** `incomplete`: something could not be compared, and `error` says what. */
  status: z.enum(['running', 'equal', 'different', 'incomplete', 'failed', 'cancelled']),
  /** `counts`: counts by status, and every row where they differ; `everything`: every row. */
  depth: z.enum(['counts', 'everything']),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  tasksDone: z.int(),
  tasksTotal: z.int(),
  error: RunError.nullable(),
  scopes: z.array(AuditScope),
});
export type Audit = z.infer<typeof Audit>;

/** Find: is this stored, from which run, and what does the server say now? */
export const FindResult = z.object({
  query: z.string(),
  stored: z.array(
    z.object({
      /** What it is, in one word, e.g. `commit`. */
      kind: z.string(),
      id: z.int(),
      label: z.string(),
      projectId: z.int().nullable(),
      runId: z.int().nullable(),
      facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    }),
  ),
  server: z.array(
    z.object({
      /** What it is, in one word, e.g. `commit`. */
      kind: z.string(),
      found: z.boolean(),
      link: z.string().nullable(),
      summary: z.record(z.string(), z.json()),
    }),
  ),
  /** Why the server could not be asked. */
  serverError: RunError.nullable(),
});
export type FindResult = z.infer<typeof FindResult>;

export const HealthReason = z.object({
  /** Stable, e.g. `runs_failed`. */
  code: z.string(),
  message: z.string(),
});

export const IntegrationHealth = z.object({
  integrationId: z.int(),
  integrationName: z.string(),
  health: z.enum(['HEALTHY', 'NEEDS_ATTENTION', 'CRITICAL', 'OFFLINE_SATELLITE', 'PAUSED', 'UNKNOWN', 'DELETING']),
  /** Null in the moment before a change was recorded. */
  since: z.iso.datetime().nullable(),
  /** Never empty: also HEALTHY says why. */
  reasons: z.array(HealthReason),
  /** Those that ended in the last 7 days. */
  runs: z.object({ success: z.int(), partial: z.int(), failed: z.int() }),
});
export type IntegrationHealth = z.infer<typeof IntegrationHealth>;

export const IntegrationHealthList = z.object({ integrations: z.array(IntegrationHealth) });
export type IntegrationHealthList = z.infer<typeof IntegrationHealthList>;

export const IntegrationHealthHistory = z.object({
  current: IntegrationHealth,
  changes: z.array(
    z.object({
      id: z.int(),
      /** Null for the first that was recorded. */
      before: IntegrationHealth.shape.health.nullable(),
      health: IntegrationHealth.shape.health,
      reasons: z.array(HealthReason),
      changedAt: z.iso.datetime(),
    }),
  ),
});
export type IntegrationHealthHistory = z.infer<typeof IntegrationHealthHistory>;

/*
 * Routes (permission):
 * GET  /api/v1/runs ?integration&status&kind&from&to&page&pageSize -> RunList    (runs:read; first rows are the scheduled ones)
 * GET  /api/v1/runs/:id -> Run                                                    (runs:read)
 * GET  /api/v1/runs/:id/events -> text/event-stream, event `progress`, data Run   (runs:read)
 * GET  /api/v1/runs/:id/tasks ?page&pageSize&status -> TaskList                   (runs:read)
 * GET  /api/v1/runs/:id/set-aside -> { records: SetAsideRecord[] }                (runs:read)
 * POST /api/v1/runs/:id/cancel -> Run                                             (runs:write)
 * POST /api/v1/runs/:id/retry -> Run   the failed tasks only, as a new run        (runs:write)
 * POST /api/v1/integrations/:id/sync  { full } -> Run                             (runs:write)
 * GET  /api/v1/integrations/:id/completeness ?page -> Completeness                (runs:read)
 * POST /api/v1/integrations/:id/audits -> Audit ; GET /api/v1/audits/:id -> Audit (runs:write, runs:read)
 * GET  /api/v1/integrations/:id/audits -> { audits: Audit[] } newest first, without scopes (runs:read)
 * GET  /api/v1/held-absences ?integration -> HeldAbsenceList  the first 200       (runs:read)
 * POST /api/v1/held-absences/:id/confirm { fingerprint } -> Run                   (runs:write)
 * GET  /api/v1/health -> IntegrationHealthList                                    (integrations:read)
 * GET  /api/v1/integrations/:id/health -> IntegrationHealthHistory                (integrations:read)
 * GET  /api/v1/integrations/:id/find ?q= -> FindResult                            (runs:read)
 */
