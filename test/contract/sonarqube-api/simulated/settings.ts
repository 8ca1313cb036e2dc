import { expect } from 'vitest';
import type { Simulator, SimulatorOptions } from '../../../../lab/simulators/sonarqube/index.ts';
import type { RuleId } from '../../../../lab/simulators/sonarqube/rules.ts';
import { someRules } from '../../../../lab/simulators/sonarqube/scenarios.ts';
import { ask, type Answer, type Asking, type Parameters, type Target } from '../target.ts';
import { readPull } from '../checks/enumeration.ts';

type SimulatedCheck = (start: StartSimulator) => Promise<void>;
export type SimulatedChecks = Partial<Record<RuleId, SimulatedCheck>>;
/** Starts a simulator that the test runner closes. */
export type StartSimulator = (options: SimulatorOptions) => Promise<Simulator>;

/** Asks a simulator as one of its tokens, or any other. */
export function asking(simulator: Simulator) {
  const { admin, browse, analysis } = simulator.tokens;
  const target = { url: simulator.url, tokens: { admin, browse, analysis, project: '' } } as Target;
  return (path: string, query: Parameters = {}, how: Asking = {}): Promise<Answer> => ask(target, path, query, how);
}

const rules = someRules(8);
const oneProject: NonNullable<SimulatorOptions['scenario']> = (state) => {
  state.addProject({ key: 'p', analyses: [{ version: '1', issues: { count: 10, rules } }] });
};

/** Rules that need a server set up in another way than the shared one. */
export const settingChecks: SimulatedChecks = {
  'validate-anonymous-true': async (start) => {
    const get = asking(await start({ profile: '26.9', forceAuthentication: false, scenario: oneProject }));
    expect((await get('api/authentication/validate', {}, { as: 'nobody' })).json()).toEqual({ valid: true });
    expect((await get('api/users/current', {}, { as: 'nobody' })).json()).toMatchObject({ isLoggedIn: false });
    expect((await get('api/project_analyses/search', { project: 'p' }, { as: 'nobody' })).status).toBe(200);
    // Stranger than that: the analysis token is refused where nobody is served.
    expect((await get('api/project_analyses/search', { project: 'p' }, { as: 'analysis' })).status).toBe(403);
  },
  'webhooks-loopback': async (start) => {
    const simulator = await start({ profile: '26.9', scenario: oneProject });
    const get = asking(simulator);
    for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '[::1]']) {
      const form = { name: 'n', url: `http://${host}:8420/hooks` };
      const answer = await get('api/webhooks/create', form, { method: 'POST' });
      expect([host, answer.status, answer.message()]).toEqual([
        host,
        400,
        'Invalid URL: loopback and wildcard addresses are not allowed for webhooks.',
      ]);
    }
    simulator.state.world.validateWebhooks = false;
    const form = { name: 'n', url: 'http://127.0.0.1:9/hooks' };
    expect((await get('api/webhooks/create', form, { method: 'POST' })).status).toBe(200);
  },
  'webhooks-once': async (start) => {
    const simulator = await start({ profile: '26.9', scenario: oneProject });
    simulator.state.world.validateWebhooks = false;
    const get = asking(simulator);
    for (const [name, project] of [
      ['global', {}],
      ['own', { project: 'p' }],
    ] as const) {
      // Nobody listens there.
      await get('api/webhooks/create', { name, url: 'http://127.0.0.1:9/', ...project }, { method: 'POST' });
    }
    await simulator.state.deliver('p');
    expect(simulator.state.world.deliveries.map(({ name, success }) => [name, success])).toEqual([
      ['own', false],
      ['global', false],
    ]);
  },
  'starting-unknown-url': async (start) => {
    const simulator = await start({ profile: '26.9' });
    const get = asking(simulator);
    simulator.state.setStatus('STARTING');
    expect((await get('api/system/status')).json()).toMatchObject({ status: 'STARTING' });
    const answer = await get('api/authentication/validate');
    expect([answer.status, answer.message()]).toEqual([404, 'Unknown url : /api/authentication/validate']);
    simulator.state.setStatus('UP');
    expect((await get('api/authentication/validate')).status).toBe(200);
  },
  'wrong-context-html': async (start) => {
    const simulator = await start({ profile: '10.7', context: '/sonar' });
    expect((await asking(simulator)('api/system/status')).status).toBe(200);
    const root = await fetch(`${new URL(simulator.url).origin}/api/system/status`);
    expect([root.status, root.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
  },
  'expired-token-401': async (start) => {
    let now = new Date('2026-11-21T10:00:00Z');
    const simulator = await start({ profile: '26.9', now: () => now });
    const token = simulator.state.addToken({ kind: 'squ', expiresAt: new Date('2026-11-22T00:00:00Z') });
    const get = asking(simulator);
    expect((await get('api/users/current', {}, { as: { token } })).status).toBe(200);
    const tokens = await get('api/user_tokens/search', {}, { as: { token } });
    expect(tokens.text).toContain('"expirationDate":"2026-11-22T00:00:00+0000"');
    now = new Date('2026-11-22T00:00:01Z');
    const late = await get('api/users/current', {}, { as: { token } });
    expect([late.status, late.text]).toEqual([401, '']);
  },
  'no-browse-still-measures': async (start) => {
    const simulator = await start({ profile: '26.9', scenario: oneProject });
    simulator.state.setVisibility('p', 'private');
    simulator.state.addUser({ login: 'scanner', permissions: ['scan'] });
    const as = { as: { token: simulator.state.addToken({ kind: 'squ', login: 'scanner' }) } };
    const get = asking(simulator);
    expect((await get('api/measures/component', { component: 'p', metricKeys: 'ncloc' }, as)).status).toBe(200);
    expect((await get('api/qualitygates/project_status', { projectKey: 'p' }, as)).status).toBe(200);
    expect((await get('api/project_analyses/search', { project: 'p' }, as)).status).toBe(403);
    const issues = await get('api/issues/search', { componentKeys: 'p' }, as);
    expect([issues.status, issues.json<{ total: number }>().total]).toEqual([200, 0]);
  },
  'list-unordered': async (start) => {
    const simulator = await start({ profile: '26.9', scenario: oneProject });
    const get = asking(simulator);
    const keys = async (p: number): Promise<string[]> =>
      (await get('api/issues/list', { project: 'p', p, ps: 5 }))
        .json<{ issues: { key: string }[] }>()
        .issues.map((i) => i.key);
    expect(new Set([...(await keys(1)), ...(await keys(2))]).size).toBe(10);
    simulator.faults.add({ match: { path: 'api/issues/list', query: { p: '2' } }, kind: { type: 'overlap', rows: 2 } });
    expect(new Set([...(await keys(1)), ...(await keys(2))]).size).toBe(8);
  },
  'pull-taint-apart': async (start) => {
    const simulator = await start({
      profile: '26.9-developer',
      scenario: (state) => {
        const issues = [
          { count: 4, rules },
          { count: 3, rules, taint: true },
        ];
        state.addProject({ key: 'p', analyses: [{ issues }] });
      },
    });
    const get = asking(simulator);
    const query = { projectKey: 'p', branchName: 'main' };
    expect(readPull((await get('api/issues/pull', query)).bytes).present).toHaveLength(4);
    expect(readPull((await get('api/issues/pull_taint', query)).bytes).present).toHaveLength(3);
    expect((await get('api/issues/search', { componentKeys: 'p' })).json<{ total: number }>().total).toBe(7);
  },
};
