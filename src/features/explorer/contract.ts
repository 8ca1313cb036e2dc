import { z } from 'zod';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();

export const ColumnDescription = z.object({
  name: z.string(),
  /** PostgreSQL's own name, e.g. `timestamp with time zone`. */
  type: z.string(),
  comment: z.string(),
  /** From one of the rows, cut to 120 characters; null when there is no row with a value. */
  example: z.string().nullable(),
  isPrimaryKey: z.boolean(),
  /** The column it points to. */
  foreignKey: z.object({ table: z.string(), column: z.string() }).nullable(),
  /** Where the value comes from, e.g. `api/issues/search issues[].key`; null for our own columns. */
  source: z.string().nullable(),
});
export type ColumnDescription = z.infer<typeof ColumnDescription>;

export const TableDescription = z.object({
  /** Name in schema `data`. */
  name: z.string(),
  comment: z.string(),
  /** Endpoint that feeds it, e.g. `api/issues/search`; null for our own tables. */
  source: z.string().nullable(),
  rows: z.object({ count: z.int(), estimated: z.boolean() }),
  /** Newest time at which something of it was read or written; null when it is empty or has no such column. */
  freshAt: instant.nullable(),
  columns: z.array(ColumnDescription),
  /** Columns of other tables that point here. */
  referencedBy: z.array(z.object({ table: z.string(), column: z.string(), to: z.string() })),
});
export type TableDescription = z.infer<typeof TableDescription>;

/** `GET /api/v1/explorer/schema`; as Markdown under `/api/v1/explorer/schema.md`. */
export const SchemaDescription = z.object({
  schema: z.literal('data'),
  tables: z.array(TableDescription),
  generatedAt: instant,
});
export type SchemaDescription = z.infer<typeof SchemaDescription>;

const sqlText = z.string().min(1).max(100_000);

/** `POST /api/v1/explorer/query`. With `format: csv` the answer is a CSV file instead. */
export const QueryRequest = z.strictObject({
  sql: sqlText,
  format: z.enum(['json', 'csv']).default('json'),
  /** Made by the caller, so that it can cancel the query while it runs. */
  queryId: z.uuid().optional(),
});
export type QueryRequest = z.input<typeof QueryRequest>;

/** Numbers that survive JSON unchanged and booleans are such; all else is text as PostgreSQL writes it. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;

export const QueryAnswer = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(Cell)),
  rowCount: z.int(),
  /** True when there was more: `limitedBy` says what ended it. */
  truncated: z.boolean(),
  limitedBy: z.enum(['rows', 'bytes']).nullable(),
  limits: z.object({ rows: z.int(), bytes: z.int(), seconds: z.int() }),
  durationMs: z.number(),
});
export type QueryAnswer = z.infer<typeof QueryAnswer>;

/** `DELETE /api/v1/explorer/query/:queryId`: false when it had ended already. */
export const CancelAnswer = z.object({ cancelled: z.boolean() });

export const QueryParams = z.strictObject({ queryId: z.uuid() });

/** `details.position` of `sql_syntax`, `sql_refused` and `sql_failed`: line and column from 1, offset from 0, in UTF-16 units. */
export const SqlPosition = z.object({ line: z.int(), column: z.int(), offset: z.int() });
export type SqlPosition = z.infer<typeof SqlPosition>;

export const SavedQuery = z.object({
  id: rowId,
  /** Part of its address: `/data/sql/<slug>`. Unique, never changes. */
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  sql: z.string(),
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
  /** True when the asking person may change and delete it: its maker and administrators. */
  editable: z.boolean(),
});
export type SavedQuery = z.infer<typeof SavedQuery>;

export const SavedQueryList = z.object({ queries: z.array(SavedQuery) });
export type SavedQueryList = z.infer<typeof SavedQueryList>;

/** `:id` is the number or the slug. */
export const SavedQueryParams = z.strictObject({ id: z.string().min(1).max(120) });

/** `POST /api/v1/explorer/queries` */
export const SaveQueryRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(2000).default(''),
  sql: sqlText,
});
export type SaveQueryRequest = z.input<typeof SaveQueryRequest>;

/** `PATCH /api/v1/explorer/queries/:id`: fields left out stay as they are. */
export const UpdateQueryRequest = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  description: z.string().trim().max(2000).optional(),
  sql: sqlText.optional(),
});
export type UpdateQueryRequest = z.input<typeof UpdateQueryRequest>;

/** `read`: schemas data and custom. `read_write`: builds in schema custom, too. */
export const AnalystScope = z.enum(['read', 'read_write']);

/** An analyst's own PostgreSQL login. */
export const Analyst = z.object({
  id: rowId,
  name: z.string(),
  scope: AnalystScope,
  /** PostgreSQL's role. */
  role: z.string(),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  expired: z.boolean(),
  /** Sessions open now. */
  sessions: z.int(),
});
export type Analyst = z.infer<typeof Analyst>;

export const AnalystList = z.object({ analysts: z.array(Analyst) });
export type AnalystList = z.infer<typeof AnalystList>;

/** `POST /api/v1/explorer/analysts` */
export const CreateAnalystRequest = z.strictObject({
  /** Who it is for; unique among those that were not revoked. */
  name: z.string().trim().min(1).max(100),
  scope: AnalystScope.default('read'),
  /** At most a year from now; left out: 90 days. */
  expiresAt: instant.optional(),
});
export type CreateAnalystRequest = z.input<typeof CreateAnalystRequest>;

/** The connection string holds the password and is shown this once. */
export const CreatedAnalyst = z.object({ analyst: Analyst, connectionString: z.string(), psql: z.string() });
export type CreatedAnalyst = z.infer<typeof CreatedAnalyst>;

/** `GET /api/v1/explorer/connection`: what psql, Grafana or Metabase ask for, beside user and password. */
export const ConnectionInfo = z.object({
  host: z.string(),
  port: z.int(),
  database: z.string(),
  schema: z.literal('data'),
  sslMode: z.enum(['disable', 'prefer', 'require']),
  /** True when only programs on the hub's own machine can reach it. */
  loopbackOnly: z.boolean(),
  /** False when logins for people cannot be made; `reason` says why and what to do. */
  available: z.boolean(),
  reason: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
});
export type ConnectionInfo = z.infer<typeof ConnectionInfo>;

/** Answer of a request that only changes something. */
export const Done = z.object({ ok: z.literal(true) });

/*
 * Routes (permission):
 * GET    /api/v1/explorer/schema -> SchemaDescription               (sql:read)
 * GET    /api/v1/explorer/schema.md -> text/markdown                (sql:read)
 * POST   /api/v1/explorer/query { sql, format, queryId } -> QueryAnswer | text/csv (sql:read)
 * DELETE /api/v1/explorer/query/:queryId -> CancelAnswer            (sql:read; one's own queries)
 * GET    /api/v1/explorer/queries -> SavedQueryList                 (sql:read)
 * POST   /api/v1/explorer/queries -> SavedQuery                     (sql:read)
 * GET    /api/v1/explorer/queries/:id -> SavedQuery                 (sql:read)
 * PATCH  /api/v1/explorer/queries/:id -> SavedQuery                 (sql:read; maker or admin)
 * DELETE /api/v1/explorer/queries/:id -> { ok: true }               (sql:read; maker or admin)
 * GET    /api/v1/explorer/connection -> ConnectionInfo              (sql:read)
 * GET    /api/v1/explorer/analysts -> AnalystList                   (analysts:write)
 * POST   /api/v1/explorer/analysts -> CreatedAnalyst                (analysts:write)
 * DELETE /api/v1/explorer/analysts/:id -> { ok: true }              (analysts:write)
 */
