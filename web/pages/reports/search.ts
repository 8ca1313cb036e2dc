import { joinList, splitList } from '../../../src/domain/escaped-list.ts';
import {
  kinds,
  type ReportDimension,
  type ReportKind,
  reportDimensions,
  reportKinds,
  type ReportMetric,
  reportMetrics,
} from '../../../src/domain/report-kinds.ts';
import { presets } from '../../../src/domain/time-buckets.ts';
import { day, flag, ids, manyOf, oneOf, positive, text } from '../../address/search.ts';
import type { ReportParameters } from '../../api/reports.ts';

export const severities = ['critical', 'high', 'medium', 'low', 'unrated'] as const;
export const states = ['open', 'accepted', 'false_positive', 'fixed', 'other', 'gone'] as const;
export const types = ['vulnerability', 'bug', 'code_smell', 'hotspot', 'unknown'] as const;
const granularities = ['week', 'month', 'quarter'] as const;

/** What one filter holds: names are a list as `joinList` writes it, all others are lists. */
interface Filters {
  author?: string | undefined;
  integration?: number[] | undefined;
  project?: number[] | undefined;
  severity?: (typeof severities)[number][] | undefined;
  status?: (typeof states)[number][] | undefined;
  type?: (typeof types)[number][] | undefined;
}

/** Everything a person can set on the page; what is absent has its usual value. */
export interface ReportsSearch extends Filters {
  report?: ReportKind | undefined;
  x?: ReportDimension | undefined;
  stack?: ReportDimension | undefined;
  metric?: ReportMetric | undefined;
  notAuthor?: Filters['author'];
  notIntegration?: Filters['integration'];
  notProject?: Filters['project'];
  notSeverity?: Filters['severity'];
  notStatus?: Filters['status'];
  notType?: Filters['type'];
  node?: number | undefined;
  treeAt?: string | undefined;
  branchScope?: 'all' | undefined;
  granularity?: (typeof granularities)[number] | undefined;
  preset?: (typeof presets)[number] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** The numbers of the chart as a table. */
  table?: true | undefined;
  /** What is looked behind: a group, a part of it, or a day of a trend. */
  group?: string | undefined;
  part?: string | undefined;
  at?: string | undefined;
  page?: number | undefined;
}

export function reportsSearch(raw: Record<string, unknown>): ReportsSearch {
  return {
    report: oneOf(raw['report'], reportKinds),
    x: oneOf(raw['x'], reportDimensions),
    stack: oneOf(raw['stack'], reportDimensions),
    metric: oneOf(raw['metric'], reportMetrics),
    author: names(raw['author']),
    integration: ids(raw['integration']),
    project: ids(raw['project']),
    severity: manyOf(raw['severity'], severities),
    status: manyOf(raw['status'], states),
    type: manyOf(raw['type'], types),
    notAuthor: names(raw['notAuthor']),
    notIntegration: ids(raw['notIntegration']),
    notProject: ids(raw['notProject']),
    notSeverity: manyOf(raw['notSeverity'], severities),
    notStatus: manyOf(raw['notStatus'], states),
    notType: manyOf(raw['notType'], types),
    node: positive(raw['node']),
    treeAt: day(raw['treeAt']),
    branchScope: oneOf(raw['branchScope'], ['all']),
    granularity: oneOf(raw['granularity'], granularities),
    preset: oneOf(raw['preset'], presets),
    from: day(raw['from']),
    to: day(raw['to']),
    table: flag(raw['table']),
    group: text(raw['group']),
    part: text(raw['part']),
    at: day(raw['at']),
    page: positive(raw['page']),
  };
}

/** The same list for the same choice: each name once, in the order of the alphabet. */
function names(raw: unknown): string | undefined {
  const members = [...new Set(splitList(text(raw) ?? ''))].toSorted().slice(0, 200);
  return members.length === 0 ? undefined : joinList(members);
}

export const kindOf = ({ report = 'issues' }: ReportsSearch) => kinds[report];

const negated = {
  author: 'notAuthor',
  integration: 'notIntegration',
  project: 'notProject',
  severity: 'notSeverity',
  status: 'notStatus',
  type: 'notType',
} as const satisfies Record<ReportDimension, keyof ReportsSearch>;

/** Where a filter stands in the address. */
export const filterName = (dimension: ReportDimension, without: boolean) => (without ? negated[dimension] : dimension);

/** What the hub is asked with: the report alone, without what is looked behind. */
export function reportParameters(search: ReportsSearch): ReportParameters {
  const { table: _table, group: _group, part: _part, at: _at, page: _page, ...rest } = search;
  const range = rest.from === undefined && rest.to === undefined ? {} : { preset: undefined };
  const treeAt = rest.node === undefined ? undefined : rest.treeAt;
  return { ...rest, ...range, treeAt, report: search.report ?? 'issues' };
}

/** As a saved report keeps it: lists of names as lists. */
export function definitionOf(search: ReportsSearch): Record<string, unknown> {
  const { author, notAuthor, ...rest } = reportParameters(search);
  const list = (joined: unknown): string[] | undefined => (typeof joined === 'string' ? splitList(joined) : undefined);
  return { ...rest, author: list(author), notAuthor: list(notAuthor) };
}

/** The address of a saved report. */
export function searchOf(definition: Record<string, unknown>): ReportsSearch {
  const flat = Object.entries(definition).map(([name, value]) => [
    name,
    Array.isArray(value) ? joinList(value.map(String)) : value,
  ]);
  const search = reportsSearch(Object.fromEntries(flat));
  return {
    ...search,
    granularity: search.granularity === 'week' ? undefined : search.granularity,
    preset: search.preset === '6m' ? undefined : search.preset,
  };
}

/** Another report keeps of what was set only what it takes. */
export function withReport(search: ReportsSearch, report: ReportKind): ReportsSearch {
  const kind = kinds[report];
  const x = search.x !== undefined && kind.x.includes(search.x) ? search.x : undefined;
  const stack = search.stack !== undefined && kind.stack.includes(search.stack) ? search.stack : undefined;
  const next: ReportsSearch = { ...search, report, x, stack, metric: undefined };
  for (const dimension of reportDimensions.filter((name) => !kind.filters.includes(name))) {
    next[dimension] = undefined;
    next[negated[dimension]] = undefined;
  }
  if (kind.of === 'measures') next.branchScope = undefined;
  return { ...next, group: undefined, part: undefined, at: undefined, page: undefined };
}
