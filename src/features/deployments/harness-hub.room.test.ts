import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startHarnessSimulator, type HarnessSimulator } from '../../../lab/simulators/harness/index.ts';
import { buildStage, deployStage } from '../../../lab/simulators/harness/testing.ts';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { type Hub, startHub } from '../../hub.ts';
import { loadConfig } from '../../platform/config/index.ts';
import { silentLog } from '../../platform/telemetry/index.ts';

let database: TestDatabase;
let home: string;
let hub: Hub;
let localToken: string;
let server: HarnessSimulator;
let apiKey: string;

beforeAll(async () => {
  database = await cloneDatabase();
  home = await mkdtemp(join(tmpdir(), 'plumbline-harness-'));
  server = await startHarnessSimulator();
  apiKey = server.state.addToken();
  hub = await startHub({
    config: loadConfig({ env: { PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0' }, uid: 1000 }),
    log: silentLog,
    database: { connectionString: database.connectionString, embedded: false },
    role: 'all',
    webRoot: undefined,
    version: '0.0.0-test',
  });
  localToken = (await readFile(join(home, 'local.token'), 'utf8')).trim();
});
afterAll(async () => {
  await hub.stop();
  await server.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = {
    authorization: `Bearer ${localToken}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(new URL(path, hub.url), init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

const executions = (): Promise<{ execution: string; status: string }[]> =>
  database.db.query('select execution, status from data.harness_executions order by id');

it('is connected, read, told of what happens by notifications, and forgotten whole', async () => {
  const { state } = server;
  state.addOrganization({ identifier: 'pay', name: 'Payments' });
  const project = state.addProject({ organization: 'pay', identifier: 'ledger' });
  const pipeline = state.addPipeline(project, { identifier: 'deploy', stages: ['build', 'production'] });
  const made = await api<{ integration: { id: number } }>('POST', '/api/v1/integrations', {
    name: 'harness',
    kind: 'harness',
    settings: { accountType: 'on_prem', url: server.url, accountId: 'acc', organizations: 'Payments' },
    secrets: { apiKey },
    syncIntervalSeconds: 86_400,
  });
  const { id } = made.integration;
  const sync = await api<{ id: number }>('POST', `/api/v1/integrations/${id}/sync`, {});
  await vi.waitFor(
    async () => expect(await api('GET', `/api/v1/runs/${sync.id}`)).toMatchObject({ status: 'success' }),
    { timeout: 60_000, interval: 100 },
  );
  expect(await database.db.query('select organization, identifier from data.harness_projects')).toEqual([
    { organization: 'pay', identifier: 'ledger' },
  ]);

  // A rule of the pipeline, entered by hand with the address and the secret that the hub showed.
  const { secret, url } = await api<{ secret: string; url: string }>(
    'POST',
    `/api/v1/integrations/${id}/webhook-secret`,
    {},
  );
  const address = new URL(new URL(url).pathname, hub.url).href;
  state.notify({ project, url: address, headers: { 'X-Hub-Token': secret }, gzip: true });
  const run = state.start(pipeline, { stages: [buildStage(7), deployStage(7)] });
  await vi.waitFor(async () => expect(await executions()).toEqual([{ execution: run.id, status: 'Running' }]), {
    timeout: 30_000,
    interval: 100,
  });
  state.move(run, 'Failed', { stage: 'production', failure: { message: 'No', types: [] } });
  state.move(run, 'Failed');
  await vi.waitFor(async () => expect(await executions()).toEqual([{ execution: run.id, status: 'Failed' }]), {
    timeout: 30_000,
    interval: 100,
  });
  await state.settled();
  expect(server.world.sent.map(({ status }) => status)).toEqual(server.world.sent.map(() => 204));
  // One that knows no secret leads to nothing.
  const body = JSON.stringify({ eventData: { orgIdentifier: 'pay' } });
  expect((await fetch(address, { method: 'POST', headers: { 'x-hub-token': 'no' }, body })).status).toBe(401);

  // No key of Harness lies anywhere but sealed.
  const texts = await database.db.query<{ text: string }>(
    `select (xpath('/row/c/text()', query_to_xml(format('select string_agg(t::text, '' '') as c from %I.%I t', table_schema, table_name), false, true, '')))[1]::text as text
       from information_schema.tables where table_schema in ('deployments', 'ingestion', 'integrations', 'inbox') and table_type = 'BASE TABLE'`,
  );
  for (const { text } of texts) expect(text ?? '').not.toContain(apiKey.split('.').at(-1));

  await api('DELETE', `/api/v1/integrations/${id}`, { name: 'harness' });
  const count = (table: string) => database.db.query(`select 1 from deployments.${table} limit 1`);
  await vi.waitFor(
    async () => {
      for (const table of [
        'executions',
        'levels',
        'projects',
        'organizations',
        'pipelines',
        'stage_outcomes',
        'deployments',
      ])
        expect([table, await count(table)]).toEqual([table, []]);
    },
    { timeout: 60_000, interval: 200 },
  );
}, 240_000);
