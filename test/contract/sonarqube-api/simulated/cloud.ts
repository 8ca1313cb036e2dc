import { expect } from 'vitest';
import { equalIssues, twoOrganizations } from '../../../../lab/simulators/sonarqube/scenarios.ts';
import type { IssuePage } from '../target.ts';
import { asking, type SimulatedChecks } from './settings.ts';

interface Listed {
  paging: { total: number };
  components: { key: string; organization: string }[];
}

/** SonarQube Cloud, as section 8 has it from its documentation. */
export const cloudChecks: SimulatedChecks = {
  'cloud-organization': async (start) => {
    const get = asking(await start({ profile: 'cloud', scenario: twoOrganizations }));
    const one = await get('api/components/search_projects', { organization: 'acme' }, { scheme: 'Bearer' });
    expect(one.json<Listed>().components.map((component) => component.key)).toEqual(['acme_api', 'acme_web']);
    const search = await get('api/components/search', { organization: 'globex' });
    expect(search.json<Listed>().paging.total).toBe(2);
    const issues = await get('api/issues/search', { organization: 'acme', ps: 1 });
    expect(issues.json<IssuePage>().total).toBe(600);
    const unknown = await get('api/components/search', { organization: 'nope' });
    expect([unknown.status, unknown.message()]).toEqual([404, "No organization for key 'nope'"]);
    expect((await get('api/issues/search', { organization: 'nope' })).json<IssuePage>().total).toBe(0);
  },
  'cloud-member': async (start) => {
    const get = asking(await start({ profile: 'cloud', scenario: twoOrganizations }));
    const answer = await get('api/organizations/search', { member: 'true' });
    const { organizations } = answer.json<{ organizations: { key: string }[] }>();
    expect(organizations.map((organization) => organization.key)).toEqual(['acme', 'globex']);
  },
  'cloud-no-list-no-pull': async (start) => {
    const get = asking(await start({ profile: 'cloud', scenario: twoOrganizations }));
    for (const path of ['api/issues/list', 'api/issues/pull', 'api/issues/pull_taint', 'api/hotspots/list'])
      expect((await get(path, { project: 'acme_api' })).message()).toBe(`Unknown url : /${path}`);
  },
  'cloud-total-capped': async (start) => {
    const get = asking(await start({ profile: 'cloud', scenario: equalIssues(12_000, { layout: 'directories' }) }));
    const answer = await get('api/issues/search', { componentKeys: 'equal-issues', ps: 1, facets: 'types' });
    expect(answer.json<IssuePage>().paging.total).toBe(10_000);
  },
  'cloud-429': async (start) => {
    const get = asking(await start({ profile: 'cloud' }));
    const statuses: number[] = [];
    for (let round = 0; round < 11; round += 1) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => get('api/system/status')));
      statuses.push(...answers.map((answer) => answer.status));
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(1000);
    expect(statuses.at(-1)).toBe(429);
  },
  'cloud-scoped-token': async (start) => {
    const simulator = await start({ profile: 'cloud', scenario: twoOrganizations });
    const get = asking(simulator);
    const scan = { as: { token: simulator.state.addToken({ kind: 'sqco', organization: 'acme' }) } };
    expect((await get('api/users/current', {}, scan)).status).toBe(403);
    expect((await get('api/project_analyses/search', { project: 'acme_api' }, scan)).status).toBe(403);
    const permissions = ['browse'] as const;
    const browse = { as: { token: simulator.state.addToken({ kind: 'sqco', organization: 'acme', permissions }) } };
    expect((await get('api/project_analyses/search', { project: 'acme_api' }, browse)).status).toBe(200);
    expect((await get('api/project_analyses/search', { project: 'globex_api' }, browse)).status).toBe(403);
  },
};
