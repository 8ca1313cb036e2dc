/**
 * What people call the things that streams bring. Stream names, slices and scopes are keys between rooms: no page and no
 * message shows them. A test holds that every stream of every connector is here.
 */
const words: Readonly<Record<string, readonly [title: string, one: string, many: string]>> = {
  code_repositories: ['Repositories', 'repository', 'repositories'],
  code_owners: ['Code owners', 'file of code owners', 'files of code owners'],
  pull_requests: ['Pull requests', 'pull request', 'pull requests'],
  projects: ['Projects', 'project', 'projects'],
  project_tags: ['Tags of projects', 'project with its tags', 'projects with their tags'],
  server: ['Mode of the server', 'server', 'servers'],
  metrics: ['Metrics', 'metric', 'metrics'],
  quality_gates: ['Quality gates', 'quality gate', 'quality gates'],
  branches: ['Branches and pull requests', 'branch or pull request', 'branches and pull requests'],
  analyses: ['Newest analyses', 'analysis', 'analyses'],
  analysis_history: ['Past analyses', 'past analysis', 'past analyses'],
  measures: ['Measures', 'measure', 'measures'],
  measure_history: ['Measure history', 'past measure', 'past measures'],
  issues: ['Issues', 'issue', 'issues'],
  hotspots: ['Security hotspots', 'hotspot', 'hotspots'],
  rules: ['Rules in use', 'rule', 'rules'],
  repositories: ['Repositories', 'repository', 'repositories'],
  images: ['Images', 'image', 'images'],
  image_tags: ['Tags', 'tag', 'tags'],
  organizations: ['Organizations', 'organization', 'organizations'],
  pipelines: ['Pipelines', 'pipeline', 'pipelines'],
  services: ['Services', 'service', 'services'],
  environments: ['Environments', 'environment', 'environments'],
  executions: ['Executions', 'execution', 'executions'],
  execution_history: ['Past executions', 'past execution', 'past executions'],
  stage_outcomes: ['Outcomes of stages', 'outcome of a stage', 'outcomes of stages'],
};

export const hasStreamWords = (stream: string): boolean => Object.hasOwn(words, stream);

/** `Past analyses` */
export const streamTitle = (stream: string): string => (hasStreamWords(stream) ? words[stream]![0] : 'Rows');

/** `tag`, `tags` */
export function rowNoun(stream: string, count: number): string {
  const [, one, many] = hasStreamWords(stream) ? words[stream]! : ['Rows', 'row', 'rows'];
  return count === 1 ? one : many;
}

/** What a task reads: the name of a project or repository, or the list of all of them. */
export const sliceTitle = (slice: string): string =>
  slice === 'discovery' ? 'What there is to read' : slice.replace(/^\w+:/, '');

/** ` of branch main of shop`; nothing for what belongs to the whole integration. */
export function whereIs(scope: string, slice: string): string {
  const parts = [scope.replace(/^(\w+):/, '$1 ').replaceAll('_', ' '), slice === 'discovery' ? '' : sliceTitle(slice)];
  return parts.map((part) => (part === '' ? '' : ` of ${part}`)).join('');
}

/** How rows were asked for, in words; the vendor's own name of it stays beside for those who look it up. */
const ways: readonly (readonly [part: string, words: string])[] = [
  ['by update date', 'by date of change'],
  ['pull of what changed', 'by what changed'],
  ['by status', 'counted by status'],
  ['facet', 'counted in groups'],
  ['issues/list', 'listed from the database'],
  ['search_history', 'history, page by page'],
  ['tags/list', 'listed tag by tag'],
  ['_catalog', 'listed by the registry'],
  ['manifests of tags', 'read tag by tag'],
  ['search', 'searched page by page'],
  ['list', 'listed page by page'],
];

export function wayWords(method: string): string {
  return ways.find(([part]) => method.includes(part))?.[1] ?? (/[/_]/.test(method) ? 'asked one by one' : method);
}
