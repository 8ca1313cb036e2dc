import { afterEach, describe, expect, test } from 'vitest';
import type { ProfileName, Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { small, twoOrganizations } from '../../lab/simulators/sonarqube/scenarios.ts';
import { projectCreation } from '../../src/connectors/sonarqube/project-creation.ts';
import { projectSettings } from '../../src/connectors/sonarqube/project-settings.ts';
import { ProjectRecord } from '../../src/connectors/sonarqube/records.ts';
import { createSimulators } from './simulators.ts';
import { contextOf } from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

async function connected(profile: ProfileName = '26.9') {
  const server = await simulators.start(profile, small);
  return { server, context: contextOf({ url: server.url, token: server.tokens.admin }) };
}

const wanted = { key: 'PAY_ledger', name: 'Ledger & co', mainBranch: 'trunk', visibility: 'private' } as const;

describe.each(['26.9', '9.9'] as const)('a project on %s', (profile) => {
  test('is made, found and removed; removing it twice is no error', async () => {
    const { server, context } = await connected(profile);
    expect(await projectCreation.find(context, wanted.key)).toBeNull();
    const made = ProjectRecord.parse(await projectCreation.create(context, wanted));
    expect(made).toMatchObject({ key: wanted.key, name: wanted.name, visibility: 'private', lastAnalysisAt: null });
    expect(server.state.scope(wanted.key, { branch: 'trunk' }).isMain).toBe(true);
    expect(ProjectRecord.parse(await projectCreation.find(context, wanted.key))).toMatchObject({ key: wanted.key });
    await projectCreation.remove(context, wanted.key);
    await projectCreation.remove(context, wanted.key);
    expect(await projectCreation.find(context, wanted.key)).toBeNull();
  });
});

test('a token that lists no projects finds one all the same', async () => {
  const { server } = await connected();
  const context = contextOf({ url: server.url, token: server.tokens.browse });
  expect(await projectCreation.find(context, 'shop')).toMatchObject({ key: 'shop' });
  expect(await projectCreation.find(context, 'nope')).toBeNull();
});

describe('what the server refuses', () => {
  const create = async (server: Simulator, more: object, token = server.tokens.admin): Promise<unknown> =>
    projectCreation.create(contextOf({ url: server.url, token }), { ...wanted, ...more }).catch((e: unknown) => e);

  test.each([
    [{ key: 'SHOP' }, 'project_exists', /similar key already exists: "shop"/],
    [{ key: '17' }, 'project_refused', /Malformed key/],
    [{ key: 'k'.repeat(401) }, 'project_refused', /longer than the maximum authorized \(400\)/],
  ])('%o is told with a code of its own', async (more, code, words) => {
    const { server } = await connected();
    expect(await create(server, more)).toMatchObject({ code, upstream: expect.stringMatching(words) });
  });

  test('a token without the permission', async () => {
    const { server } = await connected();
    expect(await create(server, {}, server.tokens.browse)).toMatchObject({ code: 'invalid_permissions' });
    expect(server.state.world.projects.has(wanted.key)).toBe(false);
  });
});

test('on Cloud the project is made in the one organization; which of two is not guessed', async () => {
  const server = await simulators.start('cloud', twoOrganizations);
  const [organization = ''] = [...server.state.world.organizations.keys()];
  const token = server.tokens.admin;
  const one = contextOf({ url: server.url, token, settings: { organization } });
  await projectCreation.create(one, wanted);
  expect(server.state.world.projects.get(wanted.key)?.organization).toBe(organization);
  const both = contextOf({ url: server.url, token });
  await expect(projectCreation.create(both, { ...wanted, key: 'other' })).rejects.toMatchObject({
    code: 'project_refused',
  });
});

describe('where the code of a project lies', () => {
  test('is what the server has it bound to, and what its links say', async () => {
    const { server, context } = await connected();
    expect(await projectSettings.origin(context, 'shop')).toEqual({ bound: null, links: [], pullRequests: false });
    Object.assign(server.state.world.projects.get('shop') ?? {}, {
      links: [{ type: 'scm', url: 'https://bb.example.com/scm/pay/ledger.git' }],
      binding: { key: 'main', alm: 'bitbucket', repository: 'PAY', slug: 'ledger', url: 'https://bb', monorepo: true },
    });
    expect(await projectSettings.origin(context, 'shop')).toEqual({
      bound: { kind: 'bitbucket', base: 'https://bb', project: 'PAY', repository: 'ledger', mono: true },
      links: ['https://bb.example.com/scm/pay/ledger.git'],
      pullRequests: false,
    });
  });

  test('comes with whether the server analyses pull requests itself', async () => {
    const { context } = await connected('26.9-developer');
    expect(await projectSettings.origin(context, 'shop')).toMatchObject({ pullRequests: true });
  });

  test('limits the project, and the limit can be taken back', async () => {
    const { context } = await connected();
    expect(await projectSettings.inclusions(context, 'shop')).toEqual([]);
    await projectSettings.include(context, 'shop', 'services/shop/**/*');
    expect(await projectSettings.inclusions(context, 'shop')).toEqual(['services/shop/**/*']);
    await projectSettings.include(context, 'shop', null);
    expect(await projectSettings.inclusions(context, 'shop')).toEqual([]);
  });
});
