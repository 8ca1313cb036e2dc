import { z } from 'zod';
import { ImportInput, ImportParams } from '../import/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const instant = z.iso.datetime();
const { project, slug, sonarqube, keyRule, visibility, annotations, buildStatus, summaryComment } = ImportInput.shape;

/** So many repositories go into one request. */
export const mostRepositories = 1_000;

/** `POST /api/v1/import/{id}/bulk`: repositories of one server, and what is the same for each. */
export const BulkImportInput = z.strictObject({
  repositories: z.array(z.strictObject({ project, slug })).min(1).max(mostRepositories),
  sonarqube,
  keyRule,
  visibility,
  annotations,
  buildStatus,
  summaryComment,
});
export type BulkImportInput = z.input<typeof BulkImportInput>;

export const BulkImportParams = z.strictObject({ ...ImportParams.shape, bulk: z.coerce.number().pipe(rowId) });

/**
 * `token`: it stopped because its person's access token is gone or was refused, and goes on by itself once another is
 * entered. `not_allowed`: its person may not import any more. The last three are ends.
 */
export const BulkImportState = z.enum(['running', 'token', 'done', 'cancelled', 'not_allowed']);

export const BulkImport = z.object({
  id: rowId,
  state: BulkImportState,
  startedBy: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  /** Somebody asked for its end: the repository that is begun is ended, no other is. */
  cancelling: z.boolean(),
  sonarqube: z.object({ id: rowId, name: z.string() }),
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  leftOut: z.int(),
});
export type BulkImport = z.infer<typeof BulkImport>;

export const BulkImportItem = z.object({
  project: z.string(),
  slug: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'left_out']),
  /** It was set up before: nothing was done. */
  already: z.boolean(),
  /** Null until it is set up; `id` is null when the binding was ended since. */
  binding: z.object({ id: rowId.nullable(), projectKey: z.string() }).nullable(),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      remedy: z.string(),
      /** The other system’s own words. */
      upstream: z.string().nullable(),
    })
    .nullable(),
});
export type BulkImportItem = z.infer<typeof BulkImportItem>;

/** `GET /api/v1/import/{id}/bulk`: the caller’s own, those that are not ended and the last that are, newest first. */
export const BulkImportList = z.object({ imports: z.array(BulkImport) });
export type BulkImportList = z.infer<typeof BulkImportList>;

/** `GET /api/v1/import/{id}/bulk/{bulk}`. */
export const BulkImportDetail = z.object({ import: BulkImport, repositories: z.array(BulkImportItem) });
export type BulkImportDetail = z.infer<typeof BulkImportDetail>;

export const OneBulkImport = z.object({ import: BulkImport });
export type OneBulkImport = z.infer<typeof OneBulkImport>;
