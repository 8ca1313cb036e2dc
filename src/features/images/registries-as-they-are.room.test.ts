import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RegistrySimulator, startRegistrySimulator } from '../../../lab/simulators/registry/index.ts';
import { commit, gitStatement, pusher } from '../../../test/connector/oci-images.ts';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { type Hub, startHub } from '../../hub.ts';
import { loadConfig } from '../../platform/config/index.ts';
import { readMigrations } from '../../platform/database/index.ts';
import { silentLog } from '../../platform/telemetry/index.ts';
import { migrationFolders } from '../../schema.ts';
import type { Image, ImageList } from './contract.ts';

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
  error: { code: string; message: string } | null;
}

async function sync(): Promise<Run> {
  const { id } = await api<Run>('POST', `/api/v1/integrations/${integration}/sync`, { full: false });
  for (;;) {
    const run = await api<Run>('GET', `/api/v1/runs/${id}`);
    if (!['pending', 'running'].includes(run.status)) return run;
    await delay(100);
  }
}

/** Tags that point somewhere now, as `repository:tag`. */
async function tagsNow(repository: string): Promise<string[]> {
  const { images } = await api<ImageList>(
    'GET',
    `/api/v1/images?search=${encodeURIComponent(repository)}&untagged=with`,
  );
  return images.flatMap(({ tags }) => tags).toSorted();
}

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-registries-'));
  simulator = await startRegistrySimulator({ referrers: 'none' });
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
  for (const name of ['team/stays', 'team/goes']) {
    const push = pusher(simulator, name);
    for (const tag of ['a', 'b'])
      push.tag(tag, push.manifest({ annotations: { 'org.opencontainers.image.revision': commit, name, tag } }));
  }
  const made = await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
    name: 'registry',
    kind: 'oci-registry',
    settings: { url: simulator.url },
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

describe('a repository that vanishes', () => {
  it('takes its tags and images with it, and they are back when it is', async () => {
    expect(await sync()).toMatchObject({ status: 'success', error: null });
    expect([await tagsNow('team/goes'), await tagsNow('team/stays')]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    const kept = simulator.repositories.get('team/goes');
    simulator.repositories.delete('team/goes');
    expect(await sync()).toMatchObject({ status: 'success', error: null });
    expect([await tagsNow('team/goes'), await tagsNow('team/stays')]).toEqual([[], ['a', 'b']]);
    const { images } = await api<ImageList>('GET', '/api/v1/images?search=team/goes&untagged=with');
    expect(images.map(({ goneAt, untaggedAt }) => goneAt !== null && untaggedAt !== null)).toEqual([true, true]);

    // Exactly as it was: nothing in the registry says that it was ever away.
    if (kept !== undefined) simulator.repositories.set('team/goes', kept);
    expect(await sync()).toMatchObject({ status: 'success', error: null });
    expect(await tagsNow('team/goes')).toEqual(['a', 'b']);
    const back = await api<ImageList>('GET', '/api/v1/images?search=team/goes');
    expect(back.images.map(({ goneAt, untaggedAt }) => [goneAt, untaggedAt])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('a tag that a notification saw elsewhere, and that is back at the next poll, is where it is', async () => {
    const push = pusher(simulator, 'team/stays');
    const there = push.repository.tags.get('a') ?? '';
    const hook = await api<{ url: string; secret: string }>(
      'POST',
      `/api/v1/integrations/${integration}/webhook-secret`,
      { adapter: 'generic' },
    );
    const other = push.manifest({ annotations: { moved: 'yes' } });
    push.tag('a', other);
    await fetch(hook.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${hook.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ repository: 'team/stays', tag: 'a' }),
    });
    const pointing = async (): Promise<string | undefined> => {
      const { images } = await api<ImageList>('GET', '/api/v1/images?search=team/stays');
      return images.find(({ tags }) => tags.includes('a'))?.digest;
    };
    while ((await pointing()) !== other.digest) await delay(100);
    push.tag('a', { digest: there });
    expect(await sync()).toMatchObject({ status: 'success' });
    expect(await pointing()).toBe(there);
  });
});

describe('a list that was not read to its end', () => {
  it('is a run that is partial and says why, and takes nothing away', async () => {
    const link = '<https://cdn.example.com/next>; rel="next"';
    simulator.options.before = ({ path }) =>
      path.includes('/_catalog')
        ? { status: 200, headers: { link }, body: '{"repositories":["team/stays"]}' }
        : path.includes('team/stays/tags')
          ? { status: 200, headers: { link }, body: '{"tags":["b"]}' }
          : undefined;
    expect(await sync()).toMatchObject({
      status: 'partial',
      error: { code: 'incomplete_listing', message: expect.stringContaining('cdn.example.com') },
    });
    expect([await tagsNow('team/goes'), await tagsNow('team/stays')]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    delete simulator.options.before;
    expect(await sync()).toMatchObject({ status: 'success', error: null });
  });
});

interface Audit {
  status: string;
  error: { code: string } | null;
  scopes: {
    stream: string;
    label: string;
    source: number;
    stored: number;
    differences: { sourceKey: string; kind: string; fields: { name: string; stored: string; source: string }[] }[];
  }[];
}

async function audit(): Promise<Audit> {
  const { id } = await api<{ id: number }>('POST', `/api/v1/integrations/${integration}/audits`);
  for (;;) {
    const found = await api<Audit>('GET', `/api/v1/audits/${id}`);
    if (found.status !== 'running') return found;
    await delay(100);
  }
}

describe('an audit', () => {
  const counted = ({ scopes }: Audit): unknown[] =>
    scopes.map(({ stream, label, source, stored }) => `${stream} ${label} ${source} ${stored}`).toSorted();

  it('counts every repository, tag and image, and calls equal what is equal', async () => {
    const found = await audit();
    expect(found).toMatchObject({ status: 'equal', error: null });
    expect(counted(found)).toEqual([
      'image_tags team/goes 2 2',
      'image_tags team/stays 2 2',
      'images team/goes 2 2',
      'images team/stays 2 2',
      'repositories repositories 2 2',
    ]);
  });

  it('says which tag, which image and which value of it differ, and the next sync puts them right', async () => {
    const { db } = database;
    const stays = `repository_id = (select id from images.repositories where source_key = 'team/stays')`;
    const goes = `repository_id = (select id from images.repositories where source_key = 'team/goes')`;
    // As a fault of ours would leave it: hashes and evidence say that nothing changed.
    await db.execute(
      `update images.platforms set commit = 'deadbeef' where image_id = (select image_id from images.tag_periods where name = 'a' and to_at is null and ${stays})`,
    );
    await db.execute(
      `update images.claims set revision = null where image_id = (select image_id from images.tag_periods where name = 'b' and to_at is null and ${stays})`,
    );
    await db.execute(
      `update images.tag_periods set image_id = (select image_id from images.tag_periods where name = 'b' and to_at is null and ${goes}) where name = 'a' and to_at is null and ${goes}`,
    );
    await db.execute(
      `insert into images.tag_periods (integration_id, repository_id, name, image_id, from_at) select integration_id, repository_id, 'ghost', image_id, now() from images.tag_periods where name = 'b' and to_at is null and ${goes}`,
    );
    const found = await audit();
    expect(found.status).toBe('different');
    const differences = found.scopes.flatMap(({ stream, differences }) =>
      differences.map(({ kind, sourceKey, fields }) => [
        stream,
        kind,
        sourceKey.startsWith('sha256:') ? 'digest' : sourceKey,
        ...fields.map(({ name, stored, source }) => (name === 'digest' ? name : `${name} ${stored} ${source}`)),
      ]),
    );
    expect(differences.map((one) => one.join(' ')).toSorted()).toEqual([
      'image_tags changed a digest',
      'image_tags invented ghost',
      `images changed digest claims[0].revision null ${commit}`,
      `images changed digest platforms[0].commit deadbeef ${commit}`,
    ]);
    expect(await sync()).toMatchObject({ status: 'success' });
    expect(await audit()).toMatchObject({ status: 'equal' });
  });

  it('that could not read a repository, or a list to its end, does not say equal', async () => {
    simulator.options.before = ({ path }) =>
      path.includes('team/stays/tags') ? { status: 403, body: '{"errors":[{"code":"DENIED"}]}' } : undefined;
    expect(await audit()).toMatchObject({ status: 'incomplete', error: { code: 'invalid_permissions' } });
    simulator.options.before = ({ path }) =>
      path.includes('team/stays/tags')
        ? { status: 200, headers: { link: '<https://x.example/2>; rel="next"' }, body: '{"tags":["a"]}' }
        : undefined;
    const cutOff = await audit();
    expect(cutOff).toMatchObject({ status: 'incomplete', error: { code: 'incomplete_listing' } });
    expect(cutOff.scopes.flatMap(({ differences }) => differences)).toEqual([]);
    delete simulator.options.before;
    await sync();
  });
});

describe('what is kept', () => {
  it('of a sparse index says which platform is not there', async () => {
    const push = pusher(simulator, 'team/sparse');
    const there = push.manifest({ annotations: { 'org.opencontainers.image.revision': commit } });
    const absent = { ...there, digest: `sha256:${'0'.repeat(64)}`, platform: { os: 'linux', architecture: 'arm64' } };
    push.tag('1', push.index([{ ...there, platform: { os: 'linux', architecture: 'amd64' } }, absent]));
    expect(await sync()).toMatchObject({ status: 'success' });
    const { images } = await api<ImageList>('GET', '/api/v1/images?search=team/sparse');
    const image = await api<Image>('GET', `/api/v1/images/${images[0]?.id}`);
    expect(image).toMatchObject({ problem: null, absentPlatforms: ['linux/arm64'], provenance: { commit } });
    expect(image.platforms).toHaveLength(1);
    const { found } = await database.db.one<{ found: string[] }>(
      `select absent_platforms as found from data.images where repository = 'team/sparse'`,
    );
    expect(found).toEqual(['linux/arm64']);
  });

  it('of an address nobody understands has no password in any column of any table', async () => {
    const push = pusher(simulator, 'team/scm');
    for (const [tag, source] of [
      ['1', 'scm:git:https://user:S3CRETpw@git.example.com/team/scm'],
      ['2', 'scm:perforce:user:S3CRETpw@p4.example.com:1666'],
      ['3', 'https:/user:S3CRETpw@git.example.com/team/scm'],
    ] as const) {
      const values = { 'org.opencontainers.image.revision': commit, 'org.opencontainers.image.source': source };
      const platform = push.manifest({ annotations: values }, values);
      const statement = gitStatement(platform).replaceAll('https://git.example.com/team/made.git', source);
      push.tag(tag, push.index([platform, push.attestation(platform, [statement])], { annotations: values }));
    }
    simulator.options.before = ({ path }) =>
      path.includes('team/stays/tags')
        ? { status: 403, body: 'no: https:/user:S3CRETpw@git.example.com/x' }
        : undefined;
    await sync();
    delete simulator.options.before;
    expect(await tagsNow('team/scm')).toEqual(['1', '2', '3']);
    const tables = await database.db.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables) {
      const { n } = await database.db.one<{ n: number }>(
        `select count(*) as n from ${name} t where t::text ~* 'S3CRETpw'`,
      );
      expect({ name, n }).toEqual({ name, n: 0 });
    }
  });

  it('from before is cleaned by the migrations, and nothing else is changed', async () => {
    const { db } = database;
    const dirty = 'ssh://scm/git:https:/user:S3CRETpw@git.example.com/x';
    const key = 'scm/git:https:/user:s3cretpw@git.example.com/x';
    const [claim] = await db.query<{ image_id: number }>('select image_id from images.claims limit 1');
    const image = claim?.image_id;
    const signer = 'https://github.com/org/repo/.github/workflows/x.yml@refs/heads/main';
    await db.execute('update images.claims set source = $2, repository_key = $3, builder_id = $4 where image_id = $1', [
      image,
      dirty,
      key,
      signer,
    ]);
    await db.execute('update images.platforms set repository_url = $2, repository_key = $3 where image_id = $1', [
      image,
      dirty,
      key,
    ]);
    const evidence = JSON.stringify({ claim: { source: dirty, builderId: signer }, analyses: [] });
    await db.execute(
      `insert into policy.results (policy, image_id, registry_id, repository_id, status, reason, message, evidence, evidence_hash)
       values ('old', $1, 1, 1, 'no_data', 'NO_ANALYSIS', 'x', $2, 'h')`,
      [image, evidence],
    );
    await db.execute(
      `insert into ingestion.set_aside (task_id, integration_id, slice, stream, scope, reason, redacted_text)
       select id, integration_id, slice, 'images', '', 'x', $1 from ingestion.tasks limit 1`,
      [`{"source":"${dirty}"}`],
    );
    const migrations = await readMigrations(migrationFolders);
    for (const name of ['registries-as-they-are', 'redacted-evidence', 'redacted-set-aside']) {
      const sql = migrations.find((migration) => migration.name.endsWith(name))?.sql ?? '';
      await db.transaction((tx) => tx.execute(sql.slice(sql.indexOf('create function'))));
    }
    const row = await db.one(
      `select c.source, c.repository_key, c.builder_id, p.repository_url, r.evidence, s.redacted_text
         from images.claims c join images.platforms p using (image_id) join policy.results r using (image_id), ingestion.set_aside s
        where c.image_id = $1 and r.policy = 'old' limit 1`,
      [image],
    );
    const clean = 'ssh://scm/git:https:/git.example.com/x';
    expect(row).toEqual({
      source: clean,
      repository_key: 'scm/git:https:/git.example.com/x',
      builder_id: signer,
      repository_url: clean,
      evidence: { claim: { source: clean, builderId: signer }, analyses: [] },
      redacted_text: `{"source":"${clean}"}`,
    });
  });
});
