import type {
  FacetName,
  FindingAge,
  FindingAsset,
  FindingQuality,
  FindingSeverity,
  FindingSort,
  FindingState,
  FindingType,
} from '../../../src/features/code-quality/contract.ts';
import { joinList, splitList } from '../../../src/domain/escaped-list.ts';
import { ids, manyOf, oneOf, positive, text } from '../../address/search.ts';
import type { FindingParameters } from '../../api/findings.ts';

export const findingSeverities: readonly FindingSeverity[] = ['critical', 'high', 'medium', 'low', 'unrated'];
export const findingStates: readonly FindingState[] = ['open', 'accepted', 'false_positive', 'fixed', 'other', 'gone'];
const findingTypes: readonly FindingType[] = ['vulnerability', 'bug', 'code_smell', 'hotspot', 'unknown'];
const findingQualities: readonly FindingQuality[] = [
  'security',
  'reliability',
  'maintainability',
  'security_review',
  'unknown',
];
export const findingAges: readonly FindingAge[] = ['0-7', '8-30', '31-90', '91-365', 'over-365'];
const findingAssets: readonly FindingAsset[] = ['repository', 'iac_file', 'container_image', 'cli'];
const sorts: readonly FindingSort[] = ['severity', 'created', 'updated', 'file', 'project'];

/** Everything a person can set on the list; what is absent has its usual value. */
export interface FindingsSearch {
  q?: string | undefined;
  severity?: FindingSeverity[] | undefined;
  quality?: FindingQuality[] | undefined;
  type?: FindingType[] | undefined;
  /** Absent: open. */
  status?: FindingState[] | undefined;
  age?: FindingAge[] | undefined;
  assetType?: FindingAsset[] | undefined;
  project?: number[] | undefined;
  /** Names may hold commas: each of these is a list as `joinList` writes it. */
  rule?: string | undefined;
  file?: string | undefined;
  tag?: string | undefined;
  cwe?: string | undefined;
  owasp?: string | undefined;
  author?: string | undefined;
  assignee?: string | undefined;
  branch?: number | undefined;
  branchScope?: 'all' | undefined;
  counting?: 'other' | undefined;
  sort?: Exclude<FindingSort, 'severity'> | undefined;
  direction?: 'asc' | undefined;
  page?: number | undefined;
  columns?: string | undefined;
  /** Id of the finding whose details are open. */
  finding?: number | undefined;
}

export function findingsSearch(raw: Record<string, unknown>): FindingsSearch {
  const sort = oneOf(raw['sort'], sorts);
  return {
    q: text(raw['q'])?.slice(0, 400),
    severity: manyOf(raw['severity'], findingSeverities),
    quality: manyOf(raw['quality'], findingQualities),
    type: manyOf(raw['type'], findingTypes),
    status: manyOf(raw['status'], findingStates),
    age: manyOf(raw['age'], findingAges),
    assetType: manyOf(raw['assetType'], findingAssets),
    project: ids(raw['project']),
    rule: names(raw['rule']),
    file: names(raw['file']),
    tag: names(raw['tag']),
    cwe: names(raw['cwe']),
    owasp: names(raw['owasp']),
    author: names(raw['author']),
    assignee: names(raw['assignee']),
    branch: positive(raw['branch']),
    branchScope: oneOf(raw['branchScope'], ['all']),
    counting: oneOf(raw['counting'], ['other']),
    sort: sort === 'severity' ? undefined : sort,
    direction: oneOf(raw['direction'], ['asc']),
    page: positive(raw['page']),
    columns: text(raw['columns']),
    finding: positive(raw['finding']),
  };
}

/** The same list for the same choice: each name once, in the order of the alphabet. */
function names(raw: unknown): string | undefined {
  const members = [...new Set(splitList(text(raw) ?? ''))].toSorted().slice(0, 200);
  return members.length === 0 ? undefined : joinList(members);
}

/** What the hub is asked with; the page and the order belong to the list alone. */
export function filterParameters(search: FindingsSearch): FindingParameters {
  const { q, sort: _sort, direction: _direction, page: _page, columns: _columns, finding: _finding, ...rest } = search;
  return { ...rest, search: q, status: search.status ?? ['open'] };
}

export function listParameters(search: FindingsSearch): FindingParameters {
  const { sort, direction, page } = search;
  return { ...filterParameters(search), sort, direction, page };
}

/** Which values of a facet are chosen; for the status also the one that is when nothing was. */
export function chosenOf(search: FindingsSearch, facet: FacetName): readonly string[] {
  if (facet === 'status') return search.status ?? ['open'];
  const value = search[facet];
  if (value === undefined) return [];
  return typeof value === 'string' ? splitList(value) : value.map(String);
}

/** The change that adds a value to a facet's choice, or takes it out. */
export function toggled(search: FindingsSearch, facet: FacetName, value: string): Partial<FindingsSearch> {
  const before = chosenOf(search, facet);
  const next = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  const raw = joinList(next);
  const { [facet]: chosen } = findingsSearch({ [facet]: raw });
  // The usual choice of the status needs no word in the address.
  const isUsual = facet === 'status' && next.length === 1 && next[0] === 'open';
  return { [facet]: isUsual ? undefined : chosen };
}

const facetFilters = [
  'severity',
  'quality',
  'type',
  'status',
  'age',
  'assetType',
  'project',
  'rule',
  'file',
  'tag',
  'cwe',
  'owasp',
  'author',
  'assignee',
] as const satisfies readonly FacetName[];

/** What a person chose, value by value, for the line above the list. */
export function choices(search: FindingsSearch): { facet: FacetName; value: string }[] {
  return facetFilters
    .filter((facet) => search[facet] !== undefined)
    .flatMap((facet) => chosenOf(search, facet).map((value) => ({ facet, value })));
}

export const isFiltered = (search: FindingsSearch): boolean => search.q !== undefined || choices(search).length > 0;

/** No filter but the place: project, branch and how it is counted stay. */
export function cleared(): Partial<FindingsSearch> {
  return { q: undefined, ...Object.fromEntries(facetFilters.map((facet) => [facet, undefined])) };
}
