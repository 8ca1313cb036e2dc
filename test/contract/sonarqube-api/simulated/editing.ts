import { expect } from 'vitest';
import type { Simulator } from '../../../../lab/simulators/sonarqube/index.ts';
import { readPull } from '../checks/enumeration.ts';
import type { Issue } from '../target.ts';
import { asking, type SimulatedChecks, type StartSimulator } from './settings.ts';

const found = new Date('2026-06-01T10:00:00Z');
const today = new Date('2026-11-21T10:00:00Z');

async function edited(start: StartSimulator): Promise<{ simulator: Simulator; key: string }> {
  const simulator = await start({
    profile: '26.9',
    now: () => today,
    scenario: (state) => state.addProject({ key: 'p', analyses: [{ at: found, issues: { count: 10 } }] }),
  });
  return { simulator, key: simulator.state.issueKeys('p')[3] ?? '' };
}

async function issueOf(simulator: Simulator, key: string): Promise<Issue | undefined> {
  return (await asking(simulator)('api/issues/search', { issues: key })).json<{ issues: Issue[] }>().issues[0];
}

/** Rules about changes that would disturb the other readers of a shared server. */
export const editingChecks: SimulatedChecks = {
  'accepted-has-no-close-date': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.accept(key);
    const issue = await issueOf(simulator, key);
    expect(issue).toMatchObject({ status: 'RESOLVED', resolution: 'WONTFIX', issueStatus: 'ACCEPTED' });
    expect(issue?.closeDate).toBeUndefined();
    simulator.state.falsePositive(key);
    expect(await issueOf(simulator, key)).toMatchObject({
      resolution: 'FALSE-POSITIVE',
      issueStatus: 'FALSE_POSITIVE',
    });
  },
  'pull-severity-by-hand': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.setSeverity(key, 'BLOCKER');
    const answer = await asking(simulator)('api/issues/pull', { projectKey: 'p', branchName: 'main' });
    const { severities, serverTime } = readPull(answer.bytes);
    expect([...severities]).toEqual([[key, 5]]);
    expect(serverTime).toBe(today.getTime());
  },
  'manual-change-moves-update-date': async (start) => {
    const { simulator, key } = await edited(start);
    expect(await issueOf(simulator, key)).toMatchObject({ updateDate: '2026-06-01T10:00:00+0000' });
    simulator.state.setSeverity(key, 'INFO');
    expect(await issueOf(simulator, key)).toMatchObject({ severity: 'INFO', updateDate: '2026-11-21T10:00:00+0000' });
    const newest = await asking(simulator)('api/issues/search', { s: 'UPDATE_DATE', asc: 'false', ps: 1 });
    expect(newest.json<{ issues: Issue[] }>().issues[0]?.key).toBe(key);
    const log = await asking(simulator)('api/issues/changelog', { issue: key });
    expect(log.text).toContain('"key":"severity"');
  },
  'moved-line-keeps-update-date': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.moveLine(key, 77);
    expect(await issueOf(simulator, key)).toMatchObject({ line: 77, updateDate: '2026-06-01T10:00:00+0000' });
    const query = { projectKey: 'p', branchName: 'main', changedSince: found.getTime() + 1000 };
    expect(readPull((await asking(simulator)('api/issues/pull', query)).bytes).present).toEqual([]);
  },
  'closed-are-dropped': async (start) => {
    const { simulator, key } = await edited(start);
    simulator.state.closeIssue(key);
    expect(await issueOf(simulator, key)).toMatchObject({ status: 'CLOSED', closeDate: '2026-11-21T10:00:00+0000' });
    const query = { projectKey: 'p', branchName: 'main', changedSince: today.getTime() };
    expect(readPull((await asking(simulator)('api/issues/pull', query)).bytes).closed).toEqual([key]);
    expect(simulator.state.purgeClosedBefore(new Date(today.getTime() + 1000))).toBe(1);
    expect(await issueOf(simulator, key)).toBeUndefined();
    expect(readPull((await asking(simulator)('api/issues/pull', query)).bytes).closed).toEqual([]);
  },
  'projects-create': async (start) => {
    const simulator = await start({ profile: '26.9', scenario: (state) => state.addProject({ key: 'Shop' }) });
    const ask = asking(simulator);
    const create = async (form: Record<string, string>, as: 'admin' | 'browse' = 'admin'): Promise<string> => {
      const answer = await ask('api/projects/create', form, { method: 'POST', as });
      return answer.status === 200 ? JSON.stringify(answer.json()) : `${answer.status} ${answer.message()}`;
    };
    expect(await create({ project: 'PAY_ledger', name: 'Ledger', visibility: 'private', mainBranch: 'trunk' })).toBe(
      '{"project":{"key":"PAY_ledger","name":"Ledger","qualifier":"TRK","visibility":"private"}}',
    );
    expect(simulator.state.scope('PAY_ledger', { branch: 'trunk' }).isMain).toBe(true);
    expect(await create({ project: 'new', name: 'New' }, 'browse')).toBe('403 Insufficient privileges');
    expect(await create({ project: '17', name: 'New' })).toMatch(/^400 Malformed key for Project: '17'/);
    expect(await create({ project: 'a b', name: 'New' })).toMatch(/^400 Malformed key for Project: 'a b'/);
    expect(await create({ project: 'shop', name: 'New' })).toBe(
      '400 Could not create Project with key: "shop". A similar key already exists: "Shop"',
    );
    expect(await create({ project: 'k'.repeat(401), name: 'New' })).toBe(
      "400 'project' length (401) is longer than the maximum authorized (400)",
    );
    expect(await create({ project: 'new' })).toBe("400 The 'name' parameter is missing");
    expect(await create({ project: 'new', name: 'New', visibility: 'secret' })).toMatch(/^400 Value of parameter/);
    const remove = (as: 'admin' | 'browse') =>
      ask('api/projects/delete', { project: 'PAY_ledger' }, { method: 'POST', as });
    expect((await remove('browse')).status).toBe(403);
    expect((await remove('admin')).status).toBe(204);
    expect((await remove('admin')).message()).toBe("Project 'PAY_ledger' not found");
  },
  'project-links-binding': async (start) => {
    const { simulator } = await edited(start);
    const get = asking(simulator);
    expect((await get('api/project_links/search', { projectKey: 'p' })).json()).toEqual({ links: [] });
    const unbound = await get('api/alm_settings/get_binding', { project: 'p' });
    expect([unbound.status, unbound.message()]).toEqual([404, "Project 'p' is not bound to any DevOps Platform"]);
    const binding = { key: 'main', alm: 'bitbucket', repository: 'PAY', slug: 'ledger', monorepo: false };
    const url = 'https://bb.example.com/scm/pay/ledger.git';
    Object.assign(simulator.state.world.projects.get('p') ?? {}, { links: [{ type: 'scm', url }], binding });
    expect((await get('api/project_links/search', { projectKey: 'p' })).json()).toEqual({
      links: [{ id: '1', type: 'scm', url }],
    });
    expect((await get('api/alm_settings/get_binding', { project: 'p' })).json()).toEqual(binding);
  },
  'project-settings': async (start) => {
    const get = asking((await edited(start)).simulator);
    const set = (as: 'admin' | 'browse') =>
      get('api/settings/set', { component: 'p', key: 'sonar.inclusions', values: 'a/**/*' }, { method: 'POST', as });
    const values = async () =>
      (await get('api/settings/values', { component: 'p', keys: 'sonar.inclusions' })).json<{ settings: unknown[] }>()
        .settings;
    expect((await set('browse')).status).toBe(403);
    expect(await values()).toEqual([]);
    expect((await set('admin')).status).toBe(204);
    expect(await values()).toEqual([{ key: 'sonar.inclusions', values: ['a/**/*'], inherited: false }]);
    const reset = { component: 'p', keys: 'sonar.inclusions' };
    expect((await get('api/settings/reset', reset, { method: 'POST' })).status).toBe(204);
    expect(await values()).toEqual([]);
  },
};
