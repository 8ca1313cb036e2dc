import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../lab/simulators/sonarqube/index.ts';
import { small } from '../../lab/simulators/sonarqube/scenarios.ts';
import { companionProjects } from '../../src/connectors/sonarqube/companions/manage.ts';
import { companionTag } from '../../src/connectors/sonarqube/companions/mark.ts';
import { createSimulators } from './simulators.ts';
import { contextOf } from './stage.ts';

const simulators = createSimulators();
afterEach(() => simulators.closeAll());

let server: Simulator;
const context = (token = server.tokens.admin) => contextOf({ url: server.url, token });
const wanted = { key: 'shop:pr-7', of: 'shop', pullRequest: '7', begun: false };
const companion = () => server.state.world.projects.get(wanted.key);

beforeEach(async () => {
  server = await simulators.start('26.9', small);
  Object.assign(server.state.world.projects.get('shop') ?? {}, {
    visibility: 'private',
    profiles: { java: 'Ours' },
    gate: 'Strict',
    newCode: { type: 'NUMBER_OF_DAYS', value: '30' },
    settings: {
      'sonar.exclusions': ['gen/**', 'vendor/**'],
      'sonar.dbcleaner.hoursBeforeKeepingOnlyOneSnapshotByDay': ['1'],
    },
  });
});

const likeItsProject = {
  visibility: 'private',
  tags: [companionTag],
  profiles: { java: 'Ours' },
  gate: 'Strict',
  newCode: { type: 'NUMBER_OF_DAYS', value: '30' },
  settings: { 'sonar.exclusions': ['gen/**', 'vendor/**'] },
};

test.each(['26.9', '9.9', '26.9-developer', 'cloud'] as const)(
  '%s analyses pull requests, or does not',
  async (profile) => {
    server = await simulators.start(profile, small);
    const has = profile === '26.9-developer' || profile === 'cloud';
    expect(await companionProjects.analysesPullRequests(context(), 'shop')).toBe(has);
  },
);

describe('a companion', () => {
  test('is made as its project is: profiles, gate, new code, settings and who may see it', async () => {
    await companionProjects.ensure(context(), wanted);
    expect(companion()).toMatchObject({
      ...likeItsProject,
      name: expect.stringContaining('companion of pull request 7'),
    });
    expect(await companionProjects.find(context(), wanted.key)).toBe('companion');
  });

  test('asked for again is left as it is, and mended where it differs', async () => {
    await companionProjects.ensure(context(), wanted);
    server.journal.clear();
    await companionProjects.ensure(context(), wanted);
    expect(server.journal.count('api/projects/create')).toBe(0);
    Object.assign(companion() ?? {}, { gate: 'Lax', profiles: {} });
    await companionProjects.ensure(context(), wanted);
    expect(companion()).toMatchObject(likeItsProject);
  });

  test('that was begun and never marked is finished; somebody else’s project under its key is not touched', async () => {
    server.state.addProject({ key: wanted.key, tags: ['theirs'] });
    expect(await companionProjects.find(context(), wanted.key)).toBe('project');
    await expect(companionProjects.ensure(context(), wanted)).rejects.toMatchObject({ code: 'companion_key_taken' });
    await expect(companionProjects.remove(context(), wanted.key)).rejects.toMatchObject({
      code: 'companion_key_taken',
    });
    expect(companion()?.tags).toEqual(['theirs']);
    await companionProjects.ensure(context(), { ...wanted, begun: true });
    expect(companion()?.tags).toEqual([companionTag]);
  });

  test('is removed; one that is not there any more is no error', async () => {
    await companionProjects.ensure(context(), wanted);
    await companionProjects.remove(context(), wanted.key);
    await companionProjects.remove(context(), wanted.key);
    expect(companion()).toBeUndefined();
  });
});

describe('nothing half-made stays', () => {
  test.each(['api/project_tags/set', 'api/qualityprofiles/add_project', 'api/qualitygates/select', 'api/settings/set'])(
    'where %s is refused',
    async (path) => {
      server.faults.add({
        match: { path },
        kind: { type: 'status', status: 403, body: '{"errors":[{"msg":"Insufficient privileges"}]}' },
      });
      await expect(companionProjects.ensure(context(), wanted)).rejects.toMatchObject({
        code: 'companion_not_permitted',
        upstream: expect.stringContaining('Insufficient privileges'),
      });
      expect(companion()).toBeUndefined();
    },
  );

  test('where the token may not make projects at all', async () => {
    Object.assign(server.state.world.projects.get('shop') ?? {}, { visibility: 'public' });
    await expect(companionProjects.ensure(context(server.tokens.browse), wanted)).rejects.toMatchObject({
      code: 'companion_not_permitted',
    });
    expect(companion()).toBeUndefined();
  });
});
