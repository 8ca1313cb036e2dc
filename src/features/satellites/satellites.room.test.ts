import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { satelliteStage, type SatelliteStage, tenant } from '../../../test/satellite/stage.ts';
import { ingestionMetrics } from '../ingestion/index.ts';
import type { NetworkRow } from '../integrations/contract.ts';
import { satelliteMetrics } from './metrics.ts';

const system = {
  kind: 'sonarqube',
  settings: { url: 'https://sonarqube.internal.example', projectKeys: ['shop'] },
  secrets: { apiToken: 'squ_canary-of-the-tool-0000000000000000' },
};

const keyIn = (yaml: string): string => /api_key: "(plbsat_[^"]+)"/.exec(yaml)?.[1] ?? '';

interface Wish {
  key: string;
  tenant?: string;
  instance?: string;
  protocol?: string;
  body?: object;
  encoding?: 'gzip';
  digest?: string;
}

/** As a satellite calls, byte for byte. */
async function call(stage: SatelliteStage, name: string, wish: Wish) {
  const plain = Buffer.from(JSON.stringify(wish.body ?? {}));
  const response = await stage.app.inject({
    method: 'POST',
    url: `/satellite/v1/${name}`,
    payload: wish.encoding === 'gzip' ? gzipSync(plain) : plain,
    headers: {
      host: 'localhost',
      authorization: `Bearer ${wish.key}`,
      'content-type': 'application/json',
      'x-satellite-tenant': wish.tenant ?? tenant,
      'x-satellite-id': wish.instance ?? 'instance-1',
      'x-satellite-version': '1.0.0',
      'x-satellite-protocol': wish.protocol ?? '1',
      'x-satellite-sha256': wish.digest ?? createHash('sha256').update(plain).digest('hex'),
      ...(wish.encoding === undefined ? {} : { 'content-encoding': wish.encoding }),
    },
  });
  return { status: response.statusCode, body: response.json() };
}

const arrival = (ids: readonly number[]) => ({
  name: 'machine',
  startedAt: new Date().toISOString(),
  clock: new Date().toISOString(),
  integrations: ids,
});

describe('keys of satellites', () => {
  it('are made by a download, for the integrations it names, and kept nowhere', async () => {
    const stage = await satelliteStage();
    const [id, other] = [await stage.far('behind', system), await stage.far('elsewhere', system)];
    const made = await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [id] } });
    expect(made.status).toBe(201);
    const key = keyIn(made.body.yaml);
    expect(made.body.yaml).toContain(`tenant: "${tenant}"`);
    expect(made.body.yaml).toContain(`url: "${stage.front.url}"`);
    expect(made.body.yaml).toContain('url: "https://sonarqube.internal.example/"');
    expect(made.body.yaml).toContain('api_key: "<SONARQUBE_TOKEN>"');
    expect(made.body.yaml).toContain('project_keys: "shop"');
    const registered = await call(stage, 'register', { key, body: arrival([id, other]) });
    expect(registered.body.integrations).toEqual([{ id, name: 'behind', kind: 'sonarqube' }]);
    const stored = await stage.db.query('select to_jsonb(k)::text as row from satellites.keys k');
    expect(JSON.stringify(stored)).not.toContain(key);
    const { body } = await stage.call('GET', '/api/v1/satellites');
    expect(body.keys).toMatchObject([{ integrations: [{ id, name: 'behind' }], revokedAt: null }]);
    expect(body.satellites).toMatchObject([{ presence: 'online', name: 'machine', update: 'none' }]);
    expect(JSON.stringify(body)).not.toContain(key);
    expect((await stage.call('GET', '/api/v1/audit')).body.events[0]).toMatchObject({
      action: 'satellite_key.created',
    });
  });

  it('open nothing once they are revoked', async () => {
    const stage = await satelliteStage();
    const id = await stage.far('behind', system);
    const made = await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [id] } });
    const key = keyIn(made.body.yaml);
    expect((await call(stage, 'register', { key, body: arrival([id]) })).status).toBe(200);
    const path = `/api/v1/satellites/keys/${made.body.keyId}/revoke`;
    expect((await stage.call('POST', path, { as: 'viewer' })).status).toBe(403);
    expect((await stage.call('POST', path)).body.key.revokedAt).not.toBeNull();
    for (const name of ['register', 'claim', 'heartbeat']) {
      const refused = await call(stage, name, { key, body: arrival([id]) });
      expect([refused.status, refused.body.error.code]).toEqual([401, 'satellite_key_revoked']);
    }
    expect((await stage.call('GET', '/api/v1/audit')).body.events[0]).toMatchObject({
      action: 'satellite_key.revoked',
    });
    expect((await stage.call('POST', '/api/v1/satellites/keys/999/revoke')).status).toBe(404);
  });

  it('are for this hub, and for satellites that it understands', async () => {
    const stage = await satelliteStage();
    const id = await stage.far('behind', system);
    const { yaml } = (await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [id] } })).body;
    const key = keyIn(yaml);
    const refusals = await Promise.all([
      call(stage, 'claim', { key: `plbsat_${'A'.repeat(43)}` }),
      call(stage, 'claim', { key: 'plb_something' }),
      call(stage, 'claim', { key, tenant: 'another' }),
      call(stage, 'claim', { key, protocol: '0' }),
      call(stage, 'claim', { key }),
    ]);
    expect(refusals.map(({ status, body }) => [status, body.error.code])).toEqual([
      [401, 'satellite_key_invalid'],
      [401, 'satellite_key_invalid'],
      [403, 'satellite_wrong_tenant'],
      [426, 'satellite_outdated'],
      [400, 'invalid_request'],
    ]);
  });

  it('open no integration that the hub reads itself', async () => {
    const stage = await satelliteStage();
    const refused = await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [77] } });
    expect([refused.status, refused.body.error.code]).toEqual([404, 'integration_not_found']);
  });
});

describe('what a satellite sends', () => {
  it('counts only as it was sent, and within bounds', async () => {
    const stage = await satelliteStage();
    const id = await stage.far('behind', system);
    const { yaml } = (await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [id] } })).body;
    const key = keyIn(yaml);
    const body = arrival([id]);
    expect((await call(stage, 'register', { key, body, encoding: 'gzip' })).status).toBe(200);
    const changed = await call(stage, 'register', { key, body, digest: '0'.repeat(64) });
    expect([changed.status, changed.body.error.code]).toEqual([400, 'satellite_upload_damaged']);
    const bomb = { ...body, name: 'x'.repeat(70 * 1024 * 1024) };
    const refused = await call(stage, 'register', { key, body: bomb, encoding: 'gzip' });
    expect([refused.status, refused.body.error.code]).toEqual([413, 'request_too_large']);
    expect((await call(stage, 'register', { key, body: { name: 7 } })).status).toBe(400);
    expect((await call(stage, 'drop_everything', { key, body })).status).toBe(404);
  });

  it('is for a task that it holds itself', async () => {
    const stage = await satelliteStage();
    const [id, other] = [await stage.far('behind', system), await stage.far('elsewhere', system)];
    await stage.db.execute('update integrations.integrations set checked_at = now()');
    const keyOf = async (one: number): Promise<string> =>
      keyIn((await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [one] } })).body.yaml);
    const [own, foreign] = [await keyOf(id), await keyOf(other)];
    await call(stage, 'register', { key: own, body: arrival([id]) });
    await call(stage, 'register', { key: foreign, body: arrival([other]), instance: 'instance-2' });
    await stage.sync(id);
    // The key of another integration finds nothing to do.
    const nothing = await call(stage, 'claim', { key: foreign, instance: 'instance-2' });
    expect(nothing.body.work).toBeNull();
    const claimed = await call(stage, 'claim', { key: own });
    expect(claimed.body.work.integrationId).toBe(id);
    const { lease } = claimed.body.work.assignment;
    const taken = await call(stage, 'resume', { key: foreign, instance: 'instance-2', body: { lease } });
    expect([taken.status, taken.body]).toEqual([200, { outcome: 'lost' }]);
    for (const name of ['open', 'beat']) {
      const refused = await call(stage, name, { key: foreign, instance: 'instance-2', body: { lease } });
      expect([name, refused.status, refused.body.error.code]).toEqual([name, 409, 'task_lease_lost']);
    }
    const opened = await call(stage, 'open', { key: own, body: { lease } });
    expect(opened.body.work).toMatchObject({ kind: 'sonarqube', secrets: {} });
    expect((await call(stage, 'beat', { key: own, body: { lease } })).body.state).toBe('held');
    // Another satellite with the same file.
    const twin = { key: own, instance: 'instance-3' };
    await call(stage, 'register', { ...twin, body: arrival([id]) });
    expect((await call(stage, 'beat', { ...twin, body: { lease } })).body.state).toBe('lost');
    expect((await call(stage, 'resume', { ...twin, body: { lease } })).body.outcome).toBe('lost');
    const batch = { sequence: 1, events: [] };
    for (const [name, body] of [
      ['open', { lease }],
      ['stage', { lease, batch }],
      ['finish', { lease, end: { ...batch, traffic: { requests: 0, retries: 0 } } }],
    ] as const) {
      const refused = await call(stage, name, { ...twin, body });
      expect([name, refused.status, refused.body.error.code]).toEqual([name, 409, 'task_lease_lost']);
    }
    expect((await call(stage, 'stage', { key: own, body: { lease, batch } })).status).toBe(200);
  });
});

describe('an integration that satellites read', () => {
  it('is shown as called by satellites, on the page of connections and in metrics', async () => {
    const stage = await satelliteStage();
    const id = await stage.far('behind', system);
    const { rows } = (await stage.call('GET', '/api/v1/network')).body as { rows: NetworkRow[] };
    expect(rows.filter((row) => row.host === 'sonarqube.internal.example')).toMatchObject([
      { from: 'Satellites', direction: 'elsewhere', integrationId: id },
    ]);
    expect(rows.filter(({ from }) => from === 'Satellites').map(({ to }) => to)).toContain('Plumbline hub');
    await stage.db.execute('update integrations.integrations set checked_at = now()');
    const made = await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [id] } });
    const key = keyIn(made.body.yaml);
    await call(stage, 'register', { key, body: arrival([id]) });
    await stage.sync(id);
    const value = async (name: string) =>
      [...satelliteMetrics(stage.db), ...ingestionMetrics(stage.db)].find((one) => one.name === name)?.read();
    expect(await value('plumbline_satellites')).toEqual([
      { labels: ['online'], value: 1 },
      { labels: ['stale'], value: 0 },
      { labels: ['offline'], value: 0 },
    ]);
    expect(await value('plumbline_satellite_tasks')).toEqual([{ labels: ['behind', 'waiting'], value: 1 }]);
    await stage.call('POST', `/api/v1/satellites/keys/${made.body.keyId}/revoke`);
    expect((await value('plumbline_satellites'))?.[0]).toEqual({ labels: ['online'], value: 0 });
  });

  it('is said to be set otherwise in the file where a satellite says so', async () => {
    const stage = await satelliteStage();
    const id = await stage.far('behind', system);
    const { yaml } = (await stage.call('POST', '/api/v1/satellites/files', { body: { integrationIds: [id] } })).body;
    const key = keyIn(yaml);
    await call(stage, 'register', { key, body: arrival([id]) });
    const state = {
      uptimeSeconds: 1,
      memoryBytes: 1,
      cpus: 1,
      running: 0,
      buffer: { bytes: 0, full: false },
      errors: [],
    };
    const shown = async () => (await stage.call('GET', '/api/v1/satellites')).body.satellites[0].differing;
    // As one of before says it.
    const beat = { clock: new Date().toISOString(), ...state };
    expect((await call(stage, 'heartbeat', { key, body: beat })).status).toBe(200);
    expect(await shown()).toEqual([]);
    const differing = [
      { integration: id, settings: ['projectKeys'] },
      { integration: id + 1, settings: ['of another'] },
    ];
    await call(stage, 'heartbeat', { key, body: { ...beat, differing } });
    expect(await shown()).toEqual([{ integration: { id, name: 'behind' }, settings: ['projectKeys'] }]);
  });

  it('takes no secret, waits for its first check, and is not called by the hub', async () => {
    const stage = await satelliteStage();
    const body = { name: 'behind', kind: 'sonarqube', settings: system.settings, place: 'satellite' };
    const given = await stage.call('POST', '/api/v1/integrations', { body: { ...body, secrets: system.secrets } });
    expect([given.status, given.body.error.code]).toEqual([422, 'secrets_stay_in_satellite']);
    const id = await stage.far('behind', system);
    const later = await stage.call('POST', `/api/v1/integrations/${id}/reauthenticate`, {
      body: { secrets: system.secrets },
    });
    expect(later.body.error.code).toBe('secrets_stay_in_satellite');
    const credential = await stage.call('POST', `/api/v1/integrations/${id}/credentials`, {
      body: { secrets: system.secrets },
    });
    expect(credential.body.error.code).toBe('secrets_stay_in_satellite');
    const choices = await stage.call('POST', `/api/v1/integrations/${id}/choices`, { body: { field: 'projectKeys' } });
    expect(choices.body.error.code).toBe('read_by_satellite');
    await expect(
      stage.integrations.connect(id, new AbortController().signal, async () => 'called'),
    ).rejects.toMatchObject({ code: 'read_by_satellite' });
    expect(await stage.integrations.sources.active()).toEqual([]);
    const { lines } = await stage.check(id);
    expect(lines[0]).toMatchObject({ check: { outcome: 'failed', code: 'satellite_offline' } });
    expect(await stage.satellites.offline([id])).toEqual(new Set([id]));
    expect((await stage.call('GET', `/api/v1/integrations/${id}`)).body.integration).toMatchObject({
      place: 'satellite',
      checkedAt: null,
      credential: null,
    });
  });
});
