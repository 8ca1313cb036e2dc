import { expect } from 'vitest';
import { ask, type Asking, type Checks, type Parameters, type Target } from '../target.ts';

type Row = [path: string, query: Parameters];

const everybody: Row[] = [
  ['api/authentication/validate', {}],
  ['api/metrics/search', {}],
  ['api/qualitygates/list', {}],
  ['api/settings/values', { keys: 'sonar.core.id' }],
  ['api/users/current', {}],
  ['api/components/search_projects', {}],
];
const ofProject = (key: string): Row[] => [
  ['api/issues/search', { componentKeys: key, ps: 1 }],
  ['api/measures/search', { projectKeys: key, metricKeys: 'ncloc' }],
  ['api/qualitygates/project_status', { projectKey: key }],
  ['api/project_branches/list', { project: key }],
];
/** Permission Browse, which an analysis token does not have. */
const browseOnly = (t: Target, key: string): Row[] => [
  ['api/measures/search_history', { component: key, metrics: 'ncloc' }],
  ['api/measures/component_tree', { component: key, metricKeys: 'ncloc' }],
  ['api/project_analyses/search', { project: key }],
  ['api/hotspots/search', { projectKey: key }],
  ['api/navigation/component', { component: key }],
  ['api/components/show', { component: key }],
  ['api/qualitygates/get_by_project', { project: key }],
  ['api/ce/component', { component: key }],
  ...((t.profile.lists
    ? [
        ['api/issues/list', { project: key, ps: 1 }],
        ['api/hotspots/list', { project: key }],
      ]
    : []) as Row[]),
  ...((t.profile.pull ? [['api/issues/pull', { projectKey: key, branchName: 'main' }]] : []) as Row[]),
];
const administration = (key: string): Row[] => [
  ['api/projects/search', { ps: 1 }],
  ['api/webhooks/list', {}],
  ['api/webhooks/list', { project: key }],
  ['api/system/health', {}],
];

/** Statuses by path, so that a failure names the endpoint. */
async function statuses(t: Target, rows: readonly Row[], as: NonNullable<Asking['as']>): Promise<string[]> {
  const answers = await Promise.all(rows.map(([path, query]) => ask(t, path, query, { as })));
  return answers.map((answer, at) => `${rows[at]?.[0]} ${answer.status}`);
}

const all = (rows: readonly Row[], status: number): string[] => rows.map(([path]) => `${path} ${status}`);

/** The table of section 1.6, column by column. */
export const tokenChecks: Checks = {
  'admin-token-reads-all': async (t) => {
    const rows = [...everybody, ...ofProject(t.small), ...browseOnly(t, t.small), ...administration(t.small)];
    rows.push(['api/measures/component', { component: t.small, metricKeys: 'ncloc' }]);
    expect(await statuses(t, rows, 'admin')).toEqual(all(rows, 200));
  },
  'browse-token-reads': async (t) => {
    const rows = [...everybody, ...ofProject(t.small), ...browseOnly(t, t.small)];
    rows.push(['api/measures/component', { component: t.small, metricKeys: 'ncloc' }]);
    expect(await statuses(t, rows, 'browse')).toEqual(all(rows, 200));
    expect(await statuses(t, administration(t.small), 'browse')).toEqual(all(administration(t.small), 403));
  },
  'analysis-token-almost-blind': async (t) => {
    const readable = [...everybody, ...ofProject(t.small)];
    expect(await statuses(t, readable, 'analysis')).toEqual(all(readable, 200));
    const refused = [...browseOnly(t, t.small), ...administration(t.small)];
    expect(await statuses(t, refused, 'analysis')).toEqual(all(refused, 403));
    const measures: Row[] = [['api/measures/component', { component: t.small, metricKeys: 'ncloc' }]];
    expect(await statuses(t, measures, 'analysis')).toEqual(all(measures, t.profile.scanReadsMeasures ? 200 : 403));
    const issues = await ask(t, 'api/issues/search', { componentKeys: t.small, ps: 1 }, { as: 'analysis' });
    expect(issues.json<{ total: number }>().total).toBeGreaterThan(0);
  },
  'project-token-own-project': async (t) => {
    const own = [...everybody, ...ofProject(t.small)];
    expect(await statuses(t, own, 'project')).toEqual(all(own, 200));
    expect(await statuses(t, browseOnly(t, t.small), 'project')).toEqual(all(browseOnly(t, t.small), 403));
    const measures: Row[] = [['api/measures/component', { component: t.small, metricKeys: 'ncloc' }]];
    expect(await statuses(t, measures, 'project')).toEqual(all(measures, t.profile.scanReadsMeasures ? 200 : 403));
    const others = [...browseOnly(t, t.large), ...administration(t.large)];
    others.push(['api/measures/component', { component: t.large, metricKeys: 'ncloc' }]);
    others.push(['api/qualitygates/project_status', { projectKey: t.large }]);
    others.push(['api/project_branches/list', { project: t.large }]);
    expect(await statuses(t, others, 'project')).toEqual(all(others, 403));
    const listed = await ask(t, 'api/components/search_projects', { ps: 500 }, { as: 'project' });
    const body = listed.json<{ paging: { total: number }; components: { key: string }[] }>();
    expect(body.paging.total).toBeGreaterThan(1);
    if (t.profile.projectTokenListsOwn) expect(body.components.map((one) => one.key)).toEqual([t.small]);
    else expect(body.components).toHaveLength(body.paging.total);
  },
  'admin-without-browse': async (t) => {
    const listed = await ask(t, 'api/projects/search', { projects: t.hidden }, { as: 'blind' });
    expect(listed.json<{ components: { key: string }[] }>().components.map((one) => one.key)).toEqual([t.hidden]);
    const named: Row = ['api/navigation/component', { component: t.hidden }];
    const answered: Row[] = [
      named,
      ['api/project_branches/list', { project: t.hidden }],
      ['api/qualitygates/project_status', { projectKey: t.hidden }],
    ];
    expect(await statuses(t, answered, 'blind')).toEqual(all(answered, 200));
    const refused = browseOnly(t, t.hidden).filter(([path]) => path !== named[0]);
    expect(await statuses(t, refused, 'blind')).toEqual(all(refused, 403));
    const issues = async (as: 'admin' | 'blind'): Promise<number> =>
      (await ask(t, 'api/issues/search', { componentKeys: t.hidden, ps: 1 }, { as })).json<{ total: number }>().total;
    expect(await issues('admin')).toBeGreaterThan(0);
    expect(await issues('blind')).toBe(0);
    const found = await ask(t, 'api/components/search_projects', { ps: 500 }, { as: 'blind' });
    expect(found.json<{ components: { key: string }[] }>().components.map((one) => one.key)).not.toContain(t.hidden);
  },
  'analysis-token-permissions': async (t) => {
    const global = async (as: 'admin' | 'analysis'): Promise<string[]> =>
      (await ask(t, 'api/users/current', {}, { as })).json<{ permissions: { global: string[] } }>().permissions.global;
    expect(await global('admin')).toContain('admin');
    const limited = await global('analysis');
    expect(limited).toContain('scan');
    expect(limited).not.toContain('admin');
  },
};
