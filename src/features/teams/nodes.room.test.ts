import { expect, it } from 'vitest';
import { testHub } from '../../../test/support/hub.ts';
import type { ProjectList } from '../code-quality/contract.ts';
import { codeQualityRoutes } from '../code-quality/index.ts';
import type { Delivery, LeadTimeList } from '../deployments/contract.ts';
import { deploymentRoutes } from '../deployments/index.ts';
import type { ImageList, RepositoryList } from '../images/contract.ts';
import { imageRoutes } from '../images/index.ts';
import type { NodePlace, Team } from './contract.ts';
import { createTeams, heldByNode } from './index.ts';

const now = () => new Date('2026-11-30T12:00:00Z');

/** Berlin and Rome below Europe, and Lima; with a project, an image and a service each, and some that are nobody’s. */
async function stage() {
  const hub = await testHub({
    routes: (db) => [
      ...createTeams({ db, tell: async () => undefined }).routes,
      ...codeQualityRoutes({ db, now, heldBy: heldByNode }),
      ...imageRoutes({ db, heldBy: heldByNode }),
      ...deploymentRoutes({ db, now, heldBy: heldByNode }),
    ],
  });
  const people = Object.entries({ Berlin: 'Europe', Rome: 'Europe', Lima: 'America' }).map(([site, continent]) => ({
    name: site,
    email: `${site}@x.test`,
    attributes: { site, continent },
  }));
  await hub.call('PATCH', '/api/v1/people', { body: { people } });
  const made = await hub.call('POST', '/api/v1/org-trees', { body: { name: 'World', levels: ['continent', 'site'] } });
  const id = (sql: string, values: unknown[]) =>
    hub.db.one<{ id: number }>(`${sql} returning id`, values).then((row) => row.id);
  const integration = (kind: string) =>
    id(`insert into integrations.integrations (name, kind, settings, state) values ($1, $1, '{}', 'active')`, [kind]);
  const [sonar, registry, harness] = [
    await integration('sonarqube'),
    await integration('oci-registry'),
    await integration('harness'),
  ];
  const level = await id(
    `insert into deployments.levels (integration_id, slice, organization, project) values ($1, 'project:o/p', 'o', 'p')`,
    [harness],
  );
  for (const name of ['berlin', 'rome', 'lima', 'nobody']) {
    await id(
      `insert into code_quality.projects (integration_id, source_key, row_hash, name, qualifier, tags) values ($1, $2, gen_random_uuid(), $2, 'TRK', '{}')`,
      [sonar, name],
    );
    const repository = await id(
      `insert into images.repositories (integration_id, source_key, row_hash) values ($1, $2, gen_random_uuid())`,
      [registry, name],
    );
    await id(
      `insert into images.images (integration_id, repository_id, digest, kind, media_type, row_hash, evidence, signature_required, signers_known)
       values ($1, $2, $3, 'image', 'x', gen_random_uuid(), '', false, false)`,
      [registry, repository, `sha256:${name}`],
    );
    await id(
      `insert into deployments.services (integration_id, level_id, source_key, row_hash, name, tags) values ($1, $2, $3, gen_random_uuid(), $3, '[]')`,
      [harness, level, name],
    );
    const { body } = await hub.call('POST', '/api/v1/deployments', {
      body: {
        key: name,
        service: name,
        environment: 'live',
        environmentType: 'production',
        status: 'succeeded',
        at: '2026-11-20T10:00:00.000Z',
      },
    });
    expect(body.error).toBeUndefined();
  }
  // As Harness tells them, and one that a pipeline reported itself.
  await hub.db.execute(
    "update deployments.places set integration_id = $1, service_scope = 'o/p' where service <> 'nobody'",
    [harness],
  );
  const teams = (await hub.call('GET', '/api/v1/teams')).body.teams as Team[];
  for (const { id: team, name } of teams) {
    const value = name.toLowerCase();
    const rules = [
      { thing: 'image', conditions: [{ property: 'path', condition: 'equals', values: [value] }] },
      { thing: 'service', conditions: [{ property: 'identifier', condition: 'equals', values: [value] }] },
    ];
    await hub.call('PUT', `/api/v1/teams/${team}/projects`, { body: { rules: [{ kind: 'key', value }] } });
    await hub.call('PUT', `/api/v1/teams/${team}/things`, { body: { rules } });
  }
  const nodes = await hub.db.query<{ id: number; name: string }>('select id, name from shared.org_nodes');
  const tree = made.body.tree.id as number;
  return { ...hub, tree, idOf: (name: string) => nodes.find((node) => node.name === name)?.id ?? 0 };
}

it('a node’s projects, images and deployments are those of its teams, and of nobody else', async () => {
  const { call, idOf } = await stage();
  const get = async <T>(path: string, node: string | undefined): Promise<T> => {
    const { status, body } = await call('GET', `/api/v1/${path}${node === undefined ? '' : `node=${idOf(node)}`}`, {
      as: 'viewer',
    });
    expect([path, status]).toEqual([path, 200]);
    return body as T;
  };
  const all = async (node: string | undefined) => ({
    projects: (await get<ProjectList>('projects?', node)).projects.map(({ key }) => key),
    repositories: (await get<RepositoryList>('images/repositories?', node)).repositories.map(({ name }) => name),
    images: (await get<ImageList>('images?sort=repository&direction=asc&', node)).images.map(({ digest }) => digest),
    deployed: (await get<Delivery>('delivery?', node)).frequency.successful,
    unlinked: (await get<LeadTimeList>('delivery/lead-times?state=no_commit&', node)).leadTimes
      .map(({ service }) => service)
      .sort(),
  });
  const of = (...names: string[]) => ({
    projects: names,
    repositories: names,
    images: names.map((name) => `sha256:${name}`),
    deployed: names.length,
    unlinked: names,
  });
  expect(await all(undefined)).toEqual(of('berlin', 'lima', 'nobody', 'rome'));
  expect(await all('Europe')).toEqual(of('berlin', 'rome'));
  expect(await all('Berlin')).toEqual(of('berlin'));
  expect(await all('America')).toEqual(of('lima'));
  for (const path of [
    'projects?',
    'projects?format=csv&',
    'images?',
    'images/repositories?',
    'delivery?',
    'delivery/restores?',
  ]) {
    const answer = await call('GET', `/api/v1/${path}node=4711`, { as: 'viewer' });
    expect([path, answer.body.error?.code]).toEqual([path, 'org_node_not_found']);
  }
});

it('a node says where it stands, and where it stood on a day', async () => {
  const { call, db, tree, idOf } = await stage();
  const place = async (node: number, treeAt = '') =>
    (await call('GET', `/api/v1/org-nodes/${node}${treeAt}`, { as: 'viewer' })).body;
  const names = ({ path, below, belowInAll }: NodePlace) => [
    path.map(({ name }) => name),
    below.map(({ name }) => name),
    belowInAll,
  ];
  expect(await place(idOf('Europe'))).toMatchObject({ tree: { id: tree, name: 'World' }, path: [{ isTeam: false }] });
  expect(names(await place(idOf('Europe')))).toEqual([['Europe'], ['Berlin', 'Rome'], 2]);
  expect(names(await place(idOf('Rome')))).toEqual([['Europe', 'Rome'], [], 0]);
  await db.execute("update teams.node_periods set valid_from = now() - interval '20 days'");
  await db.execute("update teams.node_periods set valid_from = now() - interval '10 days' where node_id = $1", [
    idOf('Rome'),
  ]);
  await db.execute(
    `insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth, valid_from, valid_to)
     values ($1, $2, $3, 'Roma', true, 1, now() - interval '20 days', now() - interval '10 days')`,
    [idOf('Rome'), tree, idOf('America')],
  );
  const at = (ago: number) => `?treeAt=${new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)}`;
  expect(names(await place(idOf('Rome'), at(15)))).toEqual([['America', 'Roma'], [], 0]);
  expect(names(await place(idOf('Europe'), at(15)))).toEqual([['Europe'], ['Berlin'], 1]);
  expect(names(await place(idOf('Europe'), at(5)))).toEqual([['Europe'], ['Berlin', 'Rome'], 2]);
  expect((await place(idOf('Europe'), at(30))).error.code).toBe('org_node_not_then');
  expect((await place(4711, at(5))).error.code).toBe('org_node_not_found');
});
