import { findingAges } from '../../../src/domain/finding-age.ts';
import type {
  AgeBucket,
  AssetType,
  FindingList,
  Granularity,
  Preset,
  Severity,
} from '../../../src/features/insights/contract.ts';
import { type Standing, standings } from '../../../src/domain/age-targets.ts';
import { day, flag, ids, manyOf, oneOf, positive, text } from '../../address/search.ts';
import { assetTypes, findingLists, severities } from '../../words/labels.ts';

export const granularities: readonly Granularity[] = ['week', 'month', 'quarter'];
export const presets: readonly Preset[] = ['4w', '12w', '3m', '6m', '12m', '24m'];
export const sorts = ['created', 'severity', 'project', 'due'] as const;

/** Everything a person can set on the page; what is absent has its usual value. */
export interface SecuritySearch {
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
  /** The day whose tree counts; left out: as it stands now. */
  treeAt?: string | undefined;
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
  ageTable?: true | undefined;
  timeTable?: true | undefined;
  list?: FindingList | undefined;
  /** Severities of the list alone, as a tile sets them. */
  listSeverity?: Severity[] | undefined;
  /** Ages of the list of open vulnerabilities. */
  age?: AgeBucket[] | undefined;
  /** How they stand to their targets, of the same list. */
  target?: Standing[] | undefined;
  /** The day at whose end open vulnerabilities are held against targets; left out: now. */
  targetsAt?: string | undefined;
  /** By today’s targets, of a day that is over; left out: by those of then. */
  targetsBy?: 'now' | undefined;
  sort?: (typeof sorts)[number] | undefined;
  direction?: 'asc' | undefined;
  page?: number | undefined;
  columns?: string | undefined;
  /** Id of the finding whose details are open. */
  finding?: number | undefined;
}

export function securitySearch(raw: Record<string, unknown>): SecuritySearch {
  return {
    node: positive(raw['node']),
    treeAt: day(raw['treeAt']),
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
    ageTable: flag(raw['ageTable']),
    timeTable: flag(raw['timeTable']),
    list: oneOf(raw['list'], findingLists),
    listSeverity: manyOf(raw['listSeverity'], severities),
    age: manyOf(raw['age'], findingAges),
    target: manyOf(raw['target'], standings),
    targetsAt: day(raw['targetsAt']),
    targetsBy: oneOf(raw['targetsBy'], ['now']),
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
  const { node, projects, severity, assetType, branchScope, counting } = search;
  const treeAt = node === undefined ? undefined : search.treeAt;
  return { node, treeAt, projects, severity, assetType, branchScope, counting };
}

/** How what is open, or was, stands to its targets. */
export function targetParameters(search: SecuritySearch): Parameters {
  const { targetsAt: at, targetsBy } = search;
  return { ...sharedParameters(search), ...(at === undefined ? {} : { at, targets: targetsBy ?? 'then' }) };
}

/** Of the nodes below: what the page is filtered by, but for projects. */
export function nodeParameters(search: SecuritySearch): Parameters {
  return { ...sharedParameters(search), projects: undefined };
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
  // What a tile set stands before what the page is filtered by: its number is the length of the list.
  shared['severity'] = search.listSeverity ?? search.severity;
  // Hotspots have a probability instead of a severity.
  if (list === 'hotspots') shared['severity'] = undefined;
  const isOpen = (list ?? 'open') === 'open';
  const target = isOpen ? search.target : undefined;
  // What is listed by targets is in the order in which it breaks them.
  if (isOpen && (target !== undefined || sort === 'due')) return { ...shared, list, target, sort: 'due', page };
  const age = isOpen ? search.age : undefined;
  return { ...shared, list, age, sort: sort === 'due' ? undefined : sort, direction, page };
}

/** What a number of the page leads to: one of the lists, of one severity, of one age or of all that are counted. */
export interface Door {
  list: FindingList;
  severity?: Severity;
  age?: AgeBucket;
  target?: readonly Standing[];
}

const areSame = (chosen: readonly Standing[] | undefined, wanted: readonly Standing[] | undefined): boolean =>
  (chosen ?? []).join() === (wanted ?? []).join();

const isOnly = <T>(chosen: readonly T[] | undefined, wanted: T | undefined): boolean =>
  wanted === undefined ? chosen === undefined : chosen?.length === 1 && chosen[0] === wanted;

/** True while the list shows exactly what the number counts. Open vulnerabilities of all kinds are shown unasked. */
export function opensList({ list, listSeverity, age, target }: SecuritySearch, door: Door): boolean {
  if ((list ?? 'open') !== door.list) return false;
  if (door.list === 'open' && door.severity === undefined && door.age === undefined && door.target === undefined)
    return false;
  if (door.list === 'open' && !areSame(target, door.target)) return false;
  return isOnly(listSeverity, door.severity) && isOnly(door.list === 'open' ? age : undefined, door.age);
}

/** The page with the list behind a number; through an open door it is left again. */
export function throughDoor(search: SecuritySearch, door: Door): SecuritySearch {
  const rest = {
    ...search,
    page: undefined,
    finding: undefined,
    list: undefined,
    listSeverity: undefined,
    age: undefined,
    target: undefined,
    sort: search.sort === 'due' ? undefined : search.sort,
  };
  if (opensList(search, door)) return rest;
  return {
    ...rest,
    list: door.list === 'open' ? undefined : door.list,
    listSeverity: door.severity === undefined ? undefined : [door.severity],
    age: door.age === undefined ? undefined : [door.age],
    target: door.target === undefined ? undefined : [...door.target],
  };
}
