import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegistrySimulator, startRegistrySimulator } from '../../../lab/simulators/registry/index.ts';
import { pusher } from '../../../test/connector/oci-images.ts';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { type Hub, startHub } from '../../hub.ts';
import { loadConfig } from '../../platform/config/index.ts';
import { silentLog } from '../../platform/telemetry/index.ts';
import type { ImageList, RepositoryList } from './contract.ts';
import type { HeldAbsence, HeldAbsenceList, IntegrationHealthList, Run, TaskList } from '../ingestion/contract.ts';

let database: TestDatabase;
let home: string;
let hub: Hub;
let token: string;
let simulator: RegistrySimulator;
let integration: number;

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(new URL(path, hub.url), init);
  return { status: answer.status, text: await answer.text() };
}

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { status, text } = await ask(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text) as T;
}

async function ended({ id }: Pick<Run, 'id'>): Promise<Run> {
  for (;;) {
    const run = await api<Run>('GET', `/api/v1/runs/${id}`);
    if (!['pending', 'running'].includes(run.status)) return run;
    await delay(100);
  }
}

const sync = async (): Promise<Run> =>
  ended(await api<Run>('POST', `/api/v1/integrations/${integration}/sync`, { full: false }));
const held = async (): Promise<HeldAbsence[]> =>
  (await api<HeldAbsenceList>('GET', '/api/v1/held-absences?integration=registry')).held;
const confirm = (one: HeldAbsence, fingerprint = one.fingerprint): Promise<{ status: number; text: string }> =>
  ask('POST', `/api/v1/held-absences/${one.id}/confirm`, { fingerprint });
const metric = async (name: string): Promise<string[]> =>
  (await ask('GET', '/metrics')).text.split('\n').filter((line) => line.startsWith(`${name}{`));
const present = async (): Promise<{ repositories: number; tags: number }> =>
  database.db.one(
    `select (select count(*) from images.repositories where deleted_at is null) as repositories,
            (select count(*) from images.tag_periods t join images.repositories r on r.id = t.repository_id
              where t.to_at is null and r.source_key = 'team/r0') as tags`,
  );
/** As if the runs of before were an hour ago. */
const hourLater = async (): Promise<void> => {
  await database.db.execute("update ingestion.held_absences set held_at = held_at - interval '1 hour'");
  await database.db.execute("update ingestion.sync_wants set not_before = not_before - interval '1 hour'");
};

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-held-'));
  simulator = await startRegistrySimulator({ referrers: 'none' });
  for (let index = 0; index < 60; index += 1) {
    const push = pusher(simulator, `team/r${index}`);
    push.tag('latest', push.manifest({ annotations: { n: String(index) } }));
  }
  const first = pusher(simulator, 'team/r0');
  for (let index = 0; index < 60; index += 1)
    first.tag(`v${index}`, first.manifest({ annotations: { v: `${index}` } }));
  const config = loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 });
  hub = await startHub({
    config,
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'all',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  const made = await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
    name: 'registry',
    kind: 'oci-registry',
    settings: { url: simulator.url },
    secrets: {},
    syncIntervalSeconds: 86_400,
  });
  integration = made.integration.id;
  expect(await sync()).toMatchObject({ status: 'success', rowsGone: 0, rowsHeld: 0 });
  expect(await present()).toEqual({ repositories: 60, tags: 61 });
});
afterAll(async () => {
  await hub.stop();
  await simulator.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

describe('a repository that lists one of its sixty-one tags', () => {
  const tags = (): Map<string, string> => pusher(simulator, 'team/r0').repository.tags;

  it('keeps them, and its run is partial and says how many of how many', async () => {
    for (const name of tags().keys()) if (name !== 'latest') tags().delete(name);
    const run = await sync();
    expect(run).toMatchObject({
      status: 'partial',
      rowsGone: 0,
      rowsHeld: 60,
      error: {
        code: 'absence_held',
        message: '60 of 61 tags of team/r0 are missing at once; none was marked as gone.',
      },
    });
    expect(await present()).toEqual({ repositories: 60, tags: 61 });
    const { tasks } = await api<TaskList>('GET', `/api/v1/runs/${run.id}/tasks?status=partial`);
    expect(tasks).toMatchObject([
      {
        slice: 'repository:team/r0',
        rowsHeld: 60,
        streams: [
          { stream: 'images', held: false },
          { stream: 'image_tags', held: true, missing: 60, gone: 0 },
        ],
      },
    ]);
  });

  it('loses them when it says the same an hour later, though nothing moved since', async () => {
    // Asked again by a person, and not an hour later.
    expect(await sync()).toMatchObject({ status: 'partial', rowsGone: 0, rowsHeld: 60 });
    expect(await held()).toMatchObject([
      { slice: 'repository:team/r0', stream: 'image_tags', missing: 60, before: 61 },
    ]);
    await hourLater();
    expect(await sync()).toMatchObject({ status: 'success', rowsGone: 60, rowsHeld: 0 });
    expect(await present()).toEqual({ repositories: 60, tags: 1 });
    expect(await held()).toEqual([]);
  });
});

describe('a catalogue of sixty repositories that names one', () => {
  let kept: typeof simulator.repositories;

  it('is held, and needs attention wherever the integration is shown', async () => {
    kept = new Map(simulator.repositories);
    for (const name of kept.keys()) if (name !== 'team/r0') simulator.repositories.delete(name);
    expect(await sync()).toMatchObject({
      status: 'partial',
      error: { code: 'absence_held' },
      rowsGone: 0,
      rowsHeld: 59,
    });
    // Not hidden by the next one, which finds nothing new.
    expect(await sync()).toMatchObject({ status: 'partial', rowsHeld: 59 });
    expect(await present()).toEqual({ repositories: 60, tags: 1 });
    const { integrations } = await api<IntegrationHealthList>('GET', '/api/v1/health');
    expect(integrations[0]).toMatchObject({ health: 'NEEDS_ATTENTION' });
    expect(integrations[0]?.reasons[0]).toEqual({
      code: 'absence_held',
      message: '59 of 60 repositories are missing at once: nothing is marked as gone until that is confirmed.',
    });
    expect(await metric('plumbline_rows_held')).toEqual([
      'plumbline_rows_held{integration="registry",stream="repositories"} 59',
    ]);
    expect(await held()).toMatchObject([
      {
        integrationName: 'registry',
        slice: 'discovery',
        stream: 'repositories',
        missing: 59,
        before: 60,
        confirmedAt: null,
        examples: expect.arrayContaining(['team/r1', 'team/r10']),
      },
    ]);
  });

  it('is not confirmed for other rows than a person has seen', async () => {
    const [seen] = await held();
    simulator.repositories.set('team/r1', kept.get('team/r1') as never);
    simulator.repositories.delete('team/r0');
    await sync();
    expect(await confirm(seen as HeldAbsence)).toMatchObject({ status: 409 });
    expect(JSON.parse((await confirm(seen as HeldAbsence)).text)).toMatchObject({
      error: { code: 'held_absence_changed' },
    });
    expect((await ask('POST', '/api/v1/held-absences/999/confirm', { fingerprint: 'x' })).status).toBe(404);
    expect(await present()).toMatchObject({ repositories: 60 });
  });

  it('loses them when a person confirms what is missing, with a line in the audit trail', async () => {
    const [seen] = await held();
    const answer = await confirm(seen as HeldAbsence);
    expect(answer.status).toBe(200);
    expect(await ended(JSON.parse(answer.text) as Run)).toMatchObject({ status: 'success', rowsGone: 59, rowsHeld: 0 });
    expect(await present()).toMatchObject({ repositories: 1 });
    expect(await held()).toEqual([]);
    const { events } = await api<{ events: object[] }>('GET', '/api/v1/audit?action=absence.confirm');
    expect(events).toMatchObject([
      {
        objectKind: 'integration',
        objectName: 'registry',
        details: { stream: 'repositories', missing: 59, before: 60 },
      },
    ]);
  });

  it('counts what is gone for ever, by stream', async () => {
    expect(await metric('plumbline_rows_gone_total')).toEqual([
      'plumbline_rows_gone_total{integration="registry",stream="image_tags"} 60',
      'plumbline_rows_gone_total{integration="registry",stream="repositories"} 59',
    ]);
    expect(await metric('plumbline_incomplete_projects')).toEqual([
      'plumbline_incomplete_projects{integration="registry"} 0',
    ]);
    const [age] = await metric('plumbline_last_good_sync_age_seconds');
    expect(Number(age?.split(' ').at(-1))).toBeLessThan(600);
  });
});

describe('settings that leave out fifty-nine of sixty repositories', () => {
  const watch = (settings: { repositories?: string[]; tags?: string[] }): Promise<unknown> =>
    api('PATCH', `/api/v1/integrations/${integration}`, { settings: { url: simulator.url, ...settings } });
  const listed = async (state: string): Promise<RepositoryList> =>
    api('GET', `/api/v1/images/repositories?state=${state}`);
  const counted = async (): Promise<number> => (await api<ImageList>('GET', '/api/v1/images')).total;

  it('are followed at once: nothing is held, nothing called gone from the registry', async () => {
    for (let index = 0; index < 60; index += 1) {
      const push = pusher(simulator, `team/r${index}`);
      push.tag('latest', push.manifest({ annotations: { n: String(index) } }));
    }
    expect(await sync()).toMatchObject({ status: 'success' });
    expect([(await listed('watched')).total, await counted()]).toEqual([60, 60]);
    await watch({ repositories: ['team/r1'] });
    expect(await sync()).toMatchObject({ status: 'success', rowsHeld: 0, rowsGone: 0 });
    expect(await held()).toEqual([]);
    expect([(await listed('watched')).total, await counted()]).toEqual([1, 1]);
    const outside = await listed('outside');
    expect([outside.total, (await listed('gone')).total]).toEqual([59, 0]);
    expect(outside.repositories[0]).toMatchObject({ name: 'team/r0', leftAt: expect.any(String) });
    const { images } = await api<ImageList>('GET', '/api/v1/images?search=team/r2&untagged=with');
    expect(images[0]).toMatchObject({ leftScopeAt: expect.any(String), goneAt: null, tags: [] });
  });

  it('bring everything back when they ask for it again', async () => {
    await watch({ repositories: ['team/*'] });
    expect(await sync()).toMatchObject({ status: 'success', rowsHeld: 0 });
    expect([(await listed('watched')).total, (await listed('outside')).total, await counted()]).toEqual([60, 0, 60]);
    const { images } = await api<ImageList>('GET', '/api/v1/images?search=team/r2');
    expect(images[0]).toMatchObject({ leftScopeAt: null, untaggedAt: null, tags: ['latest'] });
  });

  it('leave out tags in the same way', async () => {
    const first = pusher(simulator, 'team/r0');
    for (let index = 0; index < 60; index += 1)
      first.tag(`v${index}`, first.manifest({ annotations: { v: `${index}` } }));
    expect(await sync()).toMatchObject({ status: 'success' });
    expect(await present()).toMatchObject({ tags: 61 });
    await watch({ tags: ['latest'] });
    expect(await sync()).toMatchObject({ status: 'success', rowsHeld: 0 });
    expect(await present()).toEqual({ repositories: 60, tags: 1 });
  });

  it('need attention while a name or pattern of theirs is answered by nothing', async () => {
    await watch({ repositories: ['team/r1', 'taem/*', 'team/r99'] });
    expect(await sync()).toMatchObject({
      status: 'partial',
      error: {
        code: 'repository_not_found',
        message: 'Nothing that the credential sees matches “taem/*”, “team/r99”; check the names in the settings.',
      },
    });
    const { integrations } = await api<IntegrationHealthList>('GET', '/api/v1/health');
    expect(integrations[0]).toMatchObject({ health: 'NEEDS_ATTENTION' });
  });
});
