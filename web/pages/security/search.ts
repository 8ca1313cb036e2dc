import type { AssetType, FindingList, Granularity, Preset, Severity } from '../../../src/features/insights/contract.ts';
import { day, flag, ids, manyOf, oneOf, positive, text } from '../../address/search.ts';
import { assetTypes, findingLists, severities } from '../../words/labels.ts';

export const granularities: readonly Granularity[] = ['week', 'month', 'quarter'];
export const presets: readonly Preset[] = ['4w', '12w', '3m', '6m', '12m', '24m'];
export const sorts = ['created', 'severity', 'project'] as const;

/** Everything a person can set on the page; what is absent has its usual value. */
export interface SecuritySearch {
  projects?: number[] | undefined;
  severity?: Severity[] | undefined;
  assetType?: AssetType[] | undefined;
  branchScope?: 'all' | undefined;
  /** As the other mode of each server would count. */
  counting?: 'other' | undefined;
  granularity?: Granularity | undefined;
  preset?: Preset | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Trend lines are shown. */
  trend?: true | undefined;
  /** Severities of one chart alone. */
  openSeverity?: Severity[] | undefined;
  flowSeverity?: Severity[] | undefined;
  /** Shown as tables instead of drawings. */
  openTable?: true | undefined;
  flowTable?: true | undefined;
  list?: FindingList | undefined;
  sort?: (typeof sorts)[number] | undefined;
  direction?: 'asc' | undefined;
  page?: number | undefined;
  columns?: string | undefined;
  /** Id of the finding whose details are open. */
  finding?: number | undefined;
}

export function securitySearch(raw: Record<string, unknown>): SecuritySearch {
  return {
    projects: ids(raw['projects']),
    severity: manyOf(raw['severity'], severities),
    assetType: manyOf(raw['assetType'], assetTypes),
    branchScope: oneOf(raw['branchScope'], ['all']),
    counting: oneOf(raw['counting'], ['other']),
    granularity: oneOf(raw['granularity'], granularities),
    preset: oneOf(raw['preset'], presets),
    from: day(raw['from']),
    to: day(raw['to']),
    trend: flag(raw['trend']),
    openSeverity: manyOf(raw['openSeverity'], severities),
    flowSeverity: manyOf(raw['flowSeverity'], severities),
    openTable: flag(raw['openTable']),
    flowTable: flag(raw['flowTable']),
    list: oneOf(raw['list'], findingLists),
    sort: oneOf(raw['sort'], sorts),
    direction: oneOf(raw['direction'], ['asc']),
    page: positive(raw['page']),
    columns: text(raw['columns']),
    finding: positive(raw['finding']),
  };
}

type Parameters = Record<string, string | number | readonly (string | number)[] | undefined>;

/** Filters every part of the page shares. */
export function sharedParameters(search: SecuritySearch): Parameters {
  const { projects, severity, assetType, branchScope, counting } = search;
  return { projects, severity, assetType, branchScope, counting };
}

/** Of one chart: its own severities stand before those of the page. */
export function trendParameters(search: SecuritySearch, chartSeverity: Severity[] | undefined): Parameters {
  const { granularity, preset, from, to } = search;
  const range = from === undefined && to === undefined ? { preset } : { from, to };
  return { ...sharedParameters(search), severity: chartSeverity ?? search.severity, granularity, ...range };
}

export function findingsParameters(search: SecuritySearch): Parameters {
  const { list, sort, direction, page } = search;
  const shared = sharedParameters(search);
  // Hotspots have a probability instead of a severity.
  if (list === 'hotspots') shared['severity'] = undefined;
  return { ...shared, list, sort, direction, page };
}
