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
import type { Completeness, Run } from '../ingestion/contract.ts';
import type { Binding, BindingList } from './contract.ts';

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
    // No server says how many pull requests there are: nothing is counted, and no total is made up.
    const { rows: _, ...sums } = await api<Completeness>('GET', `/api/v1/integrations/${integration}/completeness`);
    expect(sums).toMatchObject({ counted: [], listed: 'code_repositories', slices: 1, complete: 1, unread: 0 });
  });

  it('is followed: a new head, a merge, a deletion', async () => {
    const { repository, bitbucket } = sample;
    const head = await bitbucket.state.push(repository, { branch: 'feature', files: { 'src/b.ts': lines(4) } });
    expect(await sync()).toBe('success');
    expect(await pullRequests()).toEqual([{ number: 1, state: 'open', head }]);
    const heads = () =>
      rows<{ commit: string; now: boolean }>(
        'select commit, to_at is null as now from repositories.pull_request_heads order by from_at',
      );
    expect((await heads()).map(({ now }) => now)).toEqual([false, true]);
    expect((await heads()).at(-1)?.commit).toBe(head);
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
});

describe('a binding', () => {
  const refused = async (method: string, path: string, sent?: unknown): Promise<string> => {
    try {
      await api(method, path, sent);
    } catch (error) {
      return /"code":"([a-z_]+)"/.exec((error as Error).message)?.[1] ?? String(error);
    }
    return 'not refused';
  };
  const project = async (key: string): Promise<number> => {
    const { id } = await database.db.one<{ id: number }>(
      `insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash)
       values (999, $1, $1, 'TRK', gen_random_uuid()) returning id`,
      [key],
    );
    return id;
  };
  const bind = async (sent: object): Promise<Binding> =>
    (await api<{ binding: Binding }>('POST', '/api/v1/bindings', sent)).binding;
  const page = (): string => `${sample.bitbucket.url}/projects/PAY/repos/general-ledger/browse`;

  it('says which repository a project is of, by the address of a page', async () => {
    const binding = await bind({ project: await project('ledger'), repository: page() });
    expect(binding).toMatchObject({
      project: { key: 'ledger' },
      repository: { project: 'PAY', slug: 'general-ledger', integration: { id: integration, name: 'bitbucket' } },
      mono: false,
      annotations: true,
      reportKey: 'com.sonarsource.sonarqube',
      keyIsDocumented: true,
      warnings: [],
    });
    expect(await rows('select is_mono, prefix, chosen_key from data.sonarqube_bindings')).toEqual([
      { is_mono: false, prefix: '', chosen_key: null },
    ]);
    expect(await refused('POST', '/api/v1/bindings', { project: binding.project.id, repository: page() })).toBe(
      'binding_exists',
    );
  });

  it('of a second project needs the switch on each of them, and another key', async () => {
    const second = await project('com.example.payments:ledger-service-parent-module');
    const wanted = { project: second, repository: 'pay/general-ledger', mono: true, prefix: '/services/ledger/' };
    expect(await refused('POST', '/api/v1/bindings', wanted)).toBe('binding_conflict');
    const { bindings } = await api<BindingList>('GET', '/api/v1/bindings?search=LEDGER');
    const [first] = bindings;
    await api('PUT', `/api/v1/bindings/${first?.id}`, { mono: true, prefix: 'services' });
    const binding = await bind(wanted);
    expect(binding).toMatchObject({
      prefix: 'services/ledger',
      reportKey: 'com.sonarsource.sonarqube_com.example.pay-44f5b6b3',
      keyIsDocumented: false,
      warnings: ['overlapping_prefix'],
    });
    expect(await refused('PUT', `/api/v1/bindings/${binding.id}`, { mono: false })).toBe('binding_conflict');
    const taken = { mono: true, reportKey: 'com.sonarsource.sonarqube_ledger' };
    expect(await refused('PUT', `/api/v1/bindings/${binding.id}`, taken)).toBe('binding_conflict');
    expect(await refused('PUT', `/api/v1/bindings/${binding.id}`, { mono: true, prefix: 'a/../b' })).toBe(
      'binding_invalid',
    );
  });

  it('is refused for what nobody has read, and ends', async () => {
    const third = await project('other');
    for (const repository of [
      'PAY/none',
      'https://elsewhere.example.com/projects/PAY/repos/general-ledger',
      'no repository',
    ]) {
      expect(await refused('POST', '/api/v1/bindings', { project: third, repository })).toBe(
        'code_repository_not_found',
      );
    }
    expect(await refused('POST', '/api/v1/bindings', { project: 987_654, repository: page() })).toBe(
      'project_not_found',
    );
    const { bindings } = await api<BindingList>('GET', '/api/v1/bindings');
    for (const { id } of bindings) expect(await api('DELETE', `/api/v1/bindings/${id}`)).toEqual({ ok: true });
    expect(await refused('DELETE', `/api/v1/bindings/${bindings[0]?.id}`)).toBe('binding_not_found');
    expect((await api<BindingList>('GET', '/api/v1/bindings')).total).toBe(0);
    const trail = await rows<{ action: string }>(
      "select action from access.audit_events where action like 'binding.%' order by id",
    );
    expect(trail.map(({ action }) => action)).toEqual([
      'binding.add',
      'binding.change',
      'binding.add',
      'binding.remove',
      'binding.remove',
    ]);
  });
});

describe('a token that is not accepted any more', () => {
  it('marks nothing as gone', async () => {
    sample.bitbucket.state.revokeToken(sample.bot);
    expect(await sync()).toBe('failed');
    expect(await rows('select count(*) as n from data.bitbucket_repositories where deleted_at is null')).toEqual([
      { n: 1 },
    ]);
  });
});
