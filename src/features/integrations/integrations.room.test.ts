import { describe, expect, it } from 'vitest';
import { failedCheck, fakeConnector, report } from '../../../test/support/fake-connector.ts';
import { type TestHub, type TestHubOptions, testHub } from '../../../test/support/hub.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { IntegrationData } from './index.ts';

const token = 'squ_0123456789abcdef0123456789abcdef';
const wanted = {
  name: 'sonar-lab',
  kind: 'fake',
  tags: ['lab'],
  settings: { url: 'http://127.0.0.1:9000/', projectKeys: ['a'] },
  secrets: { apiToken: token },
};

async function hubWithFake(
  options: TestHubOptions = {},
): Promise<TestHub & { fake: ReturnType<typeof fakeConnector> }> {
  const fake = fakeConnector();
  return { ...(await testHub({ connectors: [fake.connector], ...options })), fake };
}

/** Everything the database holds, as text. */
async function dump(hub: TestHub): Promise<string> {
  const tables = await hub.db.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema in ('access', 'integrations', 'ingestion') and table_type = 'BASE TABLE'`,
  );
  const rows = await Promise.all(tables.map(({ name }) => hub.db.query(`select t::text as row from ${name} t`)));
  return JSON.stringify(rows);
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('creating an integration', () => {
  it('validates, saves, and shows everything but the secret', async () => {
    const hub = await hubWithFake();
    const answer = await hub.call('POST', '/api/v1/integrations', { body: wanted });
    expect(answer.status).toBe(201);
    expect(answer.body.report).toMatchObject({
      saveAllowed: true,
      checks: [{ name: 'reachable' }, { name: 'token_valid' }],
    });
    expect(answer.body.integration).toMatchObject({
      name: 'sonar-lab',
      kindTitle: 'Fake',
      baseUrl: 'http://127.0.0.1:9000/',
      state: 'active',
      serverId: 'server-1',
      syncIntervalSeconds: 900,
      settings: { url: 'http://127.0.0.1:9000/', projectKeys: ['a'] },
      credential: { label: 'default', kind: 'user', lastFour: 'cdef', expiresAt: '2030-01-01T00:00:00.000Z' },
    });
    for (const url of ['/api/v1/integrations', '/api/v1/integrations/sonar-lab', '/api/v1/audit']) {
      expect((await hub.call('GET', url)).text).not.toContain(token);
    }
    expect(await dump(hub)).not.toContain(token);
    const opened = await hub.integrations.sources.open(answer.body.integration.id);
    expect(opened).toMatchObject({
      secrets: { apiToken: token },
      hostKey: 'http://127.0.0.1:9000',
      intervalSeconds: 900,
    });
    // Known to be out of reach, unlike hotspots, which were not tried.
    expect([...opened.knownUnavailable]).toEqual(['measure_history']);
  });

  it.each(['invalid_credentials', 'tls_error', 'unreachable', 'not_a_sonarqube_server'] as const)(
    'stores nothing when a check failed with %s, whatever the caller says',
    async (code) => {
      const hub = await hubWithFake();
      hub.fake.answer(() => report(failedCheck(code)));
      const before = await dump(hub);
      await hub.call('GET', '/api/v1/integrations');
      const withToken = await dump(hub);
      const answer = await hub.call('POST', '/api/v1/integrations', { body: wanted });
      expect(answer.body.error).toMatchObject({
        code,
        message: `It failed with ${code}.`,
        remedy: 'Do the right thing.',
        upstream: 'HTTP 401',
        details: { check: 'token_valid', checks: [{ outcome: 'ok' }, { outcome: 'failed', code }] },
      });
      expect(before.length).toBeLessThan(withToken.length);
      expect((await hub.call('GET', '/api/v1/integrations')).body.integrations).toEqual([]);
      expect(await hub.db.query('select 1 from integrations.credentials')).toEqual([]);
      expect(await dump(hub)).not.toContain(token.slice(4));
      const forced = await hub.call('POST', '/api/v1/integrations', { body: { ...wanted, saveAllowed: true } });
      expect(forced.status).toBe(400);
    },
  );

  it('saves with a warning where the failure allows it', async () => {
    const hub = await hubWithFake();
    hub.fake.answer(() => report(failedCheck('project_not_found', { name: 'project_exists', saveAllowed: true })));
    const answer = await hub.call('POST', '/api/v1/integrations', { body: wanted });
    expect(answer.status).toBe(201);
    expect(answer.body.integration.checks).toContainEqual(
      expect.objectContaining({ code: 'project_not_found', saveAllowed: true }),
    );
    const { events } = (await hub.call('GET', '/api/v1/audit?action=integration.created')).body;
    expect(events[0].details.warnings).toEqual(['project_exists']);
  });

  it('names misspelt and missing fields and asks nobody then', async () => {
    const hub = await hubWithFake();
    const call = async (more: object) =>
      (await hub.call('POST', '/api/v1/integrations', { body: { ...wanted, ...more } })).body.error;
    expect(await call({ settings: { url: 'http://x/', projectKey: 'a' } })).toMatchObject({
      code: 'invalid_request',
      details: {
        fields: [
          {
            path: 'settings',
            message: 'has a field that is not known',
            known: expect.arrayContaining(['projectKeys']),
          },
        ],
      },
    });
    expect(await call({ secrets: { apiToken: ' ' } })).toMatchObject({
      details: { fields: [{ path: 'secrets.apiToken', message: 'Enter a token.' }] },
    });
    const choice = { settings: { url: 'http://x/', depth: 'deep' } };
    const options = [{ path: 'settings.depth', message: expect.stringMatching(/"whole".*"newest"/) }];
    expect(await call(choice)).toMatchObject({ code: 'invalid_request', details: { fields: options } });
    const { name: _, ...entry } = { ...wanted, ...choice };
    const applied = await hub.call('PUT', '/api/v1/integrations/by-name/chosen?dryRun=true', { body: entry });
    expect(applied).toMatchObject({ status: 400, body: { error: { details: { fields: options } } } });
    expect(await call({ kind: 'gitlab' })).toMatchObject({ code: 'connector_unknown' });
    expect(await call({ name: '42' })).toMatchObject({ code: 'invalid_request' });
    expect(await call({ name: 'x'.repeat(101) })).toMatchObject({ code: 'invalid_request' });
    expect(await call({ settings: { url: 'http://x/', proxy: 'http://user:hunter2@proxy:3128' } })).toMatchObject({
      code: 'invalid_request',
    });
    expect(hub.fake.seen).toEqual([]);
  });

  it('refuses a name that is taken, also when two ask at once', async () => {
    const hub = await hubWithFake();
    const answers = await Promise.all([1, 2, 3].map(() => hub.call('POST', '/api/v1/integrations', { body: wanted })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
    expect((await hub.call('POST', '/api/v1/integrations', { body: wanted })).body.error.code).toBe(
      'integration_name_taken',
    );
  });

  it('is for administrators; reading is for everybody', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    for (const as of ['team_manager', 'viewer'] as const) {
      expect((await hub.call('POST', '/api/v1/integrations', { as, body: wanted })).status).toBe(403);
      expect((await hub.call('POST', '/api/v1/integrations/check', { as, body: {} })).status).toBe(403);
      expect((await hub.call('POST', '/api/v1/integrations/sonar-lab/pause', { as })).status).toBe(403);
      expect((await hub.call('GET', '/api/v1/integrations', { as })).status).toBe(200);
      expect((await hub.call('GET', '/api/v1/network', { as })).status).toBe(200);
    }
    expect((await hub.call('GET', '/api/v1/integrations', { as: 'nobody' })).status).toBe(401);
  });
});

describe('a check', () => {
  const check = { kind: wanted.kind, settings: wanted.settings, secrets: wanted.secrets };

  it('tells of each step as it ends, then reports, and saves nothing', async () => {
    const hub = await hubWithFake();
    const answer = await hub.call('POST', '/api/v1/integrations/check', { body: check });
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    expect(lines(answer.text).map((line) => line.type)).toEqual(['check', 'check', 'report']);
    expect(lines(answer.text).at(-1).report.saveAllowed).toBe(true);
    const bad = await hub.call('POST', '/api/v1/integrations/check', {
      body: { ...check, secrets: { apiToken: 'bad' } },
    });
    expect(lines(bad.text).at(-1).report).toMatchObject({ saveAllowed: false });
    expect((await hub.call('GET', '/api/v1/integrations')).body.integrations).toEqual([]);
  });

  it('is answered with a status when it cannot begin, and with a line when it breaks', async () => {
    const hub = await hubWithFake();
    expect((await hub.call('POST', '/api/v1/integrations/check', { body: { ...check, settings: {} } })).status).toBe(
      400,
    );
    hub.fake.answer(() => {
      throw new PlumblineError('unreachable', { message: 'No route.' });
    });
    const broken = lines((await hub.call('POST', '/api/v1/integrations/check', { body: check })).text);
    expect(broken).toMatchObject([
      { type: 'check', check: { outcome: 'failed', code: 'unreachable', message: 'No route.' } },
      { type: 'report', report: { saveAllowed: false } },
    ]);
    hub.fake.answer(() => {
      throw new Error(`boom ${token}`);
    });
    const crashed = await hub.call('POST', '/api/v1/integrations/check', { body: check });
    expect(crashed.text).toContain('internal_server_error');
    expect(crashed.text).not.toContain(token);
  });

  it('never repeats a secret that the other side or a library repeats', async () => {
    const hub = await hubWithFake();
    hub.fake.answer(() => report(failedCheck('upstream_error', { upstream: `bad header: Bearer ${token}` })));
    const answer = await hub.call('POST', '/api/v1/integrations/check', { body: check });
    expect(lines(answer.text)[1].check.upstream).toBe('bad header: Bearer [secret]');
    expect((await hub.call('POST', '/api/v1/integrations', { body: wanted })).text).not.toContain(token);
  });

  it('that fails leaves what was known of the token’s abilities', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    hub.fake.answer(() => ({
      ...report(failedCheck('unreachable')),
      capabilities: [{ name: 'issues', title: 'Issues', available: false }],
      facts: {},
    }));
    const { integration } = (await hub.call('POST', '/api/v1/integrations/sonar-lab/check')).body;
    expect(integration).toMatchObject({
      capabilities: [{ name: 'issues', available: true }, {}, {}],
      facts: { version: '26.9' },
    });
    expect(integration.checks[1].code).toBe('unreachable');
  });

  it('may come with the saving', async () => {
    const hub = await hubWithFake();
    const headers = { accept: 'application/x-ndjson' };
    const saved = lines((await hub.call('POST', '/api/v1/integrations', { body: wanted, headers })).text);
    expect(saved.map((line) => line.type)).toEqual(['check', 'check', 'report', 'saved']);
    const refused = lines(
      (
        await hub.call('POST', '/api/v1/integrations', {
          body: { ...wanted, name: 'b', secrets: { apiToken: 'bad' } },
          headers,
        })
      ).text,
    );
    expect(refused.at(-1)).toMatchObject({ type: 'error', error: { code: 'invalid_credentials' } });
  });

  it('of a stored integration calls a refused token expired only when its known end has passed', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const hub = await hubWithFake({ now: () => now });
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    hub.fake.answer(() => ({ ...report(failedCheck('invalid_credentials')), capabilities: [], facts: {} }));
    const code = async () =>
      (await hub.call('POST', '/api/v1/integrations/sonar-lab/check')).body.report.checks[1].code;
    expect(await code()).toBe('invalid_credentials');
    now = new Date('2030-01-01T00:00:01Z');
    expect(await code()).toBe('expired_credentials');
    const { integration } = (await hub.call('GET', '/api/v1/integrations/sonar-lab')).body;
    expect(integration.checks[1]).toMatchObject({
      code: 'expired_credentials',
      message: 'The token expired on 2030-01-01.',
    });
    expect(integration.capabilities).toHaveLength(3);
  });

  it('warns that the same server is read by another integration, by its name', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    const own = (await hub.call('POST', '/api/v1/integrations/sonar-lab/check')).body.report.checks;
    expect(own.map((check: { name: string }) => check.name)).not.toContain('read_once');
    const second = await hub.call('POST', '/api/v1/integrations', { body: { ...wanted, name: 'twin' } });
    expect(second.status).toBe(201);
    const warned = second.body.report.checks.at(-1);
    expect(warned).toMatchObject({ name: 'read_once', outcome: 'warning', saveAllowed: true });
    expect(warned.message).toContain('“sonar-lab”');
  });

  it('warns of another server, which a person may accept', async () => {
    const hub = await hubWithFake();
    const { id } = (await hub.call('POST', '/api/v1/integrations', { body: wanted })).body.integration;
    const other = report();
    hub.fake.answer(() => ({ ...other, facts: { ...other.facts, serverId: 'server-2' } }));
    const { report: warned } = (await hub.call('POST', '/api/v1/integrations/sonar-lab/check')).body;
    expect(warned.checks.at(-1)).toMatchObject({
      name: 'same_server',
      outcome: 'warning',
      code: 'server_identity_changed',
    });
    expect(await hub.integrations.sources.confirmIdentity(id, 'server-2')).toBe(false);
    await hub.call('POST', '/api/v1/integrations/sonar-lab/accept-server');
    expect(await hub.integrations.sources.confirmIdentity(id, 'server-2')).toBe(true);
    expect((await hub.call('GET', '/api/v1/audit?action=integration.server')).body.events[0]).toMatchObject({
      action: 'integration.server_accepted',
      details: { before: 'server-1', after: 'server-2' },
    });
  });
});

describe('choosing from the other system’s list', () => {
  const choices = { items: [{ value: 'pay-1', label: null }], total: 1 };
  const asked = { field: 'projectKeys', text: 'pay' };

  it('asks with what was entered, saves nothing, and never says the secret', async () => {
    const hub = await hubWithFake();
    const { name: _, tags: __, ...entered } = wanted;
    const answer = await hub.call('POST', '/api/v1/integrations/choices', { body: { ...entered, ...asked } });
    expect(answer).toMatchObject({ status: 200, body: choices });
    // What is being chosen may be half typed.
    expect(hub.fake.seen.at(-1)).toMatchObject({ settings: { projectKeys: [] }, secrets: { apiToken: token } });
    const echo = await hub.call('POST', '/api/v1/integrations/choices', {
      body: { ...entered, ...asked, text: 'echo' },
    });
    expect(echo.body.error).toMatchObject({ code: 'upstream_error', upstream: 'You said [secret]' });
    expect(echo.text).not.toContain(token);
    expect(await dump(hub)).not.toContain(token);
    const unknown = { ...entered, field: 'url', text: '' };
    expect((await hub.call('POST', '/api/v1/integrations/choices', { body: unknown })).status).toBe(400);
    const { connectors } = (await hub.call('GET', '/api/v1/connectors')).body;
    expect(connectors[0].form).toMatchObject([
      { name: 'apiToken' },
      { name: 'projectKeys', choices: true },
      { name: 'depth' },
    ]);
  });

  it('asks with what is stored, and sends the stored secret no other way', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    const path = '/api/v1/integrations/sonar-lab/choices';
    expect((await hub.call('POST', path, { body: asked })).body).toEqual(choices);
    expect(hub.fake.seen.at(-1)?.secrets).toEqual({ apiToken: token });
    const calls = hub.fake.seen.length;
    const moved = { url: 'http://evil.example/' };
    for (const settings of [moved, { ...wanted.settings, proxy: 'http://proxy.evil.example:3128' }]) {
      const refused = await hub.call('POST', path, { body: { ...asked, settings } });
      expect(refused.body.error.code).toBe('secrets_required');
    }
    expect(hub.fake.seen).toHaveLength(calls);
    const { events } = (await hub.call('GET', '/api/v1/audit?action=integration.change_refused')).body;
    expect(events).toHaveLength(2);
    const own = await hub.call('POST', path, { body: { ...asked, settings: moved, secrets: { apiToken: 'other' } } });
    expect(own.status).toBe(200);
    expect(hub.fake.seen.at(-1)?.secrets).toEqual({ apiToken: 'other' });
  });

  it('is bounded: each question asks another system', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    const statuses = new Set<number>();
    for (let n = 0; n <= 120; n += 1)
      statuses.add((await hub.call('POST', '/api/v1/integrations/sonar-lab/choices', { body: asked })).status);
    expect([...statuses]).toEqual([200, 429]);
  });
});

describe('changing an integration', () => {
  it('re-authenticates: secrets only, validated, the old ones stay when the new ones fail', async () => {
    const hub = await hubWithFake();
    const { id } = (await hub.call('POST', '/api/v1/integrations', { body: wanted })).body.integration;
    const call = (body: object) => hub.call('POST', `/api/v1/integrations/${id}/reauthenticate`, { body });
    expect((await call({ secrets: { apiToken: 'bad' } })).body.error.code).toBe('invalid_credentials');
    expect((await hub.integrations.sources.open(id)).secrets).toEqual({ apiToken: token });
    expect((await call({ secrets: { apiToken: 'x' }, settings: {} })).status).toBe(400);
    const answer = await call({ secrets: { apiToken: 'short' } });
    expect(answer.body.integration.credential).toMatchObject({ lastFour: null });
    expect(hub.fake.seen.at(-1)).toEqual({
      settings: { url: 'http://127.0.0.1:9000/', projectKeys: ['a'] },
      secrets: { apiToken: 'short' },
    });
    expect((await hub.integrations.sources.open(id)).secrets).toEqual({ apiToken: 'short' });
    expect(await hub.db.query('select 1 from integrations.credentials')).toHaveLength(1);
  });

  it('validates new settings with the stored secret, but never sends it to another server', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    const patch = (body: object) => hub.call('PATCH', '/api/v1/integrations/sonar-lab', { body });
    const moved = { url: 'http://evil.example/', projectKeys: ['a'] };
    const calls = hub.fake.seen.length;
    expect((await patch({ settings: moved })).body.error.code).toBe('secrets_required');
    expect(hub.fake.seen).toHaveLength(calls);
    const narrowed = await patch({ settings: { url: 'http://127.0.0.1:9000/', projectKeys: ['b'] } });
    expect(narrowed.body.integration.settings.projectKeys).toEqual(['b']);
    expect(hub.fake.seen.at(-1)?.secrets).toEqual({ apiToken: token });
    expect((await patch({ settings: moved, secrets: { apiToken: 'new' } })).status).toBe(200);
  });

  it.each([
    ['a proxy', { proxy: 'http://proxy.evil.example:3128' }],
    ['an authority', { caCertificate: '-----BEGIN CERTIFICATE-----' }],
    ['another path of the host', { url: 'http://127.0.0.1:9000/other' }],
    ['another server', { url: 'http://evil.example/' }],
  ])('never sends the stored secret by %s named afterwards, and keeps who tried', async (_what, change) => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    const before = await hub.call('GET', '/api/v1/integrations/sonar-lab');
    const calls = hub.fake.seen.length;
    const settings = { ...wanted.settings, ...change };
    const refused = await hub.call('PATCH', '/api/v1/integrations/sonar-lab', { body: { settings } });
    const [name] = Object.keys(change);
    expect(refused.body.error).toMatchObject({
      code: 'secrets_required',
      details: { fields: [{ path: `settings.${name}` }] },
    });
    expect(hub.fake.seen).toHaveLength(calls);
    expect((await hub.call('GET', '/api/v1/integrations/sonar-lab')).body).toEqual(before.body);
    const trail = await hub.db.query<{ details: unknown; actor: string }>(
      "select details, actor_name as actor from access.audit_events where action = 'integration.change_refused'",
    );
    expect(trail).toEqual([{ details: { changes: [`settings.${name}`] }, actor: expect.any(String) }]);
    const entered = { settings, secrets: { apiToken: 'entered again' } };
    expect((await hub.call('PATCH', '/api/v1/integrations/sonar-lab', { body: entered })).status).toBe(200);
    expect(hub.fake.seen.at(-1)).toEqual({ settings: expect.objectContaining(change), secrets: entered.secrets });
    // Taking it away again is another way too.
    const back = await hub.call('PATCH', '/api/v1/integrations/sonar-lab', { body: { settings: wanted.settings } });
    expect(back.body.error.code).toBe('secrets_required');
  });

  it('renames without asking anybody', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    await hub.call('POST', '/api/v1/integrations', { body: { ...wanted, name: 'Ünïcode / name' } });
    const path = `/api/v1/integrations/${encodeURIComponent('Ünïcode / name')}`;
    expect((await hub.call('PATCH', path, { body: { name: 'sonar-lab' } })).body.error.code).toBe(
      'integration_name_taken',
    );
    const calls = hub.fake.seen.length;
    const renamed = await hub.call('PATCH', path, {
      body: { name: 'x'.repeat(100), tags: ['a', 'a'], syncIntervalSeconds: 60 },
    });
    expect(renamed.body).toMatchObject({ report: null, integration: { tags: ['a'], syncIntervalSeconds: 60 } });
    expect(hub.fake.seen).toHaveLength(calls);
    expect((await hub.call('GET', path)).body.error.code).toBe('integration_not_found');
    expect((await hub.call('GET', '/api/v1/integrations?text=XXX')).body.integrations).toHaveLength(1);
  });

  it('refuses a result that was validated against an older state', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    hub.fake.answer(async () => {
      hub.fake.answer(undefined);
      await hub.call('POST', '/api/v1/integrations/sonar-lab/pause');
      return report();
    });
    const answer = await hub.call('POST', '/api/v1/integrations/sonar-lab/reauthenticate', {
      body: { secrets: { apiToken: 'new' } },
    });
    expect(answer.body.error.code).toBe('integration_changed');
  });

  it('pauses and resumes; a paused one is not scheduled', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    expect(await hub.integrations.sources.active()).toHaveLength(1);
    for (let i = 0; i < 2; i++) {
      expect((await hub.call('POST', '/api/v1/integrations/sonar-lab/pause')).body.integration.state).toBe('paused');
    }
    expect(await hub.integrations.sources.active()).toEqual([]);
    await hub.call('POST', '/api/v1/integrations/sonar-lab/resume');
    expect(await hub.integrations.sources.active()).toHaveLength(1);
    expect((await hub.call('GET', '/api/v1/audit?action=integration.paused')).body.events).toHaveLength(1);
  });
});

describe('applying', () => {
  const { name, ...body } = wanted;
  const path = `/api/v1/integrations/by-name/${name}`;

  it('creates, then changes nothing and asks nobody, then changes what differs', async () => {
    const hub = await hubWithFake();
    const dry = await hub.call('PUT', `${path}?dryRun=true`, { body });
    expect(dry.body).toEqual({ changed: true, created: true, changes: [], integration: null, report: null });
    expect((await hub.call('PUT', path, { body })).body).toMatchObject({ changed: true, created: true });
    const before = await dump(hub);
    const calls = hub.fake.seen.length;
    const again = await hub.call('PUT', path, { body });
    expect(again.body).toMatchObject({ changed: false, created: false, changes: [], report: null });
    expect(hub.fake.seen).toHaveLength(calls);
    expect(await dump(hub)).toBe(before);
    const next = { ...body, tags: [], settings: { url: 'http://127.0.0.1:9001' }, secrets: { apiToken: 'other' } };
    const changes = ['tags', 'settings.projectKeys', 'settings.url', 'secrets.apiToken'];
    expect((await hub.call('PUT', `${path}?dryRun=true`, { body: next })).body).toMatchObject({
      changed: true,
      created: false,
      changes,
    });
    expect(hub.fake.seen).toHaveLength(calls);
    expect((await hub.call('PUT', path, { body: next })).body).toMatchObject({ changed: true, changes });
    expect((await hub.call('PUT', path, { body: next })).body.changed).toBe(false);
  });

  it('saves nothing when a check fails', async () => {
    const hub = await hubWithFake();
    await hub.call('PUT', path, { body });
    const failed = await hub.call('PUT', path, { body: { ...body, tags: ['new'], secrets: { apiToken: 'bad' } } });
    expect(failed.body.error.code).toBe('invalid_credentials');
    const { integration } = (await hub.call('GET', `/api/v1/integrations/${name}`)).body;
    expect(integration).toMatchObject({ tags: ['lab'], credential: { lastFour: 'cdef' } });
  });
});

describe('deleting', () => {
  /** A room with rows, some more than fit into one batch. */
  async function thingsOf(hub: TestHub, rows: number): Promise<IntegrationData> {
    await hub.db.execute('create table public.things (integration_id bigint)');
    await hub.db.execute('insert into public.things select 1 from generate_series(1, $1)', [rows]);
    return {
      room: 'Things',
      count: async (id) =>
        (await hub.db.one<{ n: number }>('select count(*) as n from public.things where integration_id = $1', [id])).n,
      purge: (tx, id, limit) =>
        tx.execute(
          'delete from public.things where ctid in (select ctid from public.things where integration_id = $1 limit $2)',
          [id, limit],
        ),
    };
  }

  it('shows what goes, asks for the name, then removes rows and secrets in the background', async () => {
    const data: IntegrationData[] = [];
    const hub = await hubWithFake({ data });
    const { id } = (await hub.call('POST', '/api/v1/integrations', { body: wanted })).body.integration;
    data.push(await thingsOf(hub, 12_000));
    const path = '/api/v1/integrations/sonar-lab';
    expect((await hub.call('GET', `${path}/deletion-preview`)).body).toEqual({
      name: 'sonar-lab',
      total: 12_000,
      counts: [{ room: 'Things', rows: 12_000 }],
    });
    expect((await hub.call('DELETE', path, { body: { name: 'Sonar-lab' } })).body.error.code).toBe(
      'deletion_not_confirmed',
    );
    const deleting = await hub.call('DELETE', path, { body: { name: 'sonar-lab' } });
    expect(deleting.body.integration).toMatchObject({ state: 'deleting', credential: null });
    for (const [method, url, body] of [
      ['DELETE', path, { name: 'sonar-lab' }],
      ['POST', `${path}/pause`, undefined],
      ['POST', `${path}/check`, undefined],
      ['PATCH', path, { tags: [] }],
      ['POST', '/api/v1/integrations', wanted],
    ] as const) {
      const answer = await hub.call(method, url, body === undefined ? {} : { body });
      expect([url, answer.body.error.code]).toEqual([url, 'integration_deleting']);
    }
    await expect(hub.integrations.sources.open(id)).rejects.toMatchObject({ code: 'integration_deleting' });
    hub.integrations.startWorking();
    await expect.poll(async () => (await hub.call('GET', path)).status).toBe(404);
    expect(await data[0]?.count(id)).toBe(0);
    const { events } = (await hub.call('GET', '/api/v1/audit?objectKind=integration')).body;
    expect(events.map((event: { action: string }) => event.action)).toEqual([
      'integration.deleted',
      'integration.deletion_requested',
      'integration.created',
    ]);
    expect(events[0].objectName).toBe('sonar-lab');
    expect((await hub.call('POST', '/api/v1/integrations', { body: wanted })).status).toBe(201);
  });

  it('goes on where a stopped process left it', async () => {
    const data: IntegrationData[] = [];
    const hub = await hubWithFake({ data });
    await hub.call('POST', '/api/v1/integrations', { body: wanted });
    const one = await thingsOf(hub, 12_000);
    let batches = 0;
    const stopped = Promise.withResolvers<void>();
    data.push({
      ...one,
      async purge(tx, id, limit) {
        if (++batches === 2) {
          stopped.resolve();
          throw new Error('killed here');
        }
        return one.purge(tx, id, limit);
      },
    });
    await hub.call('DELETE', '/api/v1/integrations/sonar-lab', { body: { name: 'sonar-lab' } });
    hub.integrations.startWorking();
    await stopped.promise;
    await hub.integrations.stop();
    const left = await one.count(1);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(12_000);
    hub.integrations.startWorking();
    await expect.poll(async () => (await hub.call('GET', '/api/v1/integrations/sonar-lab')).status).toBe(404);
    expect(await one.count(1)).toBe(0);
  });
});

describe('pages', () => {
  it('lists kinds, endpoints and who calls whom', async () => {
    const hub = await hubWithFake();
    await hub.call('POST', '/api/v1/integrations', {
      body: { ...wanted, settings: { ...wanted.settings, proxy: 'http://proxy.example:3128' } },
    });
    const { connectors } = (await hub.call('GET', '/api/v1/connectors')).body;
    expect(connectors).toMatchObject([
      {
        kind: 'fake',
        form: [
          { name: 'apiToken', kind: 'secret' },
          { name: 'projectKeys', choices: true },
          { name: 'depth', kind: 'choice', options: [{ value: 'whole', label: 'Everything' }, { value: 'newest' }] },
        ],
      },
    ]);
    const endpoints = (await hub.call('GET', '/api/v1/integrations/sonar-lab/endpoints')).body;
    expect(endpoints).toMatchObject({
      name: 'sonar-lab',
      endpoints: [{ method: 'GET', path: 'api/things', without: 'Everything.' }],
    });
    const { rows } = (await hub.call('GET', '/api/v1/network')).body;
    const calls = rows.map(
      (row: Record<string, unknown>) => `${row['from']} -> ${row['host']}:${row['port']} ${row['direction']}`,
    );
    expect(calls).toEqual([
      'Browsers -> plumb.example:443 inbound',
      'Command line and API clients -> plumb.example:443 inbound',
      'Plumbline hub -> 127.0.0.1:5432 outbound',
      'Analysts’ tools (psql, Grafana, Metabase) -> 127.0.0.1:5432 inbound',
      'Reverse proxy or load balancer -> 127.0.0.1:8420 inbound',
      'Plumbline hub -> proxy.example:3128 outbound',
      'Outgoing proxy -> 127.0.0.1:9000 outbound',
    ]);
  });
});
