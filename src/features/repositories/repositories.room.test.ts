import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lines, type Sample, startSample } from '../../../lab/simulators/bitbucket-server/testing.ts';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { type Hub, startHub } from '../../hub.ts';
import { loadConfig } from '../../platform/config/index.ts';
import { silentLog } from '../../platform/telemetry/index.ts';
import type { Run } from '../ingestion/contract.ts';

let database: TestDatabase;
let home: string;
let hub: Hub;
let token: string;
let sample: Sample;
let integration: number;
let pull: Awaited<ReturnType<Sample['bitbucket']['state']['openPullRequest']>>;

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(new URL(path, hub.url), init);
  const text = await answer.text();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Reads everything that is due, and returns how the run ended. */
async function sync(full = false): Promise<Run['status']> {
  const { id } = await api<Run>('POST', `/api/v1/integrations/${integration}/sync`, { full });
  for (;;) {
    const run = await api<Run>('GET', `/api/v1/runs/${id}`);
    if (!['pending', 'running'].includes(run.status)) return run.status;
    await delay(100);
  }
}

const rows = <T extends object>(text: string): Promise<T[]> => database.db.query<T>(text);
const pullRequests = () =>
  rows<{ number: number; state: string; head: string }>(
    'select number, state, head from data.bitbucket_pull_requests where deleted_at is null order by number',
  );

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-repositories-'));
  sample = await startSample({ contextPath: '/bitbucket' });
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'all',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
  const made = await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
    name: 'bitbucket',
    kind: 'bitbucket-server',
    settings: { url: sample.bitbucket.url },
    secrets: { token: sample.bot },
    syncIntervalSeconds: 86_400,
  });
  integration = made.integration.id;
});
afterAll(async () => {
  await hub.stop();
  await sample.bitbucket.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

describe('a Bitbucket Server', () => {
  it('is read: its repositories and their pull requests', async () => {
    const { repository, bitbucket } = sample;
    const head = await bitbucket.state.push(repository, {
      branch: 'feature',
      from: 'main',
      files: { 'src/b.ts': lines(3) },
    });
    pull = await bitbucket.state.openPullRequest({
      title: 'Feature',
      from: { repository, branch: 'feature' },
      to: { repository, branch: 'main' },
    });
    expect(await sync()).toBe('success');
    expect(await rows('select project, slug, name, archived from data.bitbucket_repositories')).toEqual([
      { project: 'PAY', slug: 'ledger', name: 'ledger', archived: false },
    ]);
    expect(await rows('select key, name, repositories from data.bitbucket_projects')).toEqual([
      { key: 'PAY', name: 'Payments', repositories: 1 },
    ]);
    expect(await pullRequests()).toEqual([{ number: 1, state: 'open', head }]);
  });

  it('is followed: a new head, a merge, a deletion', async () => {
    const { repository, bitbucket } = sample;
    const head = await bitbucket.state.push(repository, { branch: 'feature', files: { 'src/b.ts': lines(4) } });
    expect(await sync()).toBe('success');
    expect(await pullRequests()).toEqual([{ number: 1, state: 'open', head }]);
    await bitbucket.state.merge(pull);
    expect(await sync()).toBe('success');
    expect(await pullRequests()).toEqual([{ number: 1, state: 'merged', head }]);
    await bitbucket.state.push(repository, { branch: 'other', from: 'main', files: { 'src/c.ts': lines(3) } });
    const second = await bitbucket.state.openPullRequest({
      title: 'Other',
      from: { repository, branch: 'other' },
      to: { repository, branch: 'main' },
    });
    expect(await sync()).toBe('success');
    bitbucket.state.deletePullRequest(second);
    expect(await sync()).toBe('success');
    expect((await pullRequests()).map(({ number }) => number)).toEqual([1]);
  });

  it('keeps a repository that was renamed, with its pull requests', async () => {
    const before = await rows<{ id: number }>('select id from data.bitbucket_repositories');
    sample.bitbucket.state.move(sample.repository, { name: 'General Ledger' });
    expect(await sync()).toBe('success');
    expect(await rows('select id, slug from data.bitbucket_repositories where deleted_at is null')).toEqual([
      { id: before[0]?.id, slug: 'general-ledger' },
    ]);
    expect((await pullRequests()).map(({ number }) => number)).toEqual([1]);
  });

  it('agrees with an audit that reads everything again', async () => {
    expect(await sync(true)).toBe('success');
  });

  it('marks nothing as gone when the token is not accepted any more', async () => {
    sample.bitbucket.state.revokeToken(sample.bot);
    expect(await sync()).toBe('failed');
    expect(await rows('select count(*) as n from data.bitbucket_repositories where deleted_at is null')).toEqual([
      { n: 1 },
    ]);
  });
});
