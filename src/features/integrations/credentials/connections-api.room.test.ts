import { describe, expect, it } from 'vitest';
import { failedCheck, fakeConnector, report } from '../../../../test/support/fake-connector.ts';
import { type TestHub, type TestHubOptions, testHub } from '../../../../test/support/hub.ts';

const secretOf = (name: string): string => `squ_${name.padEnd(32, '0')}`;
const first = secretOf('first');
const wanted = {
  name: 'sonar-lab',
  kind: 'fake',
  settings: { url: 'http://127.0.0.1:9000/', projectKeys: ['a'] },
  secrets: { apiToken: first },
};

interface Stage extends TestHub {
  fake: ReturnType<typeof fakeConnector>;
  /** A method of the connection, e.g. `create`. */
  rpc(method: string, body?: object, more?: object): ReturnType<TestHub['call']>;
}

async function stage(options: TestHubOptions = {}): Promise<Stage> {
  const fake = fakeConnector();
  const hub = await testHub({ connectors: [fake.connector], ...options });
  expect((await hub.call('POST', '/api/v1/integrations', { body: wanted })).status).toBe(201);
  const rpc: Stage['rpc'] = (method, body, more = {}) =>
    hub.call(body === undefined ? 'GET' : 'POST', `/api/connections/1/credentials.${method}`, {
      ...(body === undefined ? {} : { body }),
      ...more,
    });
  return { ...hub, fake, rpc };
}

const isoMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('connections.list', () => {
  it('lists integrations by type with their state', async () => {
    const hub = await stage();
    const { status, body } = await hub.call('GET', '/api/connections.list');
    expect(status).toBe(200);
    expect(body).toEqual({
      ok: true,
      connections: [
        {
          id: 1,
          type: 'fake',
          name: 'sonar-lab',
          state: 'verified',
          disabled_at: null,
          last_synced_at: null,
          created_at: expect.stringMatching(isoMs),
          supports_multiple_credentials: true,
        },
      ],
    });
    await hub.call('POST', '/api/v1/integrations/1/credentials/1/disable');
    expect((await hub.call('GET', '/api/connections.list')).body.connections[0]).toMatchObject({
      state: 'failed',
      disabled_at: expect.stringMatching(isoMs),
    });
    await hub.call('POST', '/api/v1/integrations/1/pause');
    expect((await hub.call('GET', '/api/connections.list')).body.connections[0].state).toBe('paused');
  });
});

describe('credentials.create', () => {
  it('verifies, stores, answers 201, and never gives the secret back', async () => {
    const hub = await stage();
    const secret = secretOf('second');
    const body = { label: 'bot', secrets: { api_token: secret }, expiration_date: '2031-02-03' };
    const created = await hub.rpc('create', body);
    expect([created.status, created.body]).toEqual([
      201,
      { ok: true, credential: { id: 2, type: 'fake', label: 'bot', created_at: expect.stringMatching(isoMs) } },
    ]);
    expect(hub.fake.seen.at(-1)).toEqual({
      settings: { url: 'http://127.0.0.1:9000/', projectKeys: ['a'] },
      secrets: { apiToken: secret },
    });
    const list = await hub.rpc('list');
    expect(list.body).toEqual({
      ok: true,
      credentials: [
        expect.objectContaining({ id: 1, label: 'default' }),
        {
          id: 2,
          type: 'fake',
          label: 'bot',
          settings: { url: 'http://127.0.0.1:9000/', project_keys: ['a'] },
          created_at: expect.stringMatching(isoMs),
          disabled_at: null,
          // The token’s own end, told by the check, comes before the declared one.
          expiration_date: '2030-01-01T00:00:00.000Z',
        },
      ],
    });
    const info = await hub.rpc('info/2');
    expect(info.body.credential).toMatchObject({ id: 2, deleted_at: null });
    for (const { text } of [created, list, info, await hub.call('GET', '/api/v1/audit')]) {
      expect(text).not.toContain(secret.slice(4, 14));
    }
    const dump = JSON.stringify(await hub.db.query('select c::text from integrations.credentials c'));
    expect(dump).not.toContain('second');
    const { events } = (await hub.call('GET', '/api/v1/audit?action=credential.created')).body;
    expect(events).toMatchObject([{ objectName: 'sonar-lab', details: { credentialId: 2, label: 'bot' } }]);
    expect((await hub.rpc('create', { secrets: { api_token: secret } })).body.credential.label).toBe('credential 3');
  });

  it('stores nothing when a check fails, and says which', async () => {
    const hub = await stage();
    const refused = await hub.rpc('create', { secrets: { api_token: 'bad' } });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      ok: false,
      error: 'invalid_credentials',
      message: expect.any(String),
      remedy: 'Do the right thing.',
      request_id: expect.any(String),
      details: { checks: [{ name: 'token_valid', outcome: 'failed', code: 'invalid_credentials' }] },
    });
    expect((await hub.rpc('list')).body.credentials).toHaveLength(1);
    expect(await hub.db.query('select 1 from integrations.credentials')).toHaveLength(1);
  });

  it('refuses one that reaches less than the others', async () => {
    const hub = await stage();
    hub.fake.answer(() => ({ ...report(), capabilities: [] }));
    const refused = await hub.rpc('create', { secrets: { api_token: 'weak' } });
    expect(refused.body).toMatchObject({ error: 'invalid_permissions', details: { checks: [{ name: 'same_reach' }] } });
    expect((await hub.rpc('list')).body.credentials).toHaveLength(1);
  });

  it('warns of one that takes the place of the only one and reaches less, wherever it is entered', async () => {
    const hub = await stage();
    hub.fake.answer(() => ({ ...report(), capabilities: [] }));
    const rotated = await hub.rpc('update', { id: 1, secrets: { api_token: 'weak' } });
    expect([rotated.status, rotated.body.ok]).toEqual([200, true]);
    const [event] = (await hub.call('GET', '/api/v1/audit?action=credential.changed')).body.events;
    expect(event.details.warnings).toContain('same_reach');
    hub.fake.answer(() => report());
    await hub.rpc('update', { id: 1, secrets: { api_token: 'strong' } });
    hub.fake.answer(() => ({ ...report(), capabilities: [] }));
    const again = await hub.call('POST', '/api/v1/integrations/1/reauthenticate', {
      body: { secrets: { apiToken: 'weak' } },
    });
    expect(again.status).toBe(200);
    expect(again.body.report.checks).toContainEqual(
      expect.objectContaining({ name: 'same_reach', outcome: 'warning' }),
    );
  });

  it('refuses to re-authenticate with one that reaches less than the others in use', async () => {
    const hub = await stage();
    await hub.rpc('create', { secrets: { api_token: 'second' } });
    hub.fake.answer(() => ({ ...report(), capabilities: [] }));
    const refused = await hub.call('POST', '/api/v1/integrations/1/reauthenticate', {
      body: { secrets: { apiToken: 'weak' } },
    });
    expect(refused.body.error).toMatchObject({ code: 'invalid_permissions' });
  });

  it('accepts a form', async () => {
    const hub = await stage();
    const form = async (payload: string) => {
      const tokens = (await hub.call('POST', '/api/v1/tokens', { body: { name: 'form', role: 'admin' } })).body;
      const response = await hub.app.inject({
        method: 'POST',
        url: '/api/connections/1/credentials.create',
        headers: {
          host: 'localhost',
          authorization: `Bearer ${tokens.secret}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload,
      });
      return response.json();
    };
    expect(await form('label=a+bot&secrets%5Bapi_token%5D=one&expiration_date=')).toMatchObject({
      ok: true,
      credential: { label: 'a bot' },
    });
    expect(await form(`secrets=${encodeURIComponent('{"api_token":"two"}')}`)).toMatchObject({ ok: true });
    expect(hub.fake.seen.slice(-2).map(({ secrets }) => secrets.apiToken)).toEqual(['one', 'two']);
    expect(await form('label=x')).toMatchObject({ ok: false, error: 'missing_required_field' });
  });

  it.each([
    ['missing_required_field', {}, 'secrets'],
    ['missing_required_field', { secrets: {} }, 'secrets.api_token'],
    ['invalid_field', { secrets: { api_token: ' ' } }, 'secrets.api_token'],
    [
      'missing_required_field',
      { secrets: { apiToken: 'x' } },
      'secrets: has a field that is not known (known: api_token',
    ],
    ['invalid_field', { secrets: { api_token: 'x' }, expiration_date: 'soon' }, 'expiration_date'],
    ['invalid_field', { secrets: { api_token: 'x' }, expiration_date: '2020-01-01' }, 'must lie ahead'],
    ['invalid_field', { secrets: { api_token: 'x' }, settings: { url: 'http://evil.example/' } }, 'url'],
    ['invalid_field', { secrets: { api_token: 'x' }, colour: 'red' }, 'body: has a field that is not known (known: '],
  ])('answers %s for %j', async (code, body, words) => {
    const hub = await stage();
    const asked = hub.fake.seen.length;
    const answer = await hub.rpc('create', body);
    expect([answer.status, answer.body.ok, answer.body.error]).toEqual([422, false, code]);
    expect(answer.body.message).toContain(words);
    expect(hub.fake.seen).toHaveLength(asked);
  });

  it('takes settings that are the connection’s own', async () => {
    const hub = await stage();
    const body = { secrets: { api_token: 'x' }, settings: { project_keys: ['a'] } };
    expect((await hub.rpc('create', body)).status).toBe(201);
  });

  it('is refused for a kind that has one credential', async () => {
    const fake = fakeConnector();
    const single = { ...fake.connector, multipleCredentials: false };
    const hub = await stage({ connectors: [single] });
    expect((await hub.rpc('create', { secrets: { api_token: 'x' } })).body.error).toBe('credential_limit_reached');
    await hub.rpc('delete', { id: 1 });
    expect((await hub.rpc('create', { secrets: { api_token: 'x' } })).status).toBe(201);
  });
});

describe('credentials.update', () => {
  it('verifies everything again, keeps the id, and leaves the row as it was on failure', async () => {
    const hub = await stage();
    const before = (await hub.rpc('info/1')).body;
    expect((await hub.rpc('update', { id: 1, label: 'new', secrets: { api_token: 'bad' } })).body.error).toBe(
      'invalid_credentials',
    );
    expect((await hub.rpc('info/1')).body).toEqual(before);
    const updated = await hub.rpc('update', { id: 1, secrets: { api_token: secretOf('rotated') } });
    expect([updated.status, updated.body.credential.id, updated.body.credential.label]).toEqual([200, 1, 'default']);
    expect((await hub.integrations.sources.open(1)).secrets).toEqual({ apiToken: secretOf('rotated') });
  });

  it('checks with the stored secret when none is sent, and keeps what is left out', async () => {
    const hub = await stage();
    const updated = await hub.rpc('update', {
      id: 1,
      label: 'bot',
      secrets: { api_token: '' },
      expiration_date: '2029-01-01',
    });
    expect(updated.body.credential.label).toBe('bot');
    expect(hub.fake.seen.at(-1)?.secrets).toEqual({ apiToken: first });
    expect((await hub.rpc('info/1')).body.credential.expiration_date).toBe('2029-01-01T00:00:00.000Z');
    await hub.rpc('update', { id: 1, label: 'again' });
    expect((await hub.rpc('info/1')).body.credential.expiration_date).toBe('2029-01-01T00:00:00.000Z');
    await hub.rpc('update', { id: 1, expiration_date: null });
    expect((await hub.rpc('info/1')).body.credential.expiration_date).toBe('2030-01-01T00:00:00.000Z');
  });

  it('puts a disabled one in use again', async () => {
    const hub = await stage();
    await hub.call('POST', '/api/v1/integrations/1/credentials/1/disable');
    await expect(hub.integrations.sources.open(1)).rejects.toMatchObject({ code: 'secrets_required' });
    expect((await hub.rpc('info/1')).body.credential.disabled_at).toMatch(isoMs);
    await hub.rpc('update', { id: 1 });
    expect((await hub.rpc('info/1')).body.credential.disabled_at).toBe(null);
    expect((await hub.integrations.sources.open(1)).credential.id).toBe(1);
  });
});

describe('credentials.delete', () => {
  it('is soft: the secret goes, the row is shown by id only', async () => {
    const hub = await stage();
    await hub.rpc('create', { secrets: { api_token: secretOf('second') } });
    const deleted = await hub.rpc('delete', { id: '2' });
    expect([deleted.status, deleted.body]).toEqual([200, { ok: true }]);
    expect((await hub.rpc('list')).body.credentials).toHaveLength(1);
    expect((await hub.rpc('info/2')).body.credential.deleted_at).toMatch(isoMs);
    expect(await hub.db.query('select sealed from integrations.credentials where id = 2')).toEqual([{ sealed: {} }]);
    for (const [method, body] of [
      ['delete', { id: 2 }],
      ['update', { id: 2, label: 'x' }],
    ] as const) {
      const answer = await hub.rpc(method, body);
      expect([answer.status, answer.body.error]).toEqual([404, 'credential_not_found']);
    }
    expect((await hub.call('GET', '/api/v1/audit?action=credential.deleted')).body.events).toHaveLength(1);
  });
});

describe('every call', () => {
  it('says ok:false with 401, 404 or 422', async () => {
    const hub = await stage();
    const list = '/api/connections/1/credentials.list';
    const nobody = await hub.call('GET', list, { as: 'nobody' });
    expect([nobody.status, nobody.body.ok, nobody.body.error]).toEqual([401, false, 'not_authed']);
    expect(nobody.headers['www-authenticate']).toBe('Bearer');
    for (const url of ['/api/connections/2/credentials.list', '/api/connections/abc/credentials.list']) {
      const { status, body } = await hub.call('GET', url);
      expect([status, body.ok, body.error]).toEqual([404, false, 'connection_not_found']);
    }
    for (const id of ['2', 'abc', '0', '9'.repeat(30)]) {
      const { status, body } = await hub.rpc(`info/${id}`);
      expect([status, body.error]).toEqual([404, 'credential_not_found']);
    }
    const viewer = await hub.rpc('delete', { id: 1 }, { as: 'viewer' });
    expect([viewer.status, viewer.body.error]).toEqual([422, 'not_authorized']);
    expect((await hub.rpc('list', undefined, { as: 'viewer' })).body.ok).toBe(true);
    for (const id of ['two', '', -1, 1.5]) expect((await hub.rpc('delete', { id })).body.error).toBe('invalid_field');
    expect((await hub.rpc('delete', {})).body.error).toBe('missing_required_field');
  });

  it('answers invalid_json for a body that is none', async () => {
    const hub = await stage();
    const { secret } = (await hub.call('POST', '/api/v1/tokens', { body: { name: 't', role: 'admin' } })).body;
    for (const method of ['create', 'update', 'delete']) {
      const response = await hub.app.inject({
        method: 'POST',
        url: `/api/connections/1/credentials.${method}`,
        headers: { host: 'localhost', authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        payload: '{"id": 4',
      });
      expect([response.statusCode, response.json().ok, response.json().error]).toEqual([422, false, 'invalid_json']);
    }
  });
});

describe('several credentials', () => {
  async function three(options: TestHubOptions = {}): Promise<Stage> {
    const hub = await stage(options);
    for (const name of ['two', 'three']) await hub.rpc('create', { secrets: { api_token: secretOf(name) } });
    return hub;
  }

  it('share the tasks evenly, while whole listings keep to one', async () => {
    const hub = await three();
    const taken = async (way: 'spread' | 'same', times: number): Promise<number[]> => {
      const opened = await Promise.all(Array.from({ length: times }, () => hub.integrations.sources.open(1, way)));
      return opened.map(({ credential }) => credential.id).sort();
    };
    // Often enough that several fall into one millisecond.
    for (let round = 1; round <= 10; round += 1) {
      expect(await taken('spread', 9), `round ${round}`).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    }
    expect(await taken('same', 4)).toEqual([1, 1, 1, 1]);
    // A clock that was set back does not leave the last one used aside.
    await hub.db.execute(`update integrations.credentials set last_used_at = now() + interval '1 day' where id = 1`);
    expect(await taken('spread', 9)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it('go on without one that was refused; with none left the last one is tried again and again', async () => {
    const hub = await three();
    const open = () => hub.integrations.sources.open(1);
    const refused: number[] = [];
    for (const others of [true, true, false]) {
      const { credential } = await open();
      refused.push(credential.id);
      expect(await credential.refused('invalid_credentials')).toBe(others);
    }
    expect(refused.toSorted()).toEqual([1, 2, 3]);
    const { integration } = (await hub.call('GET', '/api/v1/integrations/1')).body;
    for (const credential of integration.credentials) {
      expect(credential).toMatchObject({ standing: 'disabled', disabledCode: 'invalid_credentials' });
      expect(credential.disabledAt).toMatch(isoMs);
    }
    const { events } = (await hub.call('GET', '/api/v1/audit?action=credential.refused')).body;
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({ actorKind: 'system', details: { code: 'invalid_credentials' } });
    // A server that refused by mistake heals without a person.
    const { credential } = await open();
    expect(credential.id).toBe(refused[0]);
    await credential.accepted();
    expect((await hub.rpc(`info/${credential.id}`)).body.credential.disabled_at).toBe(null);
    expect((await open()).credential.id).toBe(credential.id);
  });

  it('pause one by one', async () => {
    const hub = await three();
    const until = new Date(Date.now() + 60_000);
    const paused: number[] = [];
    for (const others of [true, true, false]) {
      const { credential } = await hub.integrations.sources.open(1);
      paused.push(credential.id);
      expect(await credential.rateLimited(until)).toBe(others);
    }
    expect(paused.toSorted()).toEqual([1, 2, 3]);
  });

  it('are not sent to another server when the address changes', async () => {
    const hub = await three();
    const settings = { ...wanted.settings, url: 'http://127.0.0.2:9000/' };
    const body = { settings, secrets: { apiToken: 'new' } };
    expect((await hub.call('PATCH', '/api/v1/integrations/1', { body })).status).toBe(200);
    for (let index = 0; index < 3; index++) {
      expect((await hub.integrations.sources.open(1)).secrets).toEqual({ apiToken: 'new' });
    }
    expect((await hub.rpc('update', { id: 2, label: 'x' })).body.error).toBe('secrets_required');
    expect((await hub.rpc('update', { id: 2, secrets: { api_token: 'other' } })).body.ok).toBe(true);
  });

  it('stay when the integration’s own is applied again from a file', async () => {
    const hub = await three();
    const { name, ...body } = wanted;
    const path = `/api/v1/integrations/by-name/${name}`;
    expect((await hub.call('PUT', path, { body })).body.changed).toBe(false);
    await hub.call('PUT', path, { body: { ...body, secrets: { apiToken: 'changed' } } });
    expect((await hub.rpc('list')).body.credentials).toHaveLength(3);
    const { credential } = await hub.integrations.sources.open(1, 'same');
    await credential.refused('invalid_credentials');
    const again = await hub.call('PUT', path, { body: { ...body, secrets: { apiToken: 'changed' } } });
    expect(again.body.changes).toEqual(['secrets.apiToken']);
    expect((await hub.rpc('info/1')).body.credential.disabled_at).toBe(null);
  });

  it('tell other rooms of each change, and of an end that comes near', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const hub = await stage({ now: () => now });
    expect(hub.changed).toEqual([{ kind: 'integration', id: 1 }]);
    await hub.rpc('update', { id: 1, expiration_date: '2029-01-01' });
    expect(hub.changed).toHaveLength(2);
    const standing = async () => (await hub.integrations.sources.standings())[0]?.credentials[0]?.standing;
    expect(await standing()).toBe('ready');
    now = new Date('2028-12-20T00:00:00Z');
    expect(await standing()).toBe('expiring');
    now = new Date('2029-01-01T00:00:00Z');
    expect(await standing()).toBe('expired');
    const { integration } = (await hub.call('GET', '/api/v1/integrations/1')).body;
    expect(integration.credentials[0]).toMatchObject({ standing: 'expired', endsAt: '2029-01-01T00:00:00.000Z' });
  });
});

describe('the page', () => {
  it('adds and re-authenticates with live checks', async () => {
    const hub = await stage();
    const headers = { accept: 'application/x-ndjson' };
    const path = '/api/v1/integrations/1/credentials';
    const body = { label: 'bot', secrets: { apiToken: 'x' }, expirationDate: '2031-01-01' };
    const added = await hub.call('POST', path, { headers, body });
    const lines = added.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(['check', 'check', 'report', 'saved']);
    expect(lines.at(-1).integration.credentials).toMatchObject([{ label: 'default' }, { label: 'bot' }]);
    hub.fake.answer(() => report(failedCheck('expired_credentials')));
    const failed = await hub.call('PATCH', `${path}/2`, { headers, body: { secrets: { apiToken: 'y' } } });
    expect(failed.text).toContain('"error":{"code":"expired_credentials"');
    hub.fake.answer(undefined);
    expect(
      (await hub.call('PATCH', `${path}/2`, { body: { label: 'renamed' } })).body.integration.credentials[1].label,
    ).toBe('renamed');
    const gone = await hub.call('DELETE', `${path}/1`);
    expect(gone.body.integration).toMatchObject({ credential: { id: 2 }, credentials: [{ id: 2 }] });
    for (const as of ['viewer', 'team_manager'] as const) {
      expect((await hub.call('POST', path, { as, body })).status).toBe(403);
      expect((await hub.call('DELETE', `${path}/2`, { as })).status).toBe(403);
    }
  });
});
