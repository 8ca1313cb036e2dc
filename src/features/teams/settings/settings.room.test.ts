import { describe, expect, it } from 'vitest';
import { generate } from '../../../../bench/insights/generate.ts';
import { testHub } from '../../../../test/support/hub.ts';
import type { Ownership, Sections, Team, TeamThings, ThingOwnership, ThingRule, ThingsPreview } from '../contract.ts';
import { createTeams, type Teams } from '../index.ts';

async function hubOf() {
  let teams: Teams | undefined;
  const told: string[] = [];
  const hub = await testHub({
    routes: (db) => {
      teams = createTeams({
        db,
        tell: async (_tx, changes) => {
          told.push(...changes.map(({ kind }) => kind));
        },
      });
      return teams.routes;
    },
  });
  const people = ['Rome', 'Berlin'].map((site) => ({ name: site, email: `${site}@x.test`, attributes: { site } }));
  await hub.call('PATCH', '/api/v1/people', { body: { people } });
  const { tree } = (await hub.call('POST', '/api/v1/org-trees', { body: { name: 'Sites', levels: ['site'] } })).body;
  const list = (await hub.call('GET', '/api/v1/teams')).body.teams as Team[];
  const teamOf = (name: string): number => list.find((team) => team.name === name)?.id ?? 0;
  const id = (sql: string, values: unknown[]) =>
    hub.db.one<{ id: number }>(`${sql} returning id`, values).then((row) => row.id);
  const integration = (name: string, kind: string) =>
    id(`insert into integrations.integrations (name, kind, settings, state) values ($1, $2, '{}', 'active')`, [
      name,
      kind,
    ]);
  return {
    ...hub,
    told,
    id,
    tree: tree.id as number,
    rome: teamOf('Rome'),
    berlin: teamOf('Berlin'),
    integration,
    project: (of: number, key: string) =>
      id(
        `insert into code_quality.projects (integration_id, source_key, row_hash, name, qualifier, tags) values ($1, $2, gen_random_uuid(), $2, 'TRK', '{}')`,
        [of, key],
      ),
    repository: (of: number, project: string, slug: string) =>
      id(
        `insert into repositories.repositories (integration_id, source_key, row_hash, project, slug, name, archived, is_public, clone_urls)
         values ($1, $2 || '/' || $3, gen_random_uuid(), $2, $3, $3, false, false, '{}')`,
        [of, project, slug],
      ),
    react: async (name: string) => {
      await teams?.reactions.find((one) => one.name === name)?.handle('all', new AbortController().signal);
    },
  };
}

const rule = (thing: ThingRule['thing'], ...conditions: [string, string, ...string[]][]) => ({
  thing,
  conditions: conditions.map(([property, condition, ...values]) => ({ property, condition, values })),
});
const placesOf = ({ things }: TeamThings): string[] => things.map(({ thing, place }) => `${thing} ${place}`);

describe('which integrations count', () => {
  it('is what the tree says, unless a team says otherwise, and all where nobody says anything', async () => {
    const { call, rome, berlin, tree, integration, project } = await hubOf();
    const [first, second] = [await integration('first', 'sonarqube'), await integration('second', 'sonarqube')];
    await integration('git', 'bitbucket-server');
    await project(first, 'pay');
    await project(second, 'pay');
    const glob = { rules: [{ kind: 'glob', value: 'pay' }] };
    for (const team of [rome, berlin]) await call('PUT', `/api/v1/teams/${team}/projects`, { body: glob });
    const total = async (team: number) => (await call('GET', `/api/v1/teams/${team}/projects`)).body.total as number;
    expect([await total(rome), await total(berlin)]).toEqual([2, 2]);
    const say = (place: string, integrations: number[] | null) =>
      call('PUT', `/api/v1/${place}/integrations`, { body: { sections: [{ section: 'code_quality', integrations }] } });
    await say(`org-trees/${tree}`, [first]);
    await say(`teams/${berlin}`, [second, first]);
    expect([await total(rome), await total(berlin)]).toEqual([1, 2]);
    const shown = (await call('GET', `/api/v1/teams/${rome}/integrations`)).body as Sections;
    expect(shown.of).toMatchObject({ name: 'Rome', tree: { name: 'Sites' } });
    expect(shown.sections[0]).toMatchObject({
      section: 'code_quality',
      from: 'tree',
      integrations: [
        { name: 'first', chosen: true, inherited: true },
        { name: 'second', chosen: false, inherited: false },
      ],
    });
    const preview = await call('POST', `/api/v1/teams/${rome}/projects/preview`, { body: glob });
    expect(preview.body.taken).toEqual([1]);
    await say(`teams/${berlin}`, []);
    expect(await total(berlin)).toBe(0);
    await say(`teams/${berlin}`, null);
    await say(`org-trees/${tree}`, null);
    expect([await total(rome), await total(berlin)]).toEqual([2, 2]);
    expect((await say(`teams/${rome}`, [first, 4711])).body.error.code).toBe('invalid_request');
  });

  it('decides in the section Security what Security Insights count, and takes nothing away', async () => {
    const { call, db, rome, integration, project } = await hubOf();
    const [first, second] = [await integration('first', 'sonarqube'), await integration('second', 'sonarqube')];
    const counted = await project(first, 'pay');
    await project(second, 'pay');
    await call('PUT', `/api/v1/teams/${rome}/projects`, { body: { rules: [{ kind: 'key', value: 'pay' }] } });
    await call('PUT', `/api/v1/teams/${rome}/integrations`, {
      body: { sections: [{ section: 'security', integrations: [first] }] },
    });
    expect(await db.query('select node_id, project_id from shared.node_projects')).toEqual([
      { node_id: rome, project_id: counted },
    ]);
    expect((await call('GET', `/api/v1/teams/${rome}/projects`)).body.total).toBe(2);
  });
});

describe('repositories, services, pipelines, environments and images', () => {
  async function things() {
    const hub = await hubOf();
    const [git, harness, registry] = [
      await hub.integration('git', 'bitbucket-server'),
      await hub.integration('harness', 'harness'),
      await hub.integration('registry', 'oci-registry'),
    ];
    for (const slug of ['ledger', 'gateway']) await hub.repository(git, 'PAY', slug);
    const shop = await hub.repository(git, 'SHOP', 'web');
    const level = await hub.id(
      `insert into deployments.levels (integration_id, slice, organization, project) values ($1, 'project:pay/core', 'pay', 'core')`,
      [harness],
    );
    const defined = (table: string, key: string, tags: object[]) =>
      hub.id(
        `insert into deployments.${table} (integration_id, level_id, source_key, row_hash, name, tags${table === 'pipelines' ? ', modules' : ''})
         values ($1, $2, $3, gen_random_uuid(), upper($3), $4::jsonb${table === 'pipelines' ? `, '{}'` : ''})`,
        [harness, level, key, JSON.stringify(tags)],
      );
    const service = await defined('services', 'ledger_api', [{ key: 'team', value: 'rome' }]);
    await defined('services', 'ledger_web', []);
    await defined('pipelines', 'deploy', []);
    await defined('environments', 'live', [{ key: 'production', value: '' }]);
    await hub.id(
      `insert into images.repositories (integration_id, source_key, row_hash) values ($1, 'pay/ledger', gen_random_uuid())`,
      [registry],
    );
    const save = async (team: number, ...rules: object[]) =>
      (await hub.call('PUT', `/api/v1/teams/${team}/things`, { body: { rules } })).body as TeamThings;
    const ownership = async (thing: string, state = 'unowned') =>
      (await hub.call('GET', `/api/v1/org-trees/${hub.tree}/things?thing=${thing}&state=${state}`))
        .body as ThingOwnership;
    return { ...hub, git, shop, service, save, ownership };
  }

  it('belong to a team by conditions, shown before they are saved with who has them, too', async () => {
    const { call, save, rome, berlin, db, service, told } = await things();
    const tagged = rule('service', ['tag', 'equals', 'team:rome'], ['organization', 'equals', 'pay']);
    expect(placesOf(await save(rome, tagged))).toEqual(['service pay/core/ledger_api']);
    const rules = [
      rule('service', ['identifier', 'starts_with', 'ledger']),
      rule('environment', ['tag', 'equals', 'production']),
      rule('image', ['path', 'matches', 'pay/*']),
      rule('pipeline', ['name', 'equals', 'nothing']),
    ];
    const preview = (await call('POST', `/api/v1/teams/${berlin}/things/preview`, { body: { rules } }))
      .body as ThingsPreview;
    expect([preview.total, preview.taken]).toEqual([4, [2, 1, 1, 0]]);
    expect(
      preview.things.map(({ thing, alsoOf }) => [thing.thing, thing.place, alsoOf.map(({ name }) => name)]),
    ).toEqual([
      ['environment', 'pay/core/live', []],
      ['image', 'pay/ledger', []],
      ['service', 'pay/core/ledger_api', ['Rome']],
      ['service', 'pay/core/ledger_web', []],
    ]);
    expect((await call('GET', `/api/v1/teams/${berlin}/things`)).body).toEqual({ rules: [], total: 0, things: [] });
    told.length = 0;
    await save(berlin, ...rules);
    expect(told).toEqual(['team_belongings']);
    expect(
      await db.query(
        'select team_id, service_id, is_current from data.team_services where service_id = $1 order by 1',
        [service],
      ),
    ).toEqual(
      [rome, berlin].sort((a, b) => a - b).map((team) => ({ team_id: team, service_id: service, is_current: true })),
    );
    expect(
      await db.query(
        `select thing, count(*) as n, count(distinct thing_id) as things from shared.node_belongings where node_id = any ($1) group by 1 order by 1`,
        [[rome, berlin]],
      ),
    ).toEqual([
      { thing: 'environment', n: 1, things: 1 },
      { thing: 'image', n: 1, things: 1 },
      { thing: 'service', n: 3, things: 2 },
    ]);
  });

  it('keep the rules of other kinds where one kind is said anew', async () => {
    const { call, save, rome } = await things();
    await save(rome, rule('image', ['path', 'matches', 'pay/*']), rule('pipeline', ['name', 'equals', 'deploy']));
    const only = (thing: string, ...rules: object[]) =>
      call('PUT', `/api/v1/teams/${rome}/things`, { body: { only: thing, rules } });
    const saved = (await only('pipeline', rule('pipeline', ['name', 'equals', 'none']))).body as TeamThings;
    expect(placesOf(saved)).toEqual(['image pay/ledger']);
    expect(placesOf((await only('image')).body as TeamThings)).toEqual([]);
    expect((await only('image', rule('pipeline', ['name', 'equals', 'deploy']))).status).toBe(400);
  });

  it('are refused with a property that they have not', async () => {
    const { call, rome } = await things();
    const answer = await call('PUT', `/api/v1/teams/${rome}/things`, {
      body: { rules: [rule('image', ['tag', 'equals', 'x'])] },
    });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
  });

  it('become a team’s in one step, and stay with the history when they go', async () => {
    const { call, tree, rome, berlin, shop, git, integration, project, ownership, db, repository, react } =
      await things();
    const sonar = await integration('sonar', 'sonarqube');
    const web = await project(sonar, 'web');
    await db.execute(
      `insert into repositories.bindings (project_id, sonarqube_id, repository_id, mono, annotations, prefix, created_by) values ($1, $2, $3, false, false, '', 'x')`,
      [web, sonar, shop],
    );
    const assign = (team: number, body: object) => call('POST', `/api/v1/teams/${team}/assignments`, { body });
    expect((await assign(rome, { projects: [web] })).body).toEqual({ assigned: 1 });
    const unowned = await ownership('repository');
    expect(unowned.counts).toEqual({ unowned: 3, shared: 0, owned: 0 });
    expect(unowned.things.map(({ thing, suggestions }) => [thing.place, suggestions.map(({ name }) => name)])).toEqual([
      ['PAY/gateway', []],
      ['PAY/ledger', []],
      ['SHOP/web', ['Rome']],
    ]);
    await assign(berlin, { things: [{ thing: 'repository', id: shop }] });
    expect((await ownership('repository', 'owned')).things.map(({ thing }) => thing.place)).toEqual(['SHOP/web']);
    // Named by its path: nothing beside it comes with it.
    await repository(git, 'SHOP', 'web-old');
    await db.execute('update repositories.repositories set deleted_at = now() where id = $1', [shop]);
    await react('teams.belongings');
    expect((await ownership('repository', 'owned')).counts).toEqual({ unowned: 3, shared: 0, owned: 0 });
    expect(await db.query('select team_id, repository_id, is_current from data.team_repositories')).toEqual([
      { team_id: berlin, repository_id: shop, is_current: false },
    ]);
    expect((await assign(rome, { things: [{ thing: 'service', id: 4711 }] })).body.error.code).toBe('thing_not_found');
    expect((await call('GET', `/api/v1/org-trees/${tree}/projects?state=owned`)).body.total).toBe(1);
  });
});

it('whatever is said of a team is in the audit trail, with who said it and what', async () => {
  const { call, tree, rome, integration, project } = await hubOf();
  const sonar = await integration('sonar', 'sonarqube');
  const web = await project(sonar, 'web');
  const sections = [{ section: 'security', integrations: [sonar] }];
  await call('PUT', `/api/v1/org-trees/${tree}/integrations`, { body: { sections } });
  await call('PUT', `/api/v1/teams/${rome}/integrations`, { body: { sections } });
  const rules = [rule('image', ['path', 'matches', 'pay/*'])];
  await call('PUT', `/api/v1/teams/${rome}/things`, { body: { rules } });
  await call('POST', `/api/v1/teams/${rome}/assignments`, { body: { projects: [web] } });
  const { events } = (await call('GET', '/api/v1/audit')).body;
  const said = (events as { action: string; objectKind: string; objectName: string; details: object }[]).map(
    ({ action, objectKind, objectName, details }) => [action, objectKind, objectName, details],
  );
  expect(said.slice(0, 4)).toEqual([
    ['team.assign', 'team', 'Rome', { rules: [{ kind: 'key', value: 'web' }] }],
    ['team.things', 'team', 'Rome', { rules }],
    ['team.integrations', 'team', 'Rome', { sections }],
    ['team.integrations', 'org_tree', 'Sites', { sections }],
  ]);
});

it('a project that is nobody’s is proposed to the teams whose people its findings name', async () => {
  const { call, db, tree, rome, berlin } = await hubOf();
  await generate(db, {
    findings: 400,
    projects: 3,
    seed: 7,
    now: new Date('2026-11-20T10:00:00.000Z'),
    days: 'pending',
  });
  const authors = await db.query<{ id: number; integration_id: number; name: string }>(
    'select id, integration_id, name from code_quality.authors order by id',
  );
  const person = await db.query<{ id: number; email: string }>('select id, email from teams.people order by email');
  // Every third author is of Rome, every other third of Berlin; the rest is nobody known.
  const identities = authors.flatMap(({ integration_id: integration, name }, at) =>
    at % 3 === 2 ? [] : [{ integration, value: name, person: person[at % 3 === 0 ? 1 : 0]?.id }],
  );
  for (let at = 0; at < identities.length; at += 1000) {
    await call('POST', '/api/v1/identities', { body: { identities: identities.slice(at, at + 1000) } });
  }
  const list = (await call('GET', `/api/v1/org-trees/${tree}/projects`)).body as Ownership;
  expect(list.projects).toHaveLength(3);
  for (const { project, suggestions } of list.projects) {
    const plain = await db.query<{ id: number; findings: number }>(
      `select case when (a.rank - 1) % 3 = 0 then $2::bigint else $3::bigint end as id, count(*) as findings
         from code_quality.findings f join (select id, row_number() over (order by id) as rank from code_quality.authors) a on a.id = f.author_id
        where f.project_id = $1 and f.state = 'open' and f.deleted_at is null and (a.rank - 1) % 3 <> 2
        group by 1 order by 2 desc`,
      [project.id, rome, berlin],
    );
    expect(suggestions.map(({ id, findings }) => ({ id, findings }))).toEqual(plain);
    expect(plain.length).toBeGreaterThan(0);
  }
  expect((await call('GET', `/api/v1/org-trees/${tree}/projects?state=owned`)).body.projects).toEqual([]);
});
