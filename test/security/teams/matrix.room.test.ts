import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, may, type Permission } from '../../../src/features/access/index.ts';
import { type Hub, startHub } from '../../../src/hub.ts';
import { loadConfig } from '../../../src/platform/config/index.ts';
import { silentLog } from '../../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { nodeRoutes, ownRoutes, rowsRoutes } from './routes-table.ts';
import { type Seeded, type SeededTeam, seedTeams } from './seed.ts';

/*
 * Every route of the document × role × what the caller works in. A route that is about rows is asked for the caller's own,
 * for the other team's and for nobody's, and no text of others may be anywhere in what comes back.
 */

interface Operation {
  name: string;
  method: string;
  path: string;
  permission: Permission | 'public' | 'signed_in';
  scope: string;
}

let database: TestDatabase;
let hub: Hub;
let home: string;
let seeded: Seeded;
let operations: Operation[];
const tokens = new Map<string, string>();

const roles = ['viewer', 'team_manager'] as const;
/** What a caller works in: the nodes, or everything. */
const reaches = {
  everything: () => null,
  a: () => [seeded.a.node],
  b: () => [seeded.b.node],
  nothing: () => [],
} as const;
type Reach = keyof typeof reaches;

async function call(
  method: string,
  path: string,
  token: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(new URL(path, hub.url), {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

const callAs = (role: string, reach: Reach, path: string, method = 'GET', body?: object) =>
  call(method, path, tokens.get(`${role} of ${reach}`) ?? '', body);

async function tokenFor(local: string, role: string, nodes: readonly number[] | null): Promise<string> {
  const response = await fetch(new URL('/api/v1/tokens', hub.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${local}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: role, role, nodes }),
  });
  return ((await response.json()) as { secret: string }).secret;
}

beforeAll(async () => {
  database = await cloneDatabase();
  seeded = await seedTeams(database.db);
  home = await mkdtemp(join(tmpdir(), 'plumbline-matrix-'));
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  const local = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  for (const role of roles)
    for (const [reach, nodes] of Object.entries(reaches))
      tokens.set(`${role} of ${reach}`, await tokenFor(local, role, nodes()));
  const { paths } = JSON.parse((await call('GET', '/api/v1/openapi.json', local)).text) as {
    paths: Record<string, Record<string, Record<string, unknown>>>;
  };
  operations = Object.entries(paths)
    .filter(([path]) => /^\/api\/(?!v1\/openapi\.json)/.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\}/g, '1'),
        permission: operation['x-permission'] as Operation['permission'],
        scope: operation['x-scope'] as string,
      })),
    );
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

const scopeOf = (name: string): string =>
  name in rowsRoutes ? 'rows' : nodeRoutes.includes(name) ? 'node' : ownRoutes.includes(name) ? 'own' : 'organization';

describe('every route of the document', () => {
  it('has a row that says whose rows it is about, as it declares itself', () => {
    expect(operations.length).toBeGreaterThan(150);
    expect(operations.filter(({ name, scope }) => scope !== scopeOf(name)).map(({ name }) => name)).toEqual([]);
    const names = new Set(operations.map(({ name }) => name));
    expect([...Object.keys(rowsRoutes), ...nodeRoutes, ...ownRoutes].filter((name) => !names.has(name))).toEqual([]);
  });

  it('about the whole organization, or a node of others, refuses every role that works in some teams, before it looks at the request', async () => {
    const wrong: string[] = [];
    for (const { name, method, path } of operations.filter(({ scope }) => scope === 'organization' || scope === 'node'))
      for (const role of roles)
        for (const reach of ['a', 'nothing'] as const) {
          const { status, text } = await callAs(role, reach, path, method);
          const refused = path.startsWith('/api/connections') ? 422 : 403;
          if (status !== refused || !text.includes('not_authorized'))
            wrong.push(`${name} as ${role} of ${reach}: ${status}`);
        }
    expect(wrong).toEqual([]);
  });

  it('about rows needs a permission that such a caller has', () => {
    const within: Pick<Actor, 'within'> = { within: [[1]] };
    const unreachable = operations.filter(
      ({ scope, permission }) =>
        (scope === 'rows' || scope === 'node') && !may({ role: 'team_manager', ...within }, permission as Permission),
    );
    expect(unreachable.map(({ name }) => name)).toEqual([]);
  });
});

/** Every text of others than the caller's team. */
const foreign = (reach: Reach, text: string): string[] => {
  const others = {
    everything: [],
    a: [seeded.b, seeded.nobody],
    b: [seeded.a, seeded.nobody],
    nothing: [seeded.a, seeded.b, seeded.nobody],
  };
  return others[reach].filter(({ marker }) => text.includes(marker)).map(({ marker }) => marker);
};

describe.each(Object.keys(rowsRoutes))('%s', (name) => {
  const route = rowsRoutes[name]!;
  const [method] = name.split(' ');
  /** Who may ask at all. */
  const asking = route.body === undefined ? roles : (['team_manager'] as const);
  const ask = (role: string, reach: Reach, path: string) => callAs(role, reach, path, method, route.body);

  it('shows everything to who works everywhere, so that what is looked for can be found', async () => {
    for (const team of [seeded.a, seeded.b]) {
      const answers = await Promise.all(route.ask(team, seeded).map((path) => ask(asking[0], 'everything', path)));
      expect(answers.map(({ status, text }) => (status === 200 ? 200 : [status, text]))).toEqual(
        answers.map(() => 200),
      );
      if (route.quiet !== true) for (const { text } of answers) expect(text).toContain(team.marker);
    }
  });

  it.each(asking)('shows a %s of a team that team’s rows alone, whatever is asked for', async (role) => {
    const own: Record<'a' | 'b', SeededTeam> = { a: seeded.a, b: seeded.b };
    for (const reach of ['a', 'b', 'nothing'] as const) {
      for (const team of [seeded.a, seeded.b, seeded.nobody]) {
        for (const path of route.ask(team, seeded)) {
          const { status, text } = await ask(role, reach, path);
          expect([path, reach, status, foreign(reach, text)]).toEqual([
            path,
            reach,
            status < 500 ? status : 'none',
            [],
          ]);
          if (reach === 'nothing' || team !== own[reach]) continue;
          expect([path, status, status === 200 ? '' : text]).toEqual([path, 200, '']);
          if (route.quiet !== true) expect([path, text]).toEqual([path, expect.stringContaining(team.marker)]);
        }
      }
    }
  });

  it('counts what it shows', async () => {
    if (route.count === undefined) return;
    const path = route.ask(seeded.a, seeded)[0] ?? '';
    // Of a tree in which somebody has no part there is nothing to count.
    const count = async (reach: Reach): Promise<number> => {
      const { status, text } = await ask(asking[0], reach, path);
      return status === 404 ? 0 : (route.count?.(JSON.parse(text)) as number);
    };
    const [all, a, b, nothing] = [
      await count('everything'),
      await count('a'),
      await count('b'),
      await count('nothing'),
    ];
    expect([a, b, nothing]).toEqual([1, 1, 0].map((n) => n * a));
    expect(a).toBeGreaterThan(0);
    expect(all).toBeGreaterThan(a);
  });
});
