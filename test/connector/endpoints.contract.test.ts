import { afterEach, expect, test } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { equalIssues, small, someRules, twoOrganizations } from '../../lab/simulators/sonarqube/scenarios.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { ownWebhooks } from '../../src/connectors/sonarqube/own-webhooks.ts';
import { createSimulators } from './simulators.ts';
import { contextOf, readSlice, requestOf } from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

async function everything(server: Simulator, token: string, projects: readonly string[]): Promise<void> {
  const connection = { url: server.url, token };
  const check = sonarqube.check(contextOf(connection));
  while ((await check.next()).done !== true);
  await readSlice(connection, requestOf('discovery', 'discovery'));
  for (const project of projects) {
    for (const purpose of ['ingest', 'audit'] as const) {
      await readSlice(connection, requestOf('current', `project:${project}`, { purpose }));
    }
    await readSlice(connection, requestOf('history', `project:${project}`));
    await sonarqube.lookup(contextOf(connection), server.state.issueKeys(project)[0] ?? '');
  }
}

async function ownWebhook(server: Simulator): Promise<void> {
  const context = contextOf({ url: server.url, token: server.tokens.admin });
  const url = 'https://plumb.example/hooks/sonarqube/1';
  const wanted = {
    place: { scope: 'global', target: '', within: null },
    name: 'plumbline',
    url,
    secret: 'a-secret-of-24-characters',
  };
  const { key } = await ownWebhooks.create(context, wanted);
  await ownWebhooks.update(context, { key, name: 'renamed', url, secret: wanted.secret });
  await ownWebhooks.sentDeliveries(context, { key, since: new Date(0), limit: 10 });
  await ownWebhooks.sentPayload(context, 'nobody');
  await ownWebhooks.delete(context, key);
}

async function ownProject(server: Simulator): Promise<void> {
  const context = contextOf({ url: server.url, token: server.tokens.admin });
  const { projectCreation, projectSettings, companionProjects, measuredLines } = sonarqube;
  await projectCreation?.create(context, { key: 'made', name: 'Made', mainBranch: 'main', visibility: 'private' });
  await projectSettings?.origin(context, 'made');
  await projectSettings?.include(context, 'made', 'a/**/*');
  await projectSettings?.inclusions(context, 'made');
  await projectSettings?.include(context, 'made', null);
  Object.assign(server.state.world.projects.get('made') ?? {}, {
    profiles: { java: 'Ours' },
    gate: 'Strict',
    newCode: { type: 'NUMBER_OF_DAYS', value: '30' },
    code: { 'a.java': { lines: [{ hits: 1 }] } },
  });
  await measuredLines?.read(context, 'made', [{ path: 'a.java', ranges: [{ from: 1, to: 1 }] }]);
  await measuredLines?.ignoresSmallChanges(context, 'made');
  await companionProjects?.ensure(context, { key: 'made:pr-1', of: 'made', pullRequest: '1', begun: false });
  await companionProjects?.remove(context, 'made:pr-1');
  await projectCreation?.remove(context, 'made');
}

test('every call is declared, and every declaration is called', async () => {
  const called = new Set<string>();
  const run = async (server: Simulator, token: string, projects: readonly string[]): Promise<void> => {
    await everything(server, token, projects);
    for (const endpoint of server.journal.endpoints()) called.add(endpoint);
  };
  const developer = await simulators.start('26.9-developer', small);
  await ownWebhook(developer);
  await ownProject(developer);
  await run(developer, developer.tokens.admin, ['shop', 'billing']);
  await run(developer, developer.tokens.analysis, ['shop']);
  const old = await simulators.start('9.9', (state) => {
    state.addProject({ key: 'shop', analyses: [{ issues: { count: 30, rules: someRules(9) } }] });
  });
  await run(old, old.tokens.browse, ['shop']);
  const cloud = await simulators.start('cloud', (state) => {
    twoOrganizations(state);
    // Only a listing of files can split this one.
    equalIssues(10_400, { layout: 'directories', plan: { files: 300, directories: 150 } })(state);
  });
  await run(cloud, cloud.tokens.admin, ['equal-issues']);

  const declared = sonarqube.endpoints.map(({ method, path }) => `${method} ${path}`);
  expect([...called].filter((endpoint) => !declared.includes(endpoint)).sort()).toEqual([]);
  expect(declared.filter((endpoint) => !called.has(endpoint)).sort()).toEqual([]);
  expect(new Set(declared).size).toBe(declared.length);
  for (const { why, without, since, permission } of sonarqube.endpoints) {
    for (const text of [why, without, since, permission]) expect(text.length).toBeGreaterThan(2);
  }
});
