import { expect } from 'vitest';
import { ask, type Checks } from '../target.ts';

interface ProjectPage {
  paging: { total: number };
  components: { key: string; lastAnalysisDate?: string; managed?: boolean; projectUuid?: string }[];
}

/** Lists of projects (section 2), branches and tasks (section 6.4, 6.5), webhooks (section 7). */
export const projectChecks: Checks = {
  'projects-search-admin': async (t) => {
    expect((await ask(t, 'api/projects/search', { ps: 1 })).status).toBe(200);
    expect((await ask(t, 'api/projects/search', { ps: 1 }, { as: 'analysis' })).status).toBe(403);
  },
  'projects-search-no-window': async (t) => {
    const answer = await ask(t, 'api/projects/search', { p: 21, ps: 500 });
    expect(answer.status).toBe(200);
    expect(answer.json<ProjectPage>().components).toEqual([]);
    expect(answer.json<ProjectPage>().paging.total).toBeGreaterThan(1);
  },
  'projects-search-members': async (t) => {
    const page = (await ask(t, 'api/projects/search', { ps: 500 })).json<ProjectPage>();
    const empty = page.components.find((component) => component.key === t.empty);
    const small = page.components.find((component) => component.key === t.small);
    expect(empty).toBeDefined();
    expect(empty?.lastAnalysisDate).toBeUndefined();
    expect(small?.lastAnalysisDate).toBeDefined();
    expect(small?.managed).toBe(t.profile.managed ? false : undefined);
    expect(typeof small?.projectUuid).toBe(t.profile.projectUuid ? 'string' : 'undefined');
  },
  'search-projects-window': async (t) => {
    const answer = await ask(t, 'api/components/search_projects', { p: 21, ps: 500 });
    expect([answer.status, answer.message()]).toEqual([
      400,
      'Can return only the first 10000 results. 10500th result asked.',
    ]);
  },
  'components-show-404': async (t) => {
    const answer = await ask(t, 'api/components/show', { component: 'nope' });
    expect([answer.status, answer.message()]).toEqual([404, "Component key 'nope' not found"]);
  },
  'community-one-branch': async (t) => {
    const answer = await ask(t, 'api/project_branches/list', { project: t.small });
    const { branches } = answer.json<{ branches: Record<string, unknown>[] }>();
    expect(branches).toHaveLength(1);
    expect(branches[0]).toMatchObject({ isMain: true, type: 'BRANCH', analysisDate: expect.any(String) });
    expect(typeof branches[0]?.['branchId']).toBe(t.profile.branchId ? 'string' : 'undefined');
    const missing = await ask(t, 'api/project_branches/list', { project: 'nope' });
    expect([missing.status, missing.message()]).toEqual([404, "Project 'nope' not found"]);
  },
  'community-no-pull-requests': async (t) => {
    const answer = await ask(t, 'api/project_pull_requests/list', { project: t.small });
    expect([answer.status, answer.message()]).toEqual([404, 'Unknown url : /api/project_pull_requests/list']);
  },
  'branch-unknown': async (t) => {
    const branch = 'there-is-no-such-branch';
    const found = await ask(t, 'api/issues/search', { componentKeys: t.small, branch });
    expect([found.status, found.json<{ total: number }>().total]).toEqual([200, 0]);
    const component = `Component '${t.small}' on branch '${branch}' not found`;
    const project = `Branch '${branch}' in project '${t.small}' not found`;
    const words: [path: string, query: Record<string, string>, message: string][] = [
      ['api/measures/component', { component: t.small, metricKeys: 'ncloc' }, component],
      ['api/measures/search_history', { component: t.small, metrics: 'ncloc' }, component],
      ['api/project_analyses/search', { project: t.small }, component],
      ['api/qualitygates/project_status', { projectKey: t.small }, project],
    ];
    if (t.profile.lists) words.push(['api/issues/list', { project: t.small }, project]);
    for (const [path, query, message] of words) {
      const answer = await ask(t, path, { ...query, branch });
      expect([path, answer.status, answer.message()]).toEqual([path, 404, message]);
    }
  },
  'ce-component': async (t) => {
    const answer = await ask(t, 'api/ce/component', { component: t.small });
    const body = answer.json<{ queue: object[]; current: object }>();
    expect(body.queue).toEqual(expect.any(Array));
    expect(body.current).toMatchObject({ type: 'REPORT', componentKey: t.small, status: expect.any(String) });
  },
  'webhooks-list-rights': async (t) => {
    expect((await ask(t, 'api/webhooks/list')).json()).toMatchObject({ webhooks: expect.any(Array) });
    expect((await ask(t, 'api/webhooks/list', { project: t.small }, { as: 'browse' })).status).toBe(403);
    const missing = await ask(t, 'api/webhooks/list', { project: 'nope' });
    expect([missing.status, missing.message()]).toEqual([404, "Project 'nope' not found"]);
  },
};
