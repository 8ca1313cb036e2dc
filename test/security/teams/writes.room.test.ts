import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { teamScope } from '../../../src/features/teams/index.ts';
import { type Hub, startHub } from '../../../src/hub.ts';
import { loadConfig } from '../../../src/platform/config/index.ts';
import { silentLog } from '../../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { nodeRoutes } from './routes-table.ts';
import { type Seeded, type SeededTeam, seedTeams } from './seed.ts';

/*
 * Who manages a node changes settings, rules of belonging and targets there and below, and nowhere else; hands on and gives
 * up what is theirs, and takes nothing: what a team has is what its people see.
 */

let database: TestDatabase;
let hub: Hub;
let home: string;
let seeded: Seeded;
const tokens = new Map<string, string>();

interface Answered {
  status: number;
  text: string;
  // Each test looks at the fields it is about.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

async function call(by: string, method: string, path: string, body?: object): Promise<Answered> {
  const headers = { authorization: `Bearer ${tokens.get(by)}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(new URL(path, hub.url), { method, headers, ...sent });
  const text = await answer.text();
  return { status: answer.status, text, body: JSON.parse(text) };
}

const codeOf = ({ status, body }: Answered): unknown => (status < 400 ? status : body.error.code);

beforeAll(async () => {
  database = await cloneDatabase();
  seeded = await seedTeams(database.db);
  await database.db.execute('delete from teams.project_rules');
  home = await mkdtemp(join(tmpdir(), 'plumbline-writes-'));
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  tokens.set('root', (await readFile(join(home, 'local.token'), 'utf8')).trim());
  const callers: [name: string, role: string, nodes: readonly number[] | null][] = [
    ['manager of a', 'team_manager', [seeded.a.node]],
    ['manager of the top', 'team_manager', [seeded.top]],
    ['manager', 'team_manager', null],
    ['viewer of a', 'viewer', [seeded.a.node]],
  ];
  for (const [name, role, nodes] of callers)
    tokens.set(name, (await call('root', 'POST', '/api/v1/tokens', { name, role, nodes })).body.secret);
  // What each team has stands on rules, so that following them changes nothing.
  for (const team of [seeded.a, seeded.b]) expect((await assign('root', team)).status).toBe(200);
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

const assign = (by: string, team: SeededTeam, to = team): Promise<Answered> =>
  call(by, 'POST', `/api/v1/teams/${to.node}/assignments`, {
    projects: [team.project],
    things: [
      { thing: 'repository', id: team.repository },
      { thing: 'image', id: team.imageRepository },
    ],
  });

/** What `a` has, as the database bounds it. */
const ofA = () => teamScope.rowsWithin(database.db, [[seeded.a.node]]);
const keyRule = ({ marker }: SeededTeam) => ({ kind: 'key', value: `${marker}-source_key` });
const pathRule = (path: string) => ({
  thing: 'repository',
  conditions: [{ property: 'path', condition: 'equals', values: [path] }],
});

/** A request of each kind that would be good. */
const changes: Record<string, object> = {
  'PUT /api/v1/teams/{id}/projects': { rules: [] },
  'PUT /api/v1/teams/{id}/things': { rules: [] },
  'PUT /api/v1/teams/{id}/integrations': { sections: [{ section: 'security', integrations: [] }] },
  'POST /api/v1/teams/{id}/assignments': {},
  'PUT /api/v1/insights/targets/nodes/{id}': { targets: { critical: 3 } },
};

describe('who manages a node', () => {
  it('changes nothing of nodes above, beside or that there are not, and is told the same of each', async () => {
    expect(Object.keys(changes)).toEqual(nodeRoutes);
    const before = await ofA();
    const { top, b, nobody, a } = seeded;
    const answers: unknown[] = [];
    for (const name of nodeRoutes)
      for (const node of [top, b.node, nobody.node, 999_999, 'x']) {
        const [method = '', path = ''] = name.replace('{id}', String(node)).split(' ');
        answers.push((await call('manager of a', method, path, changes[name])).body.error.message);
      }
    expect(new Set(answers)).toEqual(new Set(['This is no node of yours; you work in some teams.']));
    for (const name of nodeRoutes) {
      const [method = '', path = ''] = name.replace('{id}', String(a.node)).split(' ');
      expect([name, codeOf(await call('viewer of a', method, path, changes[name]))]).toEqual([name, 'not_authorized']);
    }
    expect(await ofA()).toEqual(before);
  });

  it('says its targets, and hears of no others', async () => {
    const { a, b } = seeded;
    await call('root', 'PUT', `/api/v1/insights/targets/nodes/${b.node}`, { targets: { high: 9 } });
    const path = `/api/v1/insights/targets/nodes/${a.node}`;
    const said = await call('manager of a', 'PUT', path, { targets: { critical: 3 } });
    expect(said).toMatchObject({ status: 200, body: { nodes: [{ node: a.node, targets: { critical: 3 } }] } });
    expect(said.text).not.toContain(b.marker);
    expect((await call('manager of a', 'GET', '/api/v1/insights/targets')).body.nodes).toHaveLength(1);
  });

  it('takes nothing that is not theirs, by no kind of rule, and no pattern that would take what comes later', async () => {
    const { a, b, nobody } = seeded;
    const before = await ofA();
    const path = `/api/v1/teams/${a.node}`;
    const put = (what: string, body: object) => call('manager of a', 'PUT', `${path}/${what}`, body);
    const rules = [
      keyRule(b),
      keyRule(nobody),
      { kind: 'key', value: 'nobody-has-this-yet' },
      { kind: 'glob', value: '*' },
      { kind: 'glob', value: 'nothing-yet-*' },
    ];
    for (const rule of rules)
      expect([rule, codeOf(await put('projects', { rules: [keyRule(a), rule] }))]).toEqual([rule, 'team_takes_more']);
    const { rules: own } = (await call('manager of a', 'GET', `${path}/things`)).body;
    const ofB = (await call('root', 'GET', `/api/v1/teams/${b.node}/things`)).body.rules;
    for (const rule of [...ofB, pathRule('NEW/one')])
      expect([rule, codeOf(await put('things', { rules: [...own, rule] }))]).toEqual([rule, 'team_takes_more']);
    for (const team of [b, nobody]) {
      expect(codeOf(await assign('manager of a', team, a))).toBe('thing_not_found');
      for (const one of [
        { projects: [team.project] },
        { things: [{ thing: 'repository', id: team.repository }] },
        { things: [{ thing: 'image', id: team.imageRepository }] },
      ])
        expect([one, codeOf(await call('manager of a', 'POST', `${path}/assignments`, one))]).toEqual([
          one,
          'thing_not_found',
        ]);
    }
    expect(await ofA()).toEqual(before);
    expect(codeOf(await put('projects', { rules: [keyRule(a)] }))).toBe(200);
    expect(codeOf(await put('things', { rules: own }))).toBe(200);
    expect(await ofA()).toEqual(before);
  });

  it('takes no pattern of a team of others, although it takes nothing yet', async () => {
    const { a, b } = seeded;
    const [projects, things] = [{ kind: 'glob', value: 'later-*' }, pathRule('LATER/one')];
    const put = (by: string, team: SeededTeam, what: string, rules: readonly object[]) =>
      call(by, 'PUT', `/api/v1/teams/${team.node}/${what}`, { rules });
    const ofB = (await call('root', 'GET', `/api/v1/teams/${b.node}/things`)).body.rules;
    expect(codeOf(await put('root', b, 'projects', [keyRule(b), projects]))).toBe(200);
    expect(codeOf(await put('root', b, 'things', [...ofB, things]))).toBe(200);
    expect(codeOf(await put('manager of a', a, 'projects', [projects]))).toBe('team_takes_more');
    expect(codeOf(await put('manager of a', a, 'things', [things]))).toBe('team_takes_more');
    expect(codeOf(await put('root', b, 'projects', [keyRule(b)]))).toBe(200);
    expect(codeOf(await put('root', b, 'things', ofB))).toBe(200);
  });

  it('takes nothing that is not theirs, even by a rule that stands', async () => {
    const { a } = seeded;
    const path = `/api/v1/teams/${a.node}/projects`;
    const before = await ofA();
    // It fits a project of others, too, which is not the team’s as long as nothing follows the rules.
    await database.db.execute(
      "insert into teams.project_rules (team_id, kind, value, created_by) values ($1, 'glob', $2, 'test')",
      [a.node, 'mk*'],
    );
    expect(codeOf(await call('manager of a', 'PUT', path, { rules: [{ kind: 'glob', value: 'mk*' }] }))).toBe(
      'team_takes_more',
    );
    expect(await ofA()).toEqual(before);
    expect(codeOf(await call('root', 'PUT', path, { rules: [keyRule(a)] }))).toBe(200);
  });

  it('leaves integrations out, and brings none in', async () => {
    const { a } = seeded;
    const path = `/api/v1/teams/${a.node}/integrations`;
    const [server] = await database.db.query<{ id: number }>(
      "select id from integrations.integrations where kind = 'harness' order by id",
    );
    const put = (by: string, integrations: number[] | null) =>
      call(by, 'PUT', path, { sections: [{ section: 'deployment', integrations }] });
    expect(codeOf(await put('root', []))).toBe(200);
    expect(codeOf(await put('manager of a', [server!.id]))).toBe('team_takes_more');
    expect(codeOf(await put('manager of a', null))).toBe('team_takes_more');
    expect(codeOf(await put('root', null))).toBe(200);
    const left = await put('manager of a', []);
    expect(left.status).toBe(200);
    for (const { marker } of [seeded.b, seeded.nobody]) expect(left.text).not.toContain(marker);
  });

  it('of several teams hands on what one has to another, also by a pattern that stands', async () => {
    const { a, b } = seeded;
    const pattern = { kind: 'glob', value: `${a.marker}-*` };
    const put = (by: string, team: SeededTeam, rules: object[]) =>
      call(by, 'PUT', `/api/v1/teams/${team.node}/projects`, { rules });
    expect(codeOf(await put('root', a, [pattern]))).toBe(200);
    expect(codeOf(await put('manager of the top', b, [keyRule(b), pattern]))).toBe(200);
    expect((await teamScope.rowsWithin(database.db, [[b.node]])).projects).toEqual(
      expect.arrayContaining([a.project, b.project]),
    );
    expect(codeOf(await put('manager of the top', b, [keyRule(b)]))).toBe(200);
    expect(codeOf(await put('manager', a, [keyRule(a), { kind: 'glob', value: 'anything-*' }]))).toBe(200);
    expect(codeOf(await put('manager', a, [keyRule(a)]))).toBe(200);
  });

  it('gives up what is theirs, and has it back from an administrator alone', async () => {
    const { a } = seeded;
    const put = (by: string, rules: object[]) => call(by, 'PUT', `/api/v1/teams/${a.node}/projects`, { rules });
    const given = await put('manager of a', []);
    expect(given).toMatchObject({ status: 200, body: { rules: [], total: 0 } });
    expect((await ofA()).projects).toEqual([]);
    expect(codeOf(await put('manager of a', [keyRule(a)]))).toBe('team_takes_more');
    expect(codeOf(await put('root', [keyRule(a)]))).toBe(200);
    expect((await ofA()).projects).toEqual([a.project]);
  });
});
