import { expect } from 'vitest';
import type { Simulator } from '../../../../lab/simulators/sonarqube/index.ts';
import { recordedShop } from '../../../../lab/simulators/sonarqube/recorded.ts';
import { readPull } from '../checks/enumeration.ts';
import type { Answer, Issue, IssuePage, Parameters } from '../target.ts';
import { asking, type SimulatedChecks, type StartSimulator } from './settings.ts';

interface Shop {
  simulator: Simulator;
  get: (path: string, query?: Parameters) => Promise<Answer>;
}

async function shop(start: StartSimulator): Promise<Shop> {
  const simulator = await start({ profile: '26.9-developer', scenario: recordedShop });
  return { simulator, get: asking(simulator) };
}

const search = async ({ get }: Shop, query: Parameters): Promise<IssuePage> =>
  (await get('api/issues/search', query)).json<IssuePage>();

const told = async ({ get }: Shop, path: string, query: Parameters): Promise<string> => {
  const answer = await get(path, query);
  return `${answer.status} ${answer.message()}`;
};

const both = { branch: 'release/1.x', pullRequest: '102' };

/** Branches and pull requests (section 14), which Community Build does not have. */
export const branchChecks: SimulatedChecks = {
  'branch-server-wide': async (start) => {
    const at = await shop(start);
    expect((await search(at, { ps: 1 })).total).toBe((await search(at, { componentKeys: 'shop', ps: 1 })).total);
  },
  'branch-without-component': async (start) => {
    const at = await shop(start);
    for (const odd of [{ branch: 'release/1.x' }, { pullRequest: '102' }])
      expect((await search(at, odd)).total).toBe((await search(at, {})).total);
  },
  'branch-and-pull-request': async (start) => {
    const at = await shop(start);
    expect((await at.get('api/issues/search', { componentKeys: 'shop', ...both })).status).toBe(500);
    expect(await told(at, 'api/issues/list', { project: 'shop', ...both })).toBe(
      "400 Only one of parameters 'branch' and 'pullRequest' can be provided",
    );
    expect(await told(at, 'api/measures/component', { component: 'shop', metricKeys: 'ncloc', ...both })).toBe(
      '400 Either branch or pull request can be provided, not both',
    );
    expect(await told(at, 'api/qualitygates/project_status', { projectKey: 'shop', ...both })).toBe(
      "400 Either 'branch' or 'pullRequest' can be provided, not both",
    );
  },
  'branch-members': async (start) => {
    const at = await shop(start);
    const first = async (query: Parameters): Promise<Issue | undefined> =>
      (await search(at, { componentKeys: 'shop', ...query })).issues[0];
    expect(await first({ pullRequest: '102' })).toMatchObject({ pullRequest: '102' });
    expect(await first({ branch: 'release/1.x' })).toMatchObject({ branch: 'release/1.x' });
    const main = await first({ branch: 'main' });
    expect([main?.branch, main?.pullRequest]).toEqual([undefined, undefined]);
    const hotspots = await at.get('api/hotspots/search', { project: 'shop', pullRequest: '102' });
    const body = hotspots.json<{ hotspots: object[]; components: object[] }>();
    expect(body.hotspots[0]).not.toHaveProperty('pullRequest');
    expect(body.components[0]).toHaveProperty('pullRequest', '102');
  },
  'branch-keys-mixed': async (start) => {
    const at = await shop(start);
    const { state } = at.simulator;
    const keys = [{ pullRequest: '102' }, { branch: 'release/1.x' }, {}].map(
      (name) => state.issueKeys('shop', name)[0] ?? '',
    );
    const page = await search(at, { issues: keys.join(',') });
    expect(new Set(page.issues.map((issue) => issue.key))).toEqual(new Set(keys));
    expect((await search(at, { componentKeys: 'shop', pullRequest: '102,103' })).total).toBe(0);
  },
  'branch-pull': async (start) => {
    const at = await shop(start);
    const pull = await at.get('api/issues/pull', { projectKey: 'shop', branchName: 'release/1.x' });
    expect(readPull(pull.bytes).present).toHaveLength(6);
    expect(await told(at, 'api/issues/pull', { projectKey: 'shop', branchName: '102' })).toBe(
      "404 Branch '102' in project 'shop' not found",
    );
    expect(await told(at, 'api/issues/pull', { projectKey: 'shop', pullRequest: '102' })).toBe(
      "400 The 'branchName' parameter is missing",
    );
  },
  'branch-new-copies-old-dates': async (start) => {
    const at = await shop(start);
    const old = new Date('2026-11-10T10:00:00Z');
    const issues = { count: 4, updatedAt: old, createdAt: old };
    at.simulator.state.addBranch('shop', {
      name: 'copy',
      analyses: [{ at: new Date('2026-11-21T08:33:41Z'), issues }],
    });
    const query = { projectKey: 'shop', branchName: 'copy' };
    const changedSince = Date.parse('2026-11-21T08:30:00Z');
    expect(readPull((await at.get('api/issues/pull', { ...query, changedSince })).bytes).present).toEqual([]);
    expect(readPull((await at.get('api/issues/pull', query)).bytes).present).toHaveLength(4);
  },
  'branch-rename-keeps-id': async (start) => {
    const at = await shop(start);
    const { state } = at.simulator;
    const branches = async (): Promise<{ name: string; isMain: boolean; branchId: string }[]> =>
      (await at.get('api/project_branches/list', { project: 'shop' })).json<{ branches: never[] }>().branches;
    const [main, release] = await branches();
    const keys = state.issueKeys('shop');
    state.renameBranch('shop', 'main', 'trunk');
    expect((await branches())[0]).toMatchObject({ name: 'trunk', isMain: true, branchId: main?.branchId });
    expect((await search(at, { componentKeys: 'shop', branch: 'main' })).total).toBe(0);
    expect((await search(at, { componentKeys: 'shop', branch: 'trunk' })).total).toBe(keys.length);
    const list = await at.get('api/project_pull_requests/list', { project: 'shop' });
    expect(list.json<{ pullRequests: object[] }>().pullRequests[0]).toMatchObject({ base: 'trunk', target: 'main' });
    state.setMain('shop', 'release/1.x');
    expect((await branches())[1]).toMatchObject({ isMain: true, branchId: release?.branchId });
    expect((await search(at, { componentKeys: 'shop' })).total).toBe(6);
  },
  'branch-deleted': async (start) => {
    const at = await shop(start);
    at.simulator.state.deleteBranch('shop', 'release/1.x');
    const branch = 'release/1.x';
    expect((await search(at, { componentKeys: 'shop', branch })).total).toBe(0);
    expect(await told(at, 'api/issues/list', { project: 'shop', branch })).toBe(
      "404 Branch 'release/1.x' in project 'shop' not found",
    );
    const list = await at.get('api/project_pull_requests/list', { project: 'shop' });
    const orphan = list.json<{ pullRequests: { key: string }[] }>().pullRequests.find((one) => one.key === '106');
    expect(orphan).toMatchObject({ isOrphan: true, target: 'release/1.x' });
    expect(orphan).not.toHaveProperty('base');
    expect((await search(at, { componentKeys: 'shop', pullRequest: '106' })).total).toBe(1);
    const [key] = at.simulator.state.issueKeys('shop', { pullRequest: '101' });
    expect(key).toBeUndefined();
  },
  'pull-request-list': async (start) => {
    const at = await shop(start);
    const list = await at.get('api/project_pull_requests/list', { project: 'shop' });
    const all = list.json<{ pullRequests: { key: string }[] }>().pullRequests;
    expect(all.map((one) => one.key)).toEqual(['101', '102', '103', '104', '105', '106']);
    expect(all.find((one) => one.key === '105')).toMatchObject({ base: 'main', target: 'feature/bad' });
    expect(all.find((one) => one.key === '102')).toMatchObject({ status: { qualityGateStatus: 'ERROR' } });
    expect(await told(at, 'api/project_pull_requests/list', { project: 'nope' })).toBe("404 Project 'nope' not found");
  },
  'pull-request-analyses-ignored': async (start) => {
    const at = await shop(start);
    const main = await at.get('api/project_analyses/search', { project: 'shop' });
    const odd = await at.get('api/project_analyses/search', { project: 'shop', pullRequest: '104' });
    expect(odd.json()).toEqual(main.json());
    const history = await at.get('api/measures/search_history', {
      component: 'shop',
      pullRequest: '104',
      metrics: 'alert_status',
    });
    expect(history.json<{ paging: { total: number } }>().paging.total).toBe(2);
  },
  'pull-request-includes-closed': async (start) => {
    const at = await shop(start);
    const query = { componentKeys: 'shop', pullRequest: '104' };
    expect((await search(at, query)).issues.map((issue) => issue.status)).toEqual(['CLOSED', 'CLOSED']);
    expect((await search(at, { ...query, resolved: 'false' })).total).toBe(0);
  },
  'pull-request-no-period': async (start) => {
    const at = await shop(start);
    const query = { component: 'shop', metricKeys: 'new_violations', additionalFields: 'period' };
    const body = (await at.get('api/measures/component', { ...query, pullRequest: '102' })).json();
    expect(body).not.toHaveProperty('period');
    expect(body).toHaveProperty('component.pullRequest', '102');
    expect((await at.get('api/measures/component', query)).json()).toHaveProperty('period.mode', 'PREVIOUS_VERSION');
  },
  'pull-request-unknown': async (start) => {
    const at = await shop(start);
    const pullRequest = '999';
    expect((await search(at, { componentKeys: 'shop', pullRequest })).total).toBe(0);
    const component = "404 Component 'shop' of pull request '999' not found";
    const project = "404 Pull request '999' in project 'shop' not found";
    expect(await told(at, 'api/measures/component', { component: 'shop', metricKeys: 'ncloc', pullRequest })).toBe(
      component,
    );
    expect(await told(at, 'api/measures/search_history', { component: 'shop', metrics: 'ncloc', pullRequest })).toBe(
      component,
    );
    expect(await told(at, 'api/issues/list', { project: 'shop', pullRequest })).toBe(project);
    expect(await told(at, 'api/hotspots/search', { project: 'shop', pullRequest })).toBe(project);
    expect(await told(at, 'api/qualitygates/project_status', { projectKey: 'shop', pullRequest })).toBe(project);
  },
  'pull-request-fixed-issues': async (start) => {
    const at = await shop(start);
    expect(await told(at, 'api/issues/search', { componentKeys: 'shop', fixedInPullRequest: '999' })).toBe(
      "400 Pull request with key '999' does not exist for project shop",
    );
    const query = { componentKeys: 'shop', fixedInPullRequest: '102', pullRequest: '102' };
    expect((await search(at, query)).total).toBe(0);
  },
  'pull-request-warnings': async (start) => {
    const at = await shop(start);
    at.simulator.state.addAnalysis('shop', { warnings: ["Could not find ref 'ghost'"] }, { pullRequest: '101' });
    const answer = await at.get('api/ce/analysis_status', { component: 'shop', pullRequest: '101' });
    expect(answer.json()).toMatchObject({
      component: { pullRequest: '101', warnings: [{ message: "Could not find ref 'ghost'", dismissable: false }] },
    });
  },
  'pull-request-moves-project': async (start) => {
    const at = await shop(start);
    const project = async (): Promise<object | undefined> =>
      (await at.get('api/projects/search')).json<{ components: object[] }>().components[0];
    expect(await project()).toMatchObject({
      lastAnalysisDate: '2026-11-21T08:25:42+0000',
      revision: '154f5106b7a449f5c32048046d2e5a33cd40bb76',
    });
    const visible = await at.get('api/components/search_projects', { f: '_all' });
    expect(visible.json<{ components: object[] }>().components[0]).toMatchObject({
      analysisDate: '2026-11-21T08:22:50+0000',
    });
  },
};
