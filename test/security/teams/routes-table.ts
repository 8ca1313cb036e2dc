import type { Seeded, SeededTeam } from './seed.ts';

/** Addresses of a route that ask for what is of a team, and beside them what they count where that is told. */
export interface RowsRoute {
  ask(team: SeededTeam, all: Seeded): string[];
  /** Where the answer says how many there are: of one team this, of the organization more. */
  count?(answer: Record<string, unknown>): unknown;
  /** Says nothing with a name in it. */
  quiet?: true;
  /** What is sent, of a route that is no GET; who only looks is refused. */
  body?: object;
}

const counted = { count: ({ total }: Record<string, unknown>) => total };
const insights = '/api/v1/insights/security';
const total = (answer: Record<string, unknown>): unknown => (answer['total'] as { open: number }).open;

const isGates = ({ name }: { name: string }): boolean => name === 'gates_failed';

/** Routes of `scope: rows`: whoever works in some teams gets their rows, and no others. */
export const rowsRoutes: Record<string, RowsRoute> = {
  'GET /api/v1/projects': { ask: () => ['/api/v1/projects', '/api/v1/projects?format=csv'], ...counted },
  'GET /api/v1/projects/{id}': { ask: ({ project }) => [`/api/v1/projects/${project}`] },
  'GET /api/v1/projects/{id}/history': {
    ask: ({ project }) =>
      ['', '&format=csv'].map((more) => `/api/v1/projects/${project}/history?metrics=coverage${more}`),
    quiet: true,
  },
  'GET /api/v1/projects/{id}/findings': {
    ask: ({ project }) => ['', '?format=csv'].map((more) => `/api/v1/projects/${project}/findings${more}`),
  },
  'GET /api/v1/projects/{id}/findings/facets': {
    ask: ({ project }) => [`/api/v1/projects/${project}/findings/facets`],
  },
  'GET /api/v1/findings': { ask: () => ['/api/v1/findings', '/api/v1/findings?format=csv'], ...counted },
  'GET /api/v1/findings/facets': { ask: () => ['/api/v1/findings/facets'] },
  'GET /api/v1/findings/{id}': { ask: ({ finding }) => [`/api/v1/findings/${finding}`] },
  'GET /api/v1/located': {
    ask: ({ marker, commit }) => [`${marker}-source_key`, commit].map((text) => `/api/v1/located?text=${text}`),
  },
  'GET /api/v1/images': { ask: () => ['/api/v1/images'], ...counted },
  'GET /api/v1/images/repositories': { ask: () => ['/api/v1/images/repositories'], ...counted },
  'GET /api/v1/images/{id}': { ask: ({ image }) => [`/api/v1/images/${image}`] },
  'GET /api/v1/policy/results': {
    ask: ({ node }) =>
      ['', `&node=${node}`, `&asOf=${new Date().toISOString()}`].map(
        (more) => `/api/v1/policy/results?status=failed${more}`,
      ),
    ...counted,
  },
  'GET /api/v1/policy/verdicts': {
    ask: ({ image }) => [`/api/v1/policy/verdicts?ids=${image}`],
    quiet: true,
  },
  'GET /api/v1/overview': {
    ask: ({ node }) => ['', `?node=${node}`].map((more) => `/api/v1/overview${more}`),
    count: ({ figures }) => (figures as { name: string; value: number }[]).find(isGates)?.value ?? 0,
  },
  'GET /api/v1/pull-requests': { ask: () => ['/api/v1/pull-requests?state=open'], ...counted },
  'GET /api/v1/pull-requests/{id}': { ask: ({ pullRequest }) => [`/api/v1/pull-requests/${pullRequest}`] },
  'GET /api/v1/pull-requests/{id}/findings': {
    ask: ({ pullRequest, report }) => [`/api/v1/pull-requests/${pullRequest}/findings?report=${report}`],
    quiet: true,
  },
  'GET /api/v1/repositories/{id}/merge-checks': {
    ask: ({ repository }) => [`/api/v1/repositories/${repository}/merge-checks`],
    quiet: true,
  },
  'GET /api/v1/pipelines': { ask: () => ['/api/v1/pipelines'], ...counted },
  'GET /api/v1/pipelines/{integration}/{organization}/{project}/{pipeline}': {
    ask: ({ pipeline }) => [`/api/v1/pipelines/${pipeline}`],
  },
  'GET /api/v1/executions': { ask: () => ['/api/v1/executions'], ...counted },
  'GET /api/v1/executions/{id}': { ask: ({ execution }) => [`/api/v1/executions/${execution}`] },
  'GET /api/v1/deployments': { ask: () => ['/api/v1/deployments'], ...counted },
  'GET /api/v1/deployments/running': { ask: () => ['/api/v1/deployments/running'] },
  'GET /api/v1/deployments/{id}': { ask: ({ deployment }) => [`/api/v1/deployments/${deployment}`] },
  'GET /api/v1/trace': {
    ask: ({ commit, image, deployment, pullRequest, execution }) =>
      [
        commit,
        `image:${image}`,
        `deployment:${deployment}`,
        `pull_request:${pullRequest}`,
        `execution:${execution}`,
      ].map((text) => `/api/v1/trace?text=${text}`),
  },
  'GET /api/v1/running': {
    ask: () => ['', '?state=failed,no_verdict,stale'].map((more) => `/api/v1/running${more}`),
    ...counted,
  },
  'GET /api/v1/running/fixes': { ask: () => ['/api/v1/running/fixes'], ...counted },
  'GET /api/v1/delivery': {
    ask: () => ['/api/v1/delivery?from=2026-11-01&to=2026-11-30'],
    quiet: true,
    count: ({ frequency }) => (frequency as { successful: number }).successful,
  },
  'GET /api/v1/delivery/restores': { ask: () => ['/api/v1/delivery/restores'], quiet: true },
  'GET /api/v1/delivery/lead-times': { ask: () => ['/api/v1/delivery/lead-times'], quiet: true },
  'GET /api/v1/delivery/settings': { ask: () => ['/api/v1/delivery/settings'], quiet: true },
  [`GET ${insights}/summary`]: {
    ask: ({ node, project }) =>
      ['', `?node=${node}`, `?projects=${project}`].map((more) => `${insights}/summary${more}`),
    quiet: true,
    count: total,
  },
  [`GET ${insights}/trend`]: {
    ask: ({ node }) => ['', `?node=${node}`, '?format=csv'].map((more) => `${insights}/trend${more}`),
    quiet: true,
  },
  [`GET ${insights}/ages`]: {
    ask: ({ node }) => ['', `?node=${node}`, '?format=csv'].map((more) => `${insights}/ages${more}`),
    quiet: true,
  },
  [`GET ${insights}/targets`]: {
    ask: ({ node }) => ['', `?node=${node}`, '?format=csv'].map((more) => `${insights}/targets${more}`),
    quiet: true,
  },
  [`GET ${insights}/resolve-times`]: {
    ask: ({ node }) => ['', `?node=${node}`, '?format=csv'].map((more) => `${insights}/resolve-times${more}`),
    quiet: true,
  },
  [`GET ${insights}/projects`]: {
    ask: ({ node }) => ['', `?node=${node}`, '?format=csv'].map((more) => `${insights}/projects${more}`),
  },
  [`GET ${insights}/findings`]: {
    ask: ({ node }) => ['', `?node=${node}`, '?format=csv'].map((more) => `${insights}/findings${more}`),
    ...counted,
  },
  [`GET ${insights}/filters`]: { ask: ({ node }) => ['', `?node=${node}`].map((more) => `${insights}/filters${more}`) },
  [`GET ${insights}/nodes`]: {
    ask: ({ node }, { tree }) => [`?tree=${tree}`, `?node=${node}`].map((more) => `${insights}/nodes${more}`),
    quiet: true,
  },
  'GET /api/v1/insights/teams': {
    ask: () => ['', '?sort=broken&direction=desc', '?sort=open'].map((more) => `/api/v1/insights/teams${more}`),
    ...counted,
  },
  'GET /api/v1/insights/reports/run': {
    ask: ({ node }) =>
      [
        'report=issues',
        'report=issues&x=author&stack=project',
        'report=issues-trend&stack=project',
        'report=effort-trend&stack=project',
        'report=metrics',
        'report=new-code-trend&stack=project',
        `report=issues&node=${node}`,
        'report=issues&format=csv',
      ].map((query) => `/api/v1/insights/reports/run?${query}`),
    count: ({ counted: all }) => all,
  },
  'GET /api/v1/insights/reports/findings': {
    ask: ({ node }) =>
      ['', `&node=${node}`, '&format=csv'].map((more) => `/api/v1/insights/reports/findings?report=issues${more}`),
    ...counted,
  },
  'GET /api/v1/people': { ask: () => ['/api/v1/people', '/api/v1/people?format=csv'], ...counted },
  'GET /api/v1/people/{id}': { ask: ({ person }) => [`/api/v1/people/${person}`] },
  'GET /api/v1/org-trees': { ask: () => ['/api/v1/org-trees'], quiet: true },
  'GET /api/v1/org-trees/{id}': { ask: (_, { tree }) => [`/api/v1/org-trees/${tree}`] },
  'GET /api/v1/org-trees/{id}/people': {
    ask: ({ node }, { tree }) => ['', `?node=${node}`].map((more) => `/api/v1/org-trees/${tree}/people${more}`),
    ...counted,
  },
  'GET /api/v1/org-nodes/{id}': { ask: ({ node }) => [`/api/v1/org-nodes/${node}`], quiet: true },
  'GET /api/v1/teams': { ask: () => ['/api/v1/teams'], ...counted },
  'GET /api/v1/teams/{id}/projects': { ask: ({ node }) => [`/api/v1/teams/${node}/projects`] },
  'GET /api/v1/teams/{id}/integrations': { ask: ({ node }) => [`/api/v1/teams/${node}/integrations`] },
  'GET /api/v1/insights/targets': { ask: () => ['/api/v1/insights/targets'], quiet: true },
  'POST /api/v1/teams/{id}/projects/preview': {
    ask: ({ node }) => [`/api/v1/teams/${node}/projects/preview`],
    body: { rules: [{ kind: 'glob', value: '*' }] },
  },
  'POST /api/v1/teams/{id}/things/preview': {
    ask: ({ node }) => [`/api/v1/teams/${node}/things/preview`],
    body: {
      rules: [{ thing: 'repository', conditions: [{ property: 'path', condition: 'matches', values: ['**'] }] }],
    },
  },
  'GET /api/v1/teams/{id}/things': { ask: ({ node }) => [`/api/v1/teams/${node}/things`] },
};

/** Routes of `scope: node`: they change the node in their address; `writes.room` says who may what. */
export const nodeRoutes: readonly string[] = [
  'PUT /api/v1/teams/{id}/projects',
  'PUT /api/v1/teams/{id}/things',
  'PUT /api/v1/teams/{id}/integrations',
  'POST /api/v1/teams/{id}/assignments',
  'PUT /api/v1/insights/targets/nodes/{id}',
];

/** Routes of `scope: own`: they answer everybody alike, or about the caller alone. */
export const ownRoutes: readonly string[] = [
  'GET /api/v1/session',
  'POST /api/v1/session',
  'DELETE /api/v1/session',
  'GET /api/v1/sign-in',
  'POST /api/v1/sign-in/start',
  'POST /api/v1/sign-in/finish',
  'POST /api/v1/sign-in/back-channel-logout',
  'GET /api/v1/setup',
  'POST /api/v1/setup',
  'POST /api/v1/account/password',
  'GET /api/v1/account/sessions',
  'DELETE /api/v1/account/sessions',
  'DELETE /api/v1/account/sessions/{id}',
  'GET /api/v1/account/second-factor',
  'POST /api/v1/account/second-factor',
  'POST /api/v1/account/second-factor/confirm',
  'POST /api/v1/account/second-factor/recovery-codes',
  'POST /api/v1/account/second-factor/remove',
  'POST /api/v1/sign-in/second-factor',
  'GET /api/v1/insights/reports',
  'POST /api/v1/insights/reports',
  'GET /api/v1/insights/reports/{id}',
  'PATCH /api/v1/insights/reports/{id}',
  'DELETE /api/v1/insights/reports/{id}',
  'GET /api/v1/insights/views',
  'POST /api/v1/insights/views',
  'PATCH /api/v1/insights/views/{id}',
  'DELETE /api/v1/insights/views/{id}',
  'GET /api/v1/help',
  'GET /api/v1/help/page',
  'GET /api/v1/help/search',
  'GET /api/v1/help/pictures',
];
