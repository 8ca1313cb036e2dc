import { z } from 'zod';
import { reportDimensions, reportKinds, reportMetrics } from '../../../domain/report-kinds.ts';
import { splitList } from '../../../domain/escaped-list.ts';
import { Finding, FindingSeverity, FindingState, FindingType } from '../../code-quality/contract.ts';
import { presets } from '../../../domain/time-buckets.ts';
import { DataState } from '../security/contract.ts';

const day = z.iso.date();
const rowId = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const id = z.coerce.number().pipe(rowId);

/** Members in an address are separated by commas. */
const list = <T extends z.ZodType>(element: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter((part) => part !== '') : value),
    z.array(element).max(500),
  );

/** Names may hold commas: there a comma of a member is written `\,`. */
const names = z.preprocess(
  (value) => (typeof value === 'string' ? splitList(value) : value),
  z.array(z.string().min(1).max(4000)).max(200),
);

/** The ten reports of the first generation, and new code. */
export const ReportKind = z.enum(reportKinds);
export type ReportKind = z.infer<typeof ReportKind>;

/** What findings and projects are grouped and filtered by. */
export const Dimension = z.enum(reportDimensions);
export type Dimension = z.infer<typeof Dimension>;

/** Measures, as servers call them. */
export const ReportMetric = z.enum(reportMetrics);
export type ReportMetric = z.infer<typeof ReportMetric>;

/** All that makes a report; which of it belongs to which report `definition.ts` says. */
const definition = {
  report: ReportKind,
  /** Left out: the usual one of the report. Trends have time. */
  x: Dimension.optional(),
  /** Each group apart once more. */
  stack: Dimension.optional(),
  /** What a report of measures is sorted by and a trend of them draws; left out: its first. */
  metric: ReportMetric.optional(),
  /** Only these. `(none)` stands for findings without an author. */
  author: names.optional(),
  integration: list(id).optional(),
  project: list(id).optional(),
  severity: list(FindingSeverity).optional(),
  /** Left out: open; where it is the X axis or the stack: all but gone. */
  status: list(FindingState).optional(),
  type: list(FindingType).optional(),
  /** All but these. */
  notAuthor: names.optional(),
  notIntegration: list(id).optional(),
  notProject: list(id).optional(),
  notSeverity: list(FindingSeverity).optional(),
  notStatus: list(FindingState).optional(),
  notType: list(FindingType).optional(),
  /** A node of an org tree; left out: the organization. */
  node: id.optional(),
  /** With a node: what belonged to it at the end of this day. */
  treeAt: day.optional(),
  /** `main`: each project’s main branch. `all`: every long-lived branch; of findings alone. */
  branchScope: z.enum(['main', 'all']).default('main'),
  granularity: z.enum(['week', 'month', 'quarter']).default('week'),
  preset: z.enum(presets).default('6m'),
  from: day.optional(),
  to: day.optional(),
};

export const ReportDefinition = z.strictObject(definition);
export type ReportDefinition = z.output<typeof ReportDefinition>;

export const ReportQuery = z.strictObject({
  ...definition,
  /** Of a trend: each project at the end of this day. */
  at: day.optional(),
  format: z.enum(['json', 'csv']).default('json'),
});
export type ReportQuery = z.input<typeof ReportQuery>;

/** Null: nobody knows; never zero. */
const value = z.number().nullable();

export const ReportGroup = z.object({
  /** The value of the X axis; of a trend the first day of the period. */
  key: z.string(),
  /** Its name, where it has another. */
  label: z.string().nullable(),
  /** One for each of `series`. */
  values: z.array(value),
  /** Null where values are not to be summed, or none is known. */
  total: value,
  /** Findings or projects behind it, and of how many of them the value is not known. */
  counted: z.int(),
  unknown: z.int(),
  /** Of a period: its first and last day, whether it is over, and whether it rests on our own reading of every project. */
  period: z.object({ from: day, to: day, complete: z.boolean(), read: z.boolean() }).nullable(),
});
export type ReportGroup = z.infer<typeof ReportGroup>;

/** `GET /api/v1/insights/reports/run` */
export const Report = z.object({
  state: DataState,
  report: ReportKind,
  axis: z.enum([...Dimension.options, 'time']),
  stack: Dimension.nullable(),
  metric: ReportMetric.nullable(),
  unit: z.enum(['findings', 'minutes', 'percent', 'rating', 'count']),
  /** The stack, or the measures side by side; `others` holds what is not among the greatest. */
  series: z.array(
    z.object({
      key: z.string(),
      label: z.string().nullable(),
      unit: z.enum(['findings', 'minutes', 'percent', 'rating', 'count']),
    }),
  ),
  /** Values of the stack that `others` holds. */
  stackedInOthers: z.int(),
  groups: z.array(ReportGroup),
  /** Groups beyond the greatest, in one: none is left out silently. */
  others: z
    .object({ groups: z.int(), values: z.array(value), total: value, counted: z.int(), unknown: z.int() })
    .nullable(),
  groupsInAll: z.int(),
  /** Of all groups and others; of a trend, of its last period. */
  total: value,
  counted: z.int(),
  unknown: z.int(),
});
export type Report = z.infer<typeof Report>;

export const ReportFindingsQuery = z.strictObject({
  ...definition,
  /** The group whose findings are listed, and the part of it; left out: all. */
  group: z.string().max(4000).optional(),
  part: z.string().max(4000).optional(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  format: z.enum(['json', 'csv']).default('json'),
});
export type ReportFindingsQuery = z.input<typeof ReportFindingsQuery>;

/** `GET /api/v1/insights/reports/findings`: those behind a bar, 50 a page; as CSV all of them. */
export const ReportFindings = z.object({
  findings: z.array(Finding),
  total: z.int(),
  page: z.int(),
  pageSize: z.int(),
});
export type ReportFindings = z.infer<typeof ReportFindings>;
