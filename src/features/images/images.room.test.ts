import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labContext } from '../../../lab/context.ts';
import { choosePorts } from '../../../lab/ports.ts';
import { findRegistry } from '../../../lab/registry/program.ts';
import { openImageStore, replayImages } from '../../../lab/registry/replay.ts';
import { startRegistry, stopRegistry } from '../../../lab/registry/server.ts';
import { type RegistrySimulator, startRegistrySimulator } from '../../../lab/simulators/registry/index.ts';
import { commit, gitStatement, pusher } from '../../../test/connector/oci-images.ts';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { type Hub, startHub } from '../../hub.ts';
import { loadConfig } from '../../platform/config/index.ts';
import { silentLog } from '../../platform/telemetry/index.ts';
import type { Image, ImageList, RepositoryList } from './contract.ts';
import { findImage, imagesOfCommits, imagesOfRepository, readImages } from './index.ts';

const fixtures = new URL('../../../test/fixtures/provenance/', import.meta.url).pathname;
const store = await openImageStore(join(fixtures, 'store'));
const checkout = '890590b3273a2be3c0dcf811df22fae5492e6d3a';

let database: TestDatabase;
let home: string;
let hub: Hub;
let token: string;
let simulator: RegistrySimulator;
let integration: number;

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(new URL(path, hub.url), init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

interface Run {
  id: number;
  status: string;
  error: unknown;
}

interface Audited {
  status: string;
  scopes: { differences: unknown[] }[];
}

async function sync(full = false): Promise<Run> {
  const started = await api<Run>('POST', `/api/v1/integrations/${integration}/sync`, { full });
  return ended(started.id);
}

async function ended(id: number): Promise<Run> {
  for (;;) {
    const run = await api<Run>('GET', `/api/v1/runs/${id}`);
    if (!['pending', 'running'].includes(run.status)) return run;
    await delay(100);
  }
}

const listImages = (query = ''): Promise<ImageList> => api('GET', `/api/v1/images${query}`);
const byTag = async (repository: string, tag: string): Promise<Image> => {
  const { images } = await listImages(`?search=${encodeURIComponent(tag)}&untagged=with`);
  const found = images.find((image) => image.repository.name === repository && image.tags.includes(tag));
  if (found === undefined) throw new Error(`no image ${repository}:${tag}`);
  return api('GET', `/api/v1/images/${found.id}`);
};

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-images-'));
  simulator = await startRegistrySimulator({ referrers: 'none' });
  await replayImages(store, simulator.url);
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
  const publicKeys = await readFile(join(fixtures, 'cosign.pub'), 'utf8');
  const made = await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
    name: 'registry',
    kind: 'oci-registry',
    settings: { url: simulator.url, publicKeys },
    secrets: {},
    syncIntervalSeconds: 86_400,
  });
  integration = made.integration.id;
});
afterAll(async () => {
  await hub.stop();
  await simulator.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

describe('a registry that was connected', () => {
  it('is read whole, and every image has its commit', async () => {
    expect(await sync()).toMatchObject({ status: 'success', error: null });
    const { repositories } = await api<RepositoryList>('GET', '/api/v1/images/repositories');
    expect(repositories.map(({ name, tags, images }) => ({ name, tags, images }))).toEqual([
      { name: 'team/checkout', tags: 26, images: 26 },
      { name: 'team/mono-a', tags: 1, images: 1 },
      { name: 'team/s256', tags: 1, images: 1 },
    ]);
    expect(await listImages()).toMatchObject({ total: 28 });
    expect((await listImages('?outcome=NO_PROVENANCE')).images.map(({ tags }) => tags[0]).toSorted()).toEqual([
      'docker-v2',
      'noprov',
    ]);
    expect((await listImages(`?search=${checkout.slice(0, 10)}`)).total).toBe(23);
  });

  it('shows every claim with its source and trust, also those that were not believed', async () => {
    const image = await byTag('team/checkout', 'git-vcs');
    expect(image.platforms).toMatchObject([
      {
        os: 'linux',
        architecture: 'amd64',
        outcome: 'resolved',
        trust: 'builder',
        commit: checkout,
        ref: 'main',
        warnings: ['CLAIMS_DIFFER'],
        claim: 0,
      },
    ]);
    expect(image.claims).toMatchObject([
      { trust: 'builder', place: 'index_attestation', repositoryKey: '127.0.0.1/team/checkout', revision: checkout },
      { trust: 'client', source: 'https://other.example/x', revision: 'deadbeef-dirty' },
    ]);
    expect(image.pullReference).toBe(`${new URL(simulator.url).host}/team/checkout@${image.digest}`);
    const signed = await byTag('team/checkout', 'cosigned');
    expect(signed.claims).toContainEqual(
      expect.objectContaining({ trust: 'signed', signature: 'verified', platformDigest: null }),
    );
    expect(signed.provenance).toMatchObject({ outcome: 'resolved', trust: 'signed' });
  });

  it('keeps no credential of a statement in any column of any table', async () => {
    const tables = await database.db.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(40);
    for (const { name } of tables) {
      const { n } = await database.db.one<{ n: number }>(
        `select count(*) as n from ${name} t where t::text ~ 'user:pw|:pw@|xxxxx'`,
      );
      expect({ name, n }).toEqual({ name, n: 0 });
    }
  });

  it('is not written again while nothing changes', async () => {
    // Where each row lies and which transaction wrote it: a write of any kind moves one of the two.
    const writes = async (): Promise<unknown[]> => {
      const versions = [];
      for (const table of ['repositories', 'images', 'platforms', 'claims', 'tag_periods'])
        versions.push(await database.db.query(`select ctid::text, xmin::text from images.${table} order by ctid`));
      return versions;
    };
    const before = await writes();
    simulator.journal.clear();
    expect(await sync()).toMatchObject({ status: 'success' });
    expect(await writes()).toEqual(before);
    expect(simulator.journal.entries.filter(({ url }) => url.includes('/blobs/'))).toEqual([]);
  });

  it('an audit finds no difference, and one that was made', async () => {
    const audit = async (): Promise<Audited> => {
      const { id } = await api<{ id: number }>('POST', `/api/v1/integrations/${integration}/audits`);
      for (;;) {
        const found = await api<Audited>('GET', `/api/v1/audits/${id}`);
        if (found.status !== 'running') return found;
        await delay(100);
      }
    };
    const clean = await audit();
    expect(clean.scopes.flatMap(({ differences }) => differences)).toEqual([]);
    await database.db.execute(`update images.tag_periods set to_at = now() where name = 'multi'`);
    const found = await audit();
    expect(found.scopes.flatMap(({ differences }) => differences)).toHaveLength(1);
    expect(await sync()).toMatchObject({ status: 'success' });
    expect((await byTag('team/checkout', 'multi')).platforms).toHaveLength(2);
  });
});

describe('tags that move', () => {
  it('keep where they pointed; an image without a tag stays, and is gone when the registry says so', async () => {
    const push = pusher(simulator, 'team/moving');
    const first = push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } });
    push.tag('latest', first);
    expect(await sync()).toMatchObject({ status: 'success' });
    const before = await byTag('team/moving', 'latest');
    expect(before.tagHistory).toMatchObject([{ name: 'latest', imageId: before.id, to: null }]);

    const second = push.manifest({ annotations: { 'org.opencontainers.image.revision': `${commit}-dirty` } });
    push.tag('latest', second);
    expect(await sync()).toMatchObject({ status: 'success' });
    const after = await byTag('team/moving', 'latest');
    expect(after).toMatchObject({ digest: second.digest, provenance: { dirty: true, commit } });
    expect(after.tagHistory.map(({ digest, to }) => [digest, to === null])).toEqual([
      [second.digest, true],
      [first.digest, false],
    ]);
    const left = await api<Image>('GET', `/api/v1/images/${before.id}`);
    expect(left).toMatchObject({ tags: [], untaggedAt: expect.any(String), goneAt: null });
    expect((await listImages('?search=team/moving')).total).toBe(1);
    expect((await listImages('?search=team/moving&untagged=with')).total).toBe(2);

    push.repository.tags.delete('latest');
    push.repository.manifests.delete(second.digest);
    expect(await sync()).toMatchObject({ status: 'success' });
    const gone = await api<Image>('GET', `/api/v1/images/${after.id}`);
    expect(gone).toMatchObject({ tags: [], goneAt: expect.any(String) });
    expect(gone.tagHistory.every(({ to }) => to !== null)).toBe(true);

    push.tag('latest', first);
    expect(await sync()).toMatchObject({ status: 'success' });
    expect(await byTag('team/moving', 'latest')).toMatchObject({ id: before.id, untaggedAt: null });
  });

  it('an attachment pushed later is read, though no tag of an image moved', async () => {
    const push = pusher(simulator, 'team/attested');
    const platform = push.manifest();
    push.tag('1', platform);
    await sync();
    expect(await byTag('team/attested', '1')).toMatchObject({ provenance: { outcome: 'NO_PROVENANCE' } });
    const statement = push.blob(gitStatement(platform), 'application/vnd.in-toto+json');
    const config = push.blob('{}', 'application/vnd.oci.empty.v1+json');
    const subject = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: platform.digest,
      size: platform.size,
    };
    const attachment = push.put(
      {
        schemaVersion: 2,
        mediaType: subject.mediaType,
        artifactType: 'application/vnd.in-toto+json',
        config,
        layers: [statement],
        subject,
      },
      subject.mediaType,
    );
    push.tag(platform.digest.replace(':', '-'), push.index([attachment]));
    await sync();
    expect(await byTag('team/attested', '1')).toMatchObject({
      provenance: { outcome: 'resolved', trust: 'referrer', commit },
    });
  });
});

describe('notifications', () => {
  const event = (repository: string, tag: string, id: string): unknown => ({
    events: [
      {
        id,
        action: 'push',
        target: { repository, tag, digest: `sha256:${'0'.repeat(64)}` },
        source: { instanceID: 'i' },
      },
    ],
  });
  let hook: { url: string; secret: string };
  const notify = async (body: unknown, secret = hook.secret): Promise<number> => {
    const headers = {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/vnd.docker.distribution.events.v1+json',
    };
    return (await fetch(hook.url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };

  it('are taken with their secret only, and read the repository from the registry itself', async () => {
    hook = await api('POST', `/api/v1/integrations/${integration}/webhook-secret`, { adapter: '' });
    expect(await notify(event('team/moving', 'v2', 'a'), 'wrong')).toBe(401);
    const push = pusher(simulator, 'team/moving');
    push.tag('v2', push.manifest({ annotations: { n: '2' } }));
    expect(await notify(event('team/moving', 'v2', 'b'))).toBe(204);
    for (;;) {
      const found = (await listImages('?search=v2')).images.find(({ tags }) => tags.includes('v2'));
      if (found !== undefined) break;
      await delay(100);
    }
  });

  it('of our own reading, of blobs, twice or of nonsense change nothing', async () => {
    const runs = async () => (await api<{ total: number }>('GET', '/api/v1/runs')).total;
    const before = await runs();
    expect(
      await notify({ events: [{ id: 'p', action: 'pull', target: { repository: 'team/moving', tag: 'v2' } }] }),
    ).toBe(204);
    expect(
      await notify({
        events: [
          { id: 'q', action: 'push', target: { repository: 'team/moving', mediaType: 'application/octet-stream' } },
        ],
      }),
    ).toBe(204);
    expect(await notify(event('team/moving', 'v2', 'b'))).toBe(204);
    expect(await notify({ hello: 'world' })).toBe(204);
    for (;;) {
      const { counts } = await api<{ counts: { waiting: number } }>('GET', `/api/v1/integrations/${integration}/inbox`);
      if (counts.waiting === 0) break;
      await delay(100);
    }
    expect(await runs()).toBe(before);
  });
});

const installed = await findRegistry(process.env);
if (installed === undefined) console.warn('docker-registry is not installed: its own notifications are not tried');

describe.skipIf(installed === undefined)('the real docker-registry', () => {
  it('tells of its pushes, and each image is there by itself, read once', async () => {
    const context = labContext({ ...process.env, PLUMBLINE_HOME: home });
    const { web: port } = await choosePorts({ web: 5190 });
    const settings = { url: `http://127.0.0.1:${port}` };
    await startRegistry(context, { port });
    try {
      const body = { name: 'debian', kind: 'oci-registry', settings, secrets: {}, syncIntervalSeconds: 86_400 };
      const { integration: made } = await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', body);
      const notifications = await api<{ url: string; secret: string }>(
        'POST',
        `/api/v1/integrations/${made.id}/webhook-secret`,
        { adapter: '' },
      );
      // Its first, empty poll is over before anything is pushed: what is found then was told.
      const first = await api<Run>('POST', `/api/v1/integrations/${made.id}/sync`, {});
      await ended(first.id);
      const { url } = await startRegistry(context, { port, notifications });
      await replayImages(store, url, ({ tag }) => ['git-min-v1', 'multi', 'noprov'].includes(tag));
      const read = async () =>
        (await listImages(`?integration=${made.id}`)).images.flatMap(({ tags }) => tags).toSorted();
      while ((await read()).length < 3) await delay(200);
      expect(await read()).toEqual(['git-min-v1', 'multi', 'noprov']);
      const { n } = await database.db.one<{ n: number }>(
        'select count(*) as n from images.images where integration_id = $1',
        [made.id],
      );
      expect(n).toBe(3);
      await api('DELETE', `/api/v1/integrations/${made.id}`, { name: 'debian' });
    } finally {
      await stopRegistry(context);
    }
  });
});

describe('what other rooms ask', () => {
  it('images of a commit, also of its beginning, and of a repository', async () => {
    const { db } = database;
    const push = pusher(simulator, 'team/short');
    push.tag('1', push.manifest({ annotations: { 'org.opencontainers.image.revision': checkout.slice(0, 9) } }));
    await sync();
    const short = (await byTag('team/short', '1')).id;
    const all = await imagesOfCommits(db, [checkout.toUpperCase()]);
    expect(all).toContain(short);
    expect(all.length).toBeGreaterThan(20);
    const decided = await db.query<{ image_id: number }>(
      'select distinct image_id from images.platforms where commit = $1',
      [checkout],
    );
    expect(all).toEqual(expect.arrayContaining(decided.map((row) => row.image_id)));
    expect(await imagesOfCommits(db, [checkout.replace(/.$/, '0')])).toEqual([short]);
    const [mono] = await imagesOfRepository(db, '127.0.0.1/team/mono');
    expect(await findImage(db, { integrationId: integration, repository: 'team/mono-a', tag: '1' })).toBe(mono);
    const [facts] = await readImages(db, [mono ?? 0]);
    expect(facts).toMatchObject({
      repository: 'team/mono-a',
      tags: ['1'],
      platforms: [{ subdir: 'svc/a', commitExact: true }],
    });
    expect(
      await findImage(db, { integrationId: integration, repository: 'team/mono-a', digest: facts?.digest ?? '' }),
    ).toBe(mono);
  });

  it('analysts find all of it in schema data', async () => {
    const counts = await database.db.one(
      `select (select count(*) from data.images) > 28 as images, (select count(*) from data.image_platforms where outcome = 'resolved') > 24 as platforms,
              (select count(*) from data.image_claims where signature = 'verified') = 2 as signed, (select bool_and(is_current) from data.image_tags where name = 'multi' and valid_to is null) as tags`,
    );
    expect(counts).toEqual({ images: true, platforms: true, signed: true, tags: true });
  });
});

describe('an integration that is deleted', () => {
  it('takes its images along', async () => {
    await api('DELETE', `/api/v1/integrations/${integration}`, { name: 'registry' });
    for (;;) {
      const { n } = await database.db.one<{ n: number }>(
        `select (select count(*) from images.images) + (select count(*) from images.repositories) + (select count(*) from images.claims)
              + (select count(*) from images.platforms) + (select count(*) from images.tag_periods) as n`,
      );
      if (n === 0) break;
      await delay(200);
    }
  });
});
