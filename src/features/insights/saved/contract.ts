import { z } from 'zod';
import { ReportDefinition } from '../reports/contract.ts';

const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const name = z.string().trim().min(1).max(120);

export const SavedParams = z.strictObject({ id: z.coerce.number().pipe(rowId) });

export const SaveReport = z.strictObject({
  name,
  /** True: everybody sees it, with the figures that are theirs. */
  shared: z.boolean().default(false),
  definition: ReportDefinition,
});

export const ChangeReport = z.strictObject({
  name: name.optional(),
  shared: z.boolean().optional(),
  definition: ReportDefinition.optional(),
});

export const SavedReport = z.object({
  id: rowId,
  name: z.string(),
  shared: z.boolean(),
  createdBy: z.string(),
  updatedAt: z.iso.datetime(),
  /** Whether the caller made it, and whether the caller may change it. */
  own: z.boolean(),
  editable: z.boolean(),
  definition: ReportDefinition,
});
export type SavedReport = z.infer<typeof SavedReport>;

export const SavedReports = z.object({ reports: z.array(SavedReport) });
export type SavedReports = z.infer<typeof SavedReports>;

export const ViewPage = z.enum(['security', 'delivery', 'reports', 'new-code']);
export type ViewPage = z.infer<typeof ViewPage>;

export const SaveView = z.strictObject({
  page: ViewPage,
  name,
  /** What stands behind the question mark of the page’s address. */
  search: z.string().max(8000),
  isDefault: z.boolean().default(false),
});

export const ChangeView = z.strictObject({
  name: name.optional(),
  search: z.string().max(8000).optional(),
  isDefault: z.boolean().optional(),
});

export const SavedView = z.object({
  id: rowId,
  page: ViewPage,
  name: z.string(),
  search: z.string(),
  isDefault: z.boolean(),
});
export type SavedView = z.infer<typeof SavedView>;

export const SavedViews = z.object({ views: z.array(SavedView) });
export type SavedViews = z.infer<typeof SavedViews>;

export const Removed = z.object({ ok: z.literal(true) });
