import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Hub, startHub } from '../../../src/hub.ts';
import { loadConfig } from '../../../src/platform/config/index.ts';
import { silentLog } from '../../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { hasProperty, type Operation, readOperations } from '../routes/operations.ts';
import { rowsRoutes } from './routes-table.ts';
import { type Seeded, seedTeams } from './seed.ts';

/*
 * Wherever a node of an org tree is named, in an address, a query or a body: one that is in no tree now is refused, with
 * the code that says so, and never taken for a node without anything. What takes a node is found in the document.
 */

let database: TestDatabase;
let hub: Hub;
let home: string;
let token: string;
let seeded: Seeded;
let operations: Operation[];

async function call(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const response = await fetch(new URL(path, hub.url), init);
  return { status: response.status, text: await response.text() };
}

const failure = ({ status, text }: { status: number; text: string }): string => {
  const { code, message, remedy } = (status < 400 ? {} : JSON.parse(text).error) as Record<string, string>;
  return `${status} ${code ?? 'taken'}${message === '' || remedy === '' ? ' without words' : ''}`;
};

beforeAll(async () => {
  database = await cloneDatabase();
  seeded = await seedTeams(database.db);
  home = await mkdtemp(join(tmpdir(), 'plumbline-gone-'));
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  operations = readOperations(JSON.parse((await call('GET', '/api/v1/openapi.json')).text));
  // The team of b leaves its tree; that it was there stays.
  await database.db.execute('update teams.node_periods set valid_to = now() where node_id = $1', [seeded.b.node]);
});

afterAll(async () => {
  await hub?.stop();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

const settings = { name: 'Sign-in', issuer: 'https://login.example.com', clientId: 'plumbline', enabled: false };
const group = (node: number) => ({ group: 'team', role: 'viewer', node });
const rules = { rules: [] };
const password = 'correct horse battery staple';

/** What is sent where a node stands in the body, or in the address of what is no reading. */
const bodies: Record<string, (node: number) => object> = {
  'POST /api/v1/users': (node) => ({ email: 'x@example.com', name: 'X', role: 'viewer', nodes: [node], password }),
  'PATCH /api/v1/users/{id}': (node) => ({ role: 'viewer', nodes: [node] }),
  'POST /api/v1/tokens': (node) => ({ name: 'x', role: 'viewer', nodes: [node] }),
  'POST /api/v1/service-accounts': (node) => ({ name: 'x', role: 'viewer', nodes: [node] }),
  'PATCH /api/v1/service-accounts/{id}': (node) => ({ role: 'viewer', nodes: [node] }),
  'PUT /api/v1/settings/single-sign-on': (node) => ({ ...settings, groups: [group(node)] }),
  'POST /api/v1/insights/reports': (node) => ({ name: 'x', shared: true, definition: { report: 'issues', node } }),
  'PATCH /api/v1/insights/reports/{id}': (node) => ({ definition: { report: 'issues', node } }),
  'POST /api/v1/insights/views': (node) => ({ page: 'security', name: 'x', search: `node=${node}&severity=high` }),
  'PATCH /api/v1/insights/views/{id}': (node) => ({ search: `node=${node}` }),
  'PUT /api/v1/insights/targets/nodes/{id}': () => ({ targets: {} }),
  'PUT /api/v1/teams/{id}/projects': () => rules,
  'POST /api/v1/teams/{id}/projects/preview': () => rules,
  'PUT /api/v1/teams/{id}/things': () => rules,
  'POST /api/v1/teams/{id}/things/preview': () => rules,
  'PUT /api/v1/teams/{id}/integrations': () => ({ sections: [{ section: 'security', integrations: null }] }),
  'POST /api/v1/teams/{id}/assignments': () => ({ projects: [seeded.a.project], things: [] }),
};
/** Asks a provider and saves nothing. */
const leftOut = ['POST /api/v1/settings/single-sign-on/check'];

/** What is changed above, by the number that the address needs. */
async function ids(): Promise<Record<string, number>> {
  const made = async (path: string, body: object, of?: string) => {
    const { status, text } = await call('POST', path, body);
    expect([path, status < 300, status < 300 ? '' : text]).toEqual([path, true, '']);
    const answer = JSON.parse(text) as Record<string, { id: number }> & { id: number };
    return of === undefined ? answer.id : (answer[of]?.id ?? answer.id);
  };
  return {
    '/users/': await made('/api/v1/users', { email: 'a@example.com', name: 'A', role: 'viewer', password }, 'user'),
    '/service-accounts/': await made('/api/v1/service-accounts', { name: 'a', role: 'viewer' }, 'account'),
    '/reports/': await made('/api/v1/insights/reports', { name: 'a', definition: { report: 'issues' } }, 'report'),
    '/views/': await made('/api/v1/insights/views', { page: 'security', name: 'a', search: '' }, 'view'),
  };
}

const inAddress = /\/(teams|org-nodes|targets\/nodes)\/1(?=\/|$)/;
const takesNode = (operation: Operation): boolean =>
  inAddress.test(operation.path) ||
  operation.parameters.some(({ name }) => name === 'node') ||
  (operation.method !== 'GET' && hasProperty(operation.body, ['node', 'nodes'])) ||
  (operation.path.includes('/insights/views') && hasProperty(operation.body, ['search']));

/** The address with the node in it, as the table of routes asks. */
function addressOf({ name, path, parameters }: Operation, node: number, known: Record<string, number>): string {
  if (inAddress.test(path)) return path.replace(inAddress, `/$1/${node}`);
  if (parameters.some((parameter) => parameter.name === 'node')) {
    const [first = path] = rowsRoutes[name]?.ask(seeded.a, seeded) ?? [];
    const url = new URL(first, hub.url);
    url.searchParams.set('node', String(node));
    return `${url.pathname}${url.search}`;
  }
  const place = Object.keys(known).find((part) => path.includes(`${part}1`));
  return place === undefined ? path : path.replace(`${place}1`, `${place}${known[place]}`);
}

it('a node that is in no tree now is refused by every route that takes one', async () => {
  const known = await ids();
  const taking = operations.filter((operation) => takesNode(operation) && !leftOut.includes(operation.name));
  expect(taking.length).toBeGreaterThan(40);
  const sending = taking.filter(
    ({ method, parameters }) => method !== 'GET' && !parameters.some((p) => p.name === 'node'),
  );
  expect(sending.map(({ name }) => name).filter((name) => bodies[name] === undefined)).toEqual([]);
  const wrong: string[] = [];
  const never = 987_654;
  for (const operation of taking) {
    for (const node of [seeded.b.node, never]) {
      const answer = await call(operation.method, addressOf(operation, node, known), bodies[operation.name]?.(node));
      if (!['404 org_node_not_found', '404 team_not_found'].includes(failure(answer)))
        wrong.push(`${operation.name}: ${failure(answer)} ${answer.status < 400 ? '' : answer.text}`);
    }
    const code = inAddress.exec(operation.path)?.[1] === 'teams' ? 'team_not_found' : 'org_node_not_found';
    if (!operation.codes.includes(code)) wrong.push(`${operation.name} does not say ${code}`);
  }
  expect(wrong).toEqual([]);
  // The same with a node that is there, so that it is the node that was refused.
  const refused: string[] = [];
  for (const operation of taking) {
    const { node } = seeded.a;
    const answer = await call(operation.method, addressOf(operation, node, known), bodies[operation.name]?.(node));
    if (answer.status >= 300) refused.push(`${operation.name}: ${answer.status} ${answer.text}`);
  }
  expect(refused).toEqual([]);
});

it('what stood at a node that went can still be switched off, and is not said anew', async () => {
  const { node } = seeded.a;
  const send = async (method: string, path: string, body: object): Promise<string> => {
    const { status, text } = await call(method, path, body);
    return status < 300 ? String(status) : `${status} ${JSON.parse(text).error.code}`;
  };
  const provider = '/api/v1/settings/single-sign-on';
  const groups = [group(node)];
  const made = await call('POST', '/api/v1/service-accounts', { name: 'b', role: 'viewer', nodes: [node] });
  const { id } = JSON.parse(made.text).account ?? JSON.parse(made.text);
  const account = `/api/v1/service-accounts/${id}`;
  expect(await send('PUT', provider, { ...settings, groups })).toBe('200');
  await database.db.execute('update teams.node_periods set valid_to = now() where node_id = $1', [node]);
  expect(await send('PUT', `${provider}?dryRun=true`, { ...settings, enabled: true, groups })).toBe(
    '404 org_node_not_found',
  );
  expect(await send('PUT', provider, { ...settings, name: 'Off', groups })).toBe('200');
  expect(await send('PATCH', account, { enabled: false })).toBe('200');
  expect(await send('PATCH', account, { nodes: [node] })).toBe('404 org_node_not_found');
});
