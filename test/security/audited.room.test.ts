import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startProxy } from '../../lab/simulators/proxy.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { small } from '../../lab/simulators/sonarqube/scenarios.ts';
import { type Hub, startHub } from '../../src/hub.ts';
import { loadConfig } from '../../src/platform/config/index.ts';
import { silentLog } from '../../src/platform/telemetry/index.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

/*
 * "Every change, sign-in and sign-in refused for its name or password, and every attempt to send a stored secret another
 * way, is in Settings → Audit trail" (docs/operations.md). Each is done here and looked up there; a route that is not
 * named below fails the first test, so that whoever adds one decides.
 */

/** Routes that change nothing, or nothing a person decides. */
const noChange: Record<string, string> = {
  'POST /api/v1/explorer/query': 'reads',
  'DELETE /api/v1/explorer/query/{queryId}': 'ends a reading',
  'POST /api/v1/integrations/check': 'saves nothing',
  'POST /api/v1/integrations/{id}/check': 'keeps what a server said',
  'POST /api/v1/integrations/choices': 'reads',
  'POST /api/v1/integrations/{id}/choices': 'reads',
  'POST /api/v1/integrations/{id}/sync': 'is a run, which says who asked',
  'POST /api/v1/integrations/{id}/aggregation': 'is a run, which says who asked',
  'POST /api/v1/integrations/{id}/audits': 'is a run, which says who asked',
  'POST /api/v1/runs/{id}/cancel': 'the run says so',
  'POST /api/v1/runs/{id}/retry': 'is a run, which says who asked',
  'POST /api/v1/integrations/{id}/webhook/compare': 'reads',
  'POST /api/v1/repositories/{id}/merge-checks/look': 'keeps what a server said',
  'POST /api/v1/policy/evaluate': 'judges',
  'POST /api/v1/policy/compare': 'judges',
  'POST /api/v1/retention/preview': 'reads',
  'POST /api/v1/people/uploads': 'lays a file aside; saving it is what counts',
  'POST /api/v1/people/uploads/{id}/check': 'reads',
  'POST /api/v1/org-trees/preview': 'reads',
  'POST /api/v1/teams/{id}/projects/preview': 'reads',
  'POST /api/v1/teams/{id}/things/preview': 'reads',
  'POST /api/v1/settings/single-sign-on/check': 'reads',
  'POST /api/v1/sign-in/start': 'leads to a provider; coming back is what counts',
  'POST /api/v1/account/second-factor': 'shows a secret; its first code is what counts',
  'POST /api/v1/sign-in/second-factor': 'shows a secret; its first code is what counts',
};

/** Done in the test of the room, which knows what has to be there first. */
const elsewhere: Record<string, [action: string, test: string]> = {
  'POST /api/v1/deployments': ['deployment.report', 'src/features/deployments/deployed/deployments.room.test.ts'],
  'PUT /api/v1/teams/{id}/projects': ['team.projects', 'src/features/teams/belongings/belongings.room.test.ts'],
  'PUT /api/v1/teams/{id}/things': ['team.things', 'src/features/teams/settings/settings.room.test.ts'],
  'POST /api/v1/teams/{id}/assignments': ['team.assign', 'src/features/teams/settings/settings.room.test.ts'],
  'PUT /api/v1/teams/{id}/integrations': ['team.integrations', 'src/features/teams/settings/settings.room.test.ts'],
  'PUT /api/v1/org-trees/{id}/integrations': ['team.integrations', 'src/features/teams/settings/settings.room.test.ts'],
  'POST /api/v1/import/{id}/bulk': ['import.start', 'src/features/repositories/bulk/bulk.room.test.ts'],
  'POST /api/v1/import/{id}/bulk/{bulk}/cancel': ['import.cancel', 'src/features/repositories/bulk/bulk.room.test.ts'],
  'PUT /api/v1/insights/targets/nodes/{id}': ['insights.targets', 'src/features/insights/targets/targets.room.test.ts'],
  'POST /api/v1/insights/reports': ['saved_report.created', 'src/features/insights/saved/saved.room.test.ts'],
  'PATCH /api/v1/insights/reports/{id}': ['saved_report.changed', 'src/features/insights/saved/saved.room.test.ts'],
  'DELETE /api/v1/insights/reports/{id}': ['saved_report.deleted', 'src/features/insights/saved/saved.room.test.ts'],
  'POST /api/v1/insights/views': ['saved_view.created', 'src/features/insights/saved/saved.room.test.ts'],
  'PATCH /api/v1/insights/views/{id}': ['saved_view.changed', 'src/features/insights/saved/saved.room.test.ts'],
  'DELETE /api/v1/insights/views/{id}': ['saved_view.deleted', 'src/features/insights/saved/saved.room.test.ts'],
  'POST /api/v1/identities': ['identity.confirm', 'src/features/teams/identities/identities.room.test.ts'],
  'DELETE /api/v1/identities/{id}': ['identity.remove', 'src/features/teams/identities/identities.room.test.ts'],
  'POST /api/v1/org-trees': ['org_tree.add', 'src/features/teams/trees/trees.room.test.ts'],
  'PUT /api/v1/org-trees/{id}': ['org_tree.change', 'src/features/teams/trees/trees.room.test.ts'],
  'DELETE /api/v1/org-trees/{id}': ['org_tree.remove', 'src/features/teams/trees/trees.room.test.ts'],
  'POST /api/v1/org-trees/{id}/apply': ['org_tree.build', 'src/features/teams/trees/trees.room.test.ts'],
  'PATCH /api/v1/people': ['people.save', 'src/features/teams/people/people.room.test.ts'],
  'DELETE /api/v1/people': ['people.save', 'src/features/teams/people/people.room.test.ts'],
  'POST /api/v1/people/uploads/{id}/save': ['people.save', 'src/features/teams/people/people.room.test.ts'],
  'POST /api/v1/bindings': ['binding.add', 'src/features/repositories/repositories.room.test.ts'],
  'POST /api/v1/bindings/{id}/look': ['binding.limit', 'src/features/repositories/suggestions.room.test.ts'],
  'PUT /api/v1/import/{id}/token': ['import_token.enter', 'src/features/repositories/import.room.test.ts'],
  'DELETE /api/v1/import/{id}/token': ['import_token.remove', 'src/features/repositories/import.room.test.ts'],
  'POST /api/v1/import/{id}/repositories': ['project.import', 'src/features/repositories/import.room.test.ts'],
  'PUT /api/v1/bindings/declared': ['binding.add', 'src/features/repositories/suggestions.room.test.ts'],
  'POST /api/v1/bindings/many': ['binding.add', 'src/features/repositories/suggestions.room.test.ts'],
  'PUT /api/v1/bindings/{id}': ['binding.change', 'src/features/repositories/repositories.room.test.ts'],
  'DELETE /api/v1/bindings/{id}': ['binding.remove', 'src/features/repositories/repositories.room.test.ts'],
  'POST /api/v1/pull-requests/{id}/report': ['report.again', 'src/features/reports/reports.room.test.ts'],
  'POST /api/v1/pull-requests/scan-parameters': [
    'companion.make',
    'src/features/reports/companion/companions.room.test.ts',
  ],
  'POST /api/v1/satellites/files': ['satellite_key.created', 'src/features/satellites/satellites.room.test.ts'],
  'POST /api/v1/satellites/keys/{id}/revoke': [
    'satellite_key.revoked',
    'src/features/satellites/satellites.room.test.ts',
  ],
  'POST /api/v1/sign-in/finish': ['session.started', 'src/features/access/single-sign-on/single-sign-on.room.test.ts'],
  'POST /api/v1/sign-in/back-channel-logout': [
    'session.ended',
    'src/features/access/single-sign-on/single-sign-on.room.test.ts',
  ],
  'PUT /api/v1/settings/single-sign-on': [
    'single_sign_on.changed',
    'src/features/access/single-sign-on/single-sign-on.room.test.ts',
  ],
  'PUT /api/v1/settings/sign-in': [
    'sign_in_rules.changed',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'DELETE /api/v1/account/sessions': ['session.ended', 'src/features/access/second-factor/second-factor.room.test.ts'],
  'DELETE /api/v1/account/sessions/{id}': [
    'session.ended',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'DELETE /api/v1/users/{id}/sessions': [
    'session.ended',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'DELETE /api/v1/users/{id}/sessions/{session}': [
    'session.ended',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'POST /api/v1/account/second-factor/confirm': [
    'second_factor.enrolled',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'POST /api/v1/account/second-factor/recovery-codes': [
    'second_factor.codes_renewed',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'POST /api/v1/account/second-factor/remove': [
    'second_factor.removed',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'DELETE /api/v1/users/{id}/second-factor': [
    'second_factor.removed',
    'src/features/access/second-factor/second-factor.room.test.ts',
  ],
  'POST /api/v1/setup': ['user.created', 'src/features/access/access.room.test.ts'],
  'POST /api/v1/account/password': ['user.password_changed', 'src/features/access/access.room.test.ts'],
  'POST /api/v1/held-absences/{id}/confirm': ['absence.confirm', 'src/features/images/held.room.test.ts'],
  'POST /api/v1/integrations/{id}/accept-server': [
    'integration.server_accepted',
    'src/features/integrations/integrations.room.test.ts',
  ],
  'POST /api/v1/integrations/{id}/deliveries/{delivery}/replay': [
    'delivery.replayed',
    'src/features/inbox/process.room.test.ts',
  ],
  'POST /api/v1/installation': [
    'installation.decided',
    'src/features/operations/installation/installation.room.test.ts',
  ],
  'POST /api/v1/outgoing-webhooks/deliveries/{id}/redeliver': [
    'outgoing_webhook.redelivered',
    'src/features/operations/outgoing-webhooks/outgoing-webhooks.room.test.ts',
  ],
  'POST /api/v1/policy/environments/{name}/images': [
    'environment.set',
    'src/features/policy/environments/environments.room.test.ts',
  ],
  'DELETE /api/v1/policy/environments/{name}/images': [
    'environment.remove',
    'src/features/policy/environments/environments.room.test.ts',
  ],
  'POST /api/v1/policy/waivers': ['policy.waive', 'src/features/policy/policy.room.test.ts'],
  'DELETE /api/v1/policy/waivers/{id}': ['policy.waiver_end', 'src/features/policy/policy.room.test.ts'],
};

let database: TestDatabase;
let hub: Hub;
let home: string;
let source: Simulator;
let local: string;
const done = new Set<string>();

beforeAll(async () => {
  source = await startSimulator({ profile: '26.9', scenario: small });
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-audited-'));
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'web',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  local = (await readFile(join(home, 'local.token'), 'utf8')).trim();
});

afterAll(async () => {
  await hub?.stop();
  await source?.close();
  await database?.drop();
  await rm(home, { recursive: true, force: true });
});

interface Answer {
  status: number;
  // Each step looks at the fields it is about.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
  cookie: string;
}

async function call(method: string, path: string, body?: object, cookie?: string): Promise<Answer> {
  const headers: Record<string, string> = {
    ...(cookie === undefined ? { authorization: `Bearer ${local}` } : { cookie, 'sec-fetch-site': 'same-origin' }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const response = await fetch(new URL(path, hub.url), { method, headers, body: JSON.stringify(body) ?? null });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') === true;
  const set = response.headers.getSetCookie().map((one) => one.split(';')[0]);
  return { status: response.status, body: json ? JSON.parse(text) : text, cookie: set.join('; ') };
}

const trail = async (): Promise<{ action: string; objectName: string | null; details: object }[]> =>
  (await call('GET', '/api/v1/audit?limit=500')).body.events;

/** Does it, expects one row of this action more, and counts the route as looked at. */
async function leaves(
  action: string,
  route: string,
  request: { path?: string; body?: object; status?: number; cookie?: string } = {},
): Promise<Answer> {
  const count = async (): Promise<number> => (await trail()).filter((event) => event.action === action).length;
  const before = await count();
  const [method = '', template = ''] = route.split(' ');
  const answer = await call(method, request.path ?? template, request.body, request.cookie);
  const wanted = request.status ?? Math.min(Math.max(answer.status, 200), 299);
  expect([route, answer.status, answer.status === wanted ? '' : answer.body]).toEqual([route, wanted, '']);
  expect([route, action, (await count()) - before]).toEqual([route, action, 1]);
  done.add(route);
  return answer;
}

describe('what the documentation says is in the audit trail', () => {
  const person = { email: 'ada@example.com', name: 'Ada', role: 'admin', password: 'correct horse battery' };
  const nobody = '';

  it('people, sign-ins, refused ones, tokens', async () => {
    const made = await leaves('user.created', 'POST /api/v1/users', { body: person });
    const one = `/api/v1/users/${made.body.user?.id ?? made.body.id}`;
    await leaves('user.changed', 'PATCH /api/v1/users/{id}', { path: one, body: { name: 'Ada L.' } });
    const { email, password } = person;
    await leaves('session.started', 'POST /api/v1/session', { body: { email, password }, cookie: nobody });
    const wrong = { body: { email, password: 'wrong horse battery' }, cookie: nobody };
    await leaves('session.refused', 'POST /api/v1/session', { ...wrong, status: 401 });
    const unknown = { body: { email: 'eve@example.com', password: 'wrong horse battery' }, cookie: nobody };
    await leaves('session.refused', 'POST /api/v1/session', { ...unknown, status: 401 });
    const other = await call('POST', '/api/v1/session', { email, password }, nobody);
    await leaves('session.ended', 'DELETE /api/v1/session', { cookie: other.cookie });
    const token = await leaves('api_token.created', 'POST /api/v1/tokens', { body: { name: 'ci', role: 'viewer' } });
    await leaves('api_token.revoked', 'DELETE /api/v1/tokens/{id}', { path: `/api/v1/tokens/${token.body.token.id}` });
    const kept = await leaves('api_token.created', 'POST /api/v1/tokens', { body: { name: 'cd', role: 'viewer' } });
    await leaves('api_token.rotated', 'POST /api/v1/tokens/{id}/rotate', {
      path: `/api/v1/tokens/${kept.body.token.id}/rotate`,
      body: {},
    });
    const second = await leaves('user.created', 'POST /api/v1/users', {
      body: { ...person, email: 'bob@example.com' },
    });
    const gone = `/api/v1/users/${second.body.user?.id ?? second.body.id}`;
    await leaves('user.removed', 'DELETE /api/v1/users/{id}', { path: gone });
  });

  it('service accounts and their tokens', async () => {
    const body = { name: 'deploy-bot', role: 'viewer' };
    const made = await leaves('service_account.created', 'POST /api/v1/service-accounts', { body });
    const path = `/api/v1/service-accounts/${made.body.id}`;
    const one = '/api/v1/service-accounts/{id}';
    await leaves('service_account.changed', `PATCH ${one}`, { path, body: { enabled: false } });
    const token = { name: 'ci', expiresAt: null };
    await leaves('api_token.created', `POST ${one}/tokens`, { path: `${path}/tokens`, body: token });
    const taken = { path: `${path}/take-over`, body: { tokens: 'end' } };
    await leaves('service_account.taken_over', `POST ${one}/take-over`, taken);
    await leaves('service_account.removed', `DELETE ${one}`, { path });
  });

  it('a series of sign-ins that is slowed down is there once', async () => {
    const body = { email: 'mallory@example.com', password: 'wrong horse battery' };
    const statuses: number[] = [];
    for (let n = 0; n < 14; n++) statuses.push((await call('POST', '/api/v1/session', body, nobody)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    const rows = (await trail()).filter(({ objectName }) => objectName === body.email);
    expect(rows.filter(({ details }) => 'throttled' in details)).toHaveLength(1);
    expect(rows).toHaveLength(11);
  });

  it('integrations, their credentials, and each attempt to send a secret another way', async () => {
    const secrets = { apiToken: source.tokens.admin };
    const body = { name: 'sonar', kind: 'sonarqube', settings: { url: source.url }, secrets };
    const { integration } = (await leaves('integration.created', 'POST /api/v1/integrations', { body })).body;
    const path = `/api/v1/integrations/${integration.id}`;
    const patch = 'PATCH /api/v1/integrations/{id}';
    const vouching = await startProxy({ target: source.url, tls: true });
    onTestFinished(() => vouching.close());
    await leaves('integration.changed', patch, { path, body: { tags: ['team'] } });
    for (const way of [
      { url: 'https://elsewhere.example' },
      { proxy: 'http://127.0.0.1:3128' },
      { caCertificate: vouching.ca },
    ]) {
      const settings = { url: source.url, ...way };
      const before = (await trail()).filter(({ action }) => action === 'integration.change_refused').length;
      const { status, body: said } = await call('PATCH', path, { settings });
      expect([way, status >= 400, said.error?.code]).toEqual([way, true, 'secrets_required']);
      expect((await trail()).filter(({ action }) => action === 'integration.change_refused')).toHaveLength(before + 1);
    }
    const again = 'POST /api/v1/integrations/{id}/reauthenticate';
    await leaves('integration.reauthenticated', again, { path: `${path}/reauthenticate`, body: { secrets } });
    const declared = { ...body, tags: ['declared'] };
    const { name: _, ...rest } = declared;
    await leaves('integration.changed', 'PUT /api/v1/integrations/by-name/{name}', {
      path: '/api/v1/integrations/by-name/sonar',
      body: rest,
    });
    await leaves('integration.paused', 'POST /api/v1/integrations/{id}/pause', { path: `${path}/pause` });
    await leaves('integration.resumed', 'POST /api/v1/integrations/{id}/resume', { path: `${path}/resume` });
    const webhook = '/api/v1/integrations/{id}/webhook';
    const wanted = { path: `${path}/webhook`, body: { scope: 'global' } };
    await leaves('webhook.set_up', `PUT ${webhook}`, wanted);
    await leaves('webhook.rotated', `POST ${webhook}/rotate`, { path: `${path}/webhook/rotate`, body: {} });
    await leaves('webhook.removed', `DELETE ${webhook}`, { path: `${path}/webhook`, body: {} });
    await leaves('webhook.secret_handed_out', 'POST /api/v1/integrations/{id}/webhook-secret', {
      path: `${path}/webhook-secret`,
      body: {},
    });
    const added = await leaves('credential.created', 'POST /api/v1/integrations/{id}/credentials', {
      path: `${path}/credentials`,
      body: { label: 'second', secrets },
    });
    const second = added.body.integration.credentials.at(-1).id;
    const one = `${path}/credentials/${second}`;
    const ofOne = '/api/v1/integrations/{id}/credentials/{credentialId}';
    await leaves('credential.changed', `PATCH ${ofOne}`, { path: one, body: { label: 'other' } });
    await leaves('credential.disabled', `POST ${ofOne}/disable`, { path: `${one}/disable` });
    await leaves('credential.deleted', `DELETE ${ofOne}`, { path: one });
    const remove = { path, body: { name: 'sonar' } };
    await leaves('integration.deletion_requested', 'DELETE /api/v1/integrations/{id}', remove);
  });

  it('addresses for events, by their host alone', async () => {
    const secret = 'T0K3N-in-a-path';
    const body = { url: `https://chat.example/hooks/${secret}`, events: ['gate.changed'] };
    const made = await leaves('outgoing_webhook.created', 'POST /api/v1/outgoing-webhooks', { body });
    const path = `/api/v1/outgoing-webhooks/${made.body.endpoint.id}`;
    const one = '/api/v1/outgoing-webhooks/{id}';
    await leaves('outgoing_webhook.changed', `PATCH ${one}`, { path, body: { description: 'team' } });
    await leaves('outgoing_webhook.tested', `POST ${one}/test`, { path: `${path}/test` });
    await leaves('outgoing_webhook.secret_rotated', `POST ${one}/rotate-secret`, { path: `${path}/rotate-secret` });
    await leaves('outgoing_webhook.deleted', `DELETE ${one}`, { path });
    const rows = (await trail()).filter(({ action }) => action.startsWith('outgoing_webhook.'));
    expect(JSON.stringify(rows)).toContain('chat.example');
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('policy, saved queries, logins of analysts, retention, keys, backups', async () => {
    const rule = { repository: 'https://git.example/team/app', projects: [{ projectKey: 'shop' }] };
    const mapped = await leaves('policy.mapping_add', 'POST /api/v1/policy/mappings', { body: rule });
    const { id } = mapped.body.mapping;
    await leaves('policy.mapping_add', 'PUT /api/v1/policy/mappings/{id}', {
      path: `/api/v1/policy/mappings/${id}`,
      body: { ...rule, projects: [{ projectKey: 'billing' }] },
    });
    const declared = { mappings: [{ ...rule, repository: 'https://git.example/team/other' }] };
    await leaves('policy.mapping_add', 'PUT /api/v1/policy/mappings', { body: declared });
    const [current] = (await call('GET', '/api/v1/policy/mappings')).body.mappings;
    await leaves('policy.mapping_end', 'DELETE /api/v1/policy/mappings/{id}', {
      path: `/api/v1/policy/mappings/${current.id}`,
    });
    const { settings } = (await call('GET', '/api/v1/policy/settings')).body;
    const now = settings ?? (await call('GET', '/api/v1/policy/settings')).body;
    await leaves('policy.settings', 'PUT /api/v1/policy/settings', { body: { ...now, warnFails: !now.warnFails } });
    const failed = { rolledBackFails: true, abortedFails: true, supersededCounts: false };
    await leaves('delivery.settings', 'PUT /api/v1/delivery/settings', { body: failed });
    const targets = { targets: { critical: 7, high: 30, medium: null, low: null }, warnPercent: 25 };
    const resolved = { accepted: true, falsePositive: false };
    await leaves('insights.resolved', 'PUT /api/v1/insights/resolved', { body: resolved });
    await leaves('insights.targets', 'PUT /api/v1/insights/targets', { body: targets });
    const query = { name: 'Open', sql: 'select 1' };
    const saved = await leaves('saved_query.created', 'POST /api/v1/explorer/queries', { body: query });
    const ofQuery = saved.body.query?.id ?? saved.body.id;
    const path = `/api/v1/explorer/queries/${ofQuery}`;
    await leaves('saved_query.changed', 'PATCH /api/v1/explorer/queries/{id}', { path, body: { name: 'Open ones' } });
    await leaves('saved_query.deleted', 'DELETE /api/v1/explorer/queries/{id}', { path });
    const analyst = await leaves('analyst.created', 'POST /api/v1/explorer/analysts', { body: { name: 'Grace' } });
    const login = `/api/v1/explorer/analysts/${analyst.body.analyst.id}`;
    await leaves('analyst.revoked', 'DELETE /api/v1/explorer/analysts/{id}', { path: login });
    await leaves('retention.change', 'PUT /api/v1/retention', { body: { days: { audit_trail: 800 } } });
    await leaves('vault.rotate', 'POST /api/v1/vault/rotation');
    await leaves('backup.make', 'POST /api/v1/backup');
  });

  it('is one chain, whatever wrote to it', async () => {
    const { body } = await call('GET', '/api/v1/audit/chain');
    expect(body).toMatchObject({ whole: true, broken: null });
    expect(body.rows).toBe(body.last.sequence);
    expect(body.rows).toBeGreaterThanOrEqual((await trail()).length);
  });

  it('is of every route that changes something, here or in the test of its room', async () => {
    const { paths } = (await call('GET', '/api/v1/openapi.json')).body;
    const changing = Object.entries<object>(paths)
      .filter(([path]) => path.startsWith('/api/v1/'))
      .flatMap(([path, operations]) =>
        Object.keys(operations)
          .filter((method) => method !== 'get')
          .map((method) => `${method.toUpperCase()} ${path}`),
      );
    expect(changing.length).toBeGreaterThan(40);
    const known = new Set([...done, ...Object.keys(noChange), ...Object.keys(elsewhere)]);
    expect(changing.filter((route) => !known.has(route))).toEqual([]);
    expect([...Object.keys(noChange), ...Object.keys(elsewhere)].filter((route) => !changing.includes(route))).toEqual(
      [],
    );
    for (const [route, [action, test]] of Object.entries(elsewhere))
      expect([route, (await readFile(new URL(`../../${test}`, import.meta.url), 'utf8')).includes(action)]).toEqual([
        route,
        true,
      ]);
  });
});
