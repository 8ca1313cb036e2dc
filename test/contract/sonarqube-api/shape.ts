import { ask, type Parameters, type Target } from './target.ts';

/** Member path to JSON types; `[]` stands for the elements of a list, `?` marks a member that not all have. */
export type Shape = Record<string, string>;

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}

interface Seen {
  types: Set<string>;
  /** In how many parents it was. */
  count: number;
}

/** The members of an answer, merged over all elements of its lists. */
export function shapeOf(body: unknown): Shape {
  const seen = new Map<string, Seen>();
  const parents = new Map<string, number>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const element of value) visitElement(element, `${path}[]`);
    else if (value !== null && typeof value === 'object') visitMembers(value, path);
  };
  const visitElement = (element: unknown, path: string): void => {
    note(seen, path, element);
    visit(element, path);
  };
  const visitMembers = (value: object, path: string): void => {
    parents.set(path, (parents.get(path) ?? 0) + 1);
    for (const [name, member] of Object.entries(value)) {
      const own = path === '' ? name : `${path}.${name}`;
      note(seen, own, member);
      visit(member, own);
    }
  };
  visit(body, '');
  const shape: Shape = {};
  for (const path of [...seen.keys()].sort()) {
    const { types, count } = seen.get(path) ?? { types: new Set<string>(), count: 0 };
    const parent = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
    const always = path.endsWith('[]') || count === parents.get(parent);
    shape[always ? path : `${path}?`] = [...types].sort().join('|');
  }
  return shape;
}

function note(seen: Map<string, Seen>, path: string, value: unknown): void {
  const entry = seen.get(path) ?? { types: new Set<string>(), count: 0 };
  entry.types.add(typeOf(value));
  entry.count += 1;
  seen.set(path, entry);
}

/** What only the web pages of the server use. */
const notRead =
  /^(configuration|dismissedNotices|homepage|globalPages|settings\.|(qualitygates\[\]\.)?actions|userTokens\[\]\.project)/;

/** Differences in words: members that are not known, that are missing, or of another type. */
export function differences(expected: Shape, actual: Shape): string[] {
  const plain = (path: string): string => path.replace(/\?$/, '');
  const known = new Map(Object.entries(expected).map(([path, type]) => [plain(path), type]));
  const read = Object.entries(actual).filter(([path]) => !notRead.test(path));
  const found = new Map(read.map(([path, type]) => [plain(path), type]));
  const words: string[] = [];
  for (const [path, type] of found) {
    const wanted = known.get(path);
    if (wanted === undefined) words.push(`${path} is not a member of the real answer`);
    else if (!type.split('|').every((one) => wanted.split('|').includes(one)))
      words.push(`${path} is ${type} instead of ${wanted}`);
  }
  for (const path of Object.keys(expected)) {
    if (path.endsWith('?') || path.endsWith('[]') || found.get(path) !== undefined) continue;
    const parent = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
    if (parent === '' || found.has(parent)) words.push(`${path} is missing`);
  }
  return [
    ...words,
    ...Object.keys(actual)
      .filter((path) => isLoose(expected, path))
      .map((path) => `${plain(path)} is missing in some`),
  ];
}

/** Optional in the answer although the real server always sends it. */
function isLoose(expected: Shape, path: string): boolean {
  return path.endsWith('?') && expected[path.slice(0, -1)] !== undefined;
}

/** The calls whose members are compared, by name. */
function shapeCalls(t: Target): Record<string, [path: string, query: Parameters]> {
  const { profile } = t;
  const calls: Record<string, [path: string, query: Parameters]> = {
    'projects/search': ['api/projects/search', { ps: 500 }],
    'components/search_projects': ['api/components/search_projects', { ps: 500, f: '_all' }],
    'components/search': ['api/components/search', { qualifiers: 'TRK', ps: 500 }],
    'components/show': ['api/components/show', { component: t.small }],
    'issues/search': ['api/issues/search', { componentKeys: t.small, ps: 500, facets: 'types,severities' }],
    'issues/search all fields': [
      'api/issues/search',
      { componentKeys: t.small, ps: 500, additionalFields: 'comments,transitions,actions,rules' },
    ],
    'hotspots/search': ['api/hotspots/search', { projectKey: t.small }],
    'metrics/search': ['api/metrics/search', { ps: 500 }],
    'measures/component': [
      'api/measures/component',
      { component: t.small, metricKeys: 'violations,ncloc,alert_status,new_violations', additionalFields: 'period' },
    ],
    'measures/component_tree': [
      'api/measures/component_tree',
      {
        component: t.small,
        strategy: 'leaves',
        metricKeys: 'violations',
        s: 'metric',
        metricSort: 'violations',
        asc: 'false',
      },
    ],
    'measures/search_history': [
      'api/measures/search_history',
      { component: t.small, metrics: 'violations,alert_status' },
    ],
    'measures/search': ['api/measures/search', { projectKeys: t.small, metricKeys: 'violations' }],
    'project_analyses/search': ['api/project_analyses/search', { project: t.small, ps: 500 }],
    'qualitygates/list': ['api/qualitygates/list', {}],
    'qualitygates/show': ['api/qualitygates/show', { name: 'Sonar way' }],
    'qualitygates/get_by_project': ['api/qualitygates/get_by_project', { project: t.small }],
    'qualitygates/project_status': ['api/qualitygates/project_status', { projectKey: t.small }],
    'project_branches/list': ['api/project_branches/list', { project: t.small }],
    'ce/component': ['api/ce/component', { component: t.small }],
    'ce/analysis_status': ['api/ce/analysis_status', { component: t.small }],
    'navigation/component': ['api/navigation/component', { component: t.small }],
    'navigation/global': ['api/navigation/global', {}],
    'rules/search': [
      'api/rules/search',
      { include_external: 'true', ps: 50, repositories: 'external_gen,external_lab' },
    ],
    'user_tokens/search': ['api/user_tokens/search', {}],
    'users/current': ['api/users/current', {}],
    'webhooks/list': ['api/webhooks/list', {}],
    'settings/values': ['api/settings/values', { keys: 'sonar.dbcleaner.daysBeforeDeletingClosedIssues' }],
    'system/status': ['api/system/status', {}],
    'system/health': ['api/system/health', {}],
  };
  if (profile.lists) calls['issues/list'] = ['api/issues/list', { project: t.small, ps: 500 }];
  if (profile.lists) calls['hotspots/list'] = ['api/hotspots/list', { project: t.small }];
  return calls;
}

export async function shapesOf(t: Target): Promise<Record<string, Shape>> {
  const shapes: Record<string, Shape> = {};
  for (const [name, [path, query]] of Object.entries(shapeCalls(t)))
    shapes[name] = shapeOf((await ask(t, path, query)).json());
  return shapes;
}
