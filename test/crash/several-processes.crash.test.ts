import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { ProcessList } from '../../src/features/operations/contract.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { type Product, startProduct } from '../support/product.ts';

let cluster: TestCluster;
let databaseUrl: string;
let db: Database;
let source: Simulator;
let web: Product;
let workers: Product[];

beforeAll(async () => {
  cluster = await startTestCluster();
  const url = (database: string): string =>
    `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/${database}`;
  const admin = connect({
    connectionString: url('postgres'),
    applicationName: 'test',
    maxConnections: 1,
    log: silentLog,
  });
  await admin.execute('create database several');
  await admin.close();
  databaseUrl = url('several');
  source = await startSimulator({ profile: '26.9', scenario: big({ projects: 12, issuesPerProject: 900, seed: 7 }) });
  const env = {
    PLUMBLINE_MASTER_KEY: randomBytes(32).toString('base64'),
    // What the killed one held is taken over soon.
    PLUMBLINE_TEST_LEASE_SECONDS: '5',
  };
  // All at once on an empty database: whoever comes first migrates it, the others wait.
  const started = await Promise.allSettled([
    startProduct({ databaseUrl, env, role: 'web' }),
    startProduct({ databaseUrl, env, role: 'worker' }),
    startProduct({ databaseUrl, env, role: 'worker' }),
  ]);
  const products = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  [web, ...workers] = products as [Product, ...Product[]];
  for (const result of started) if (result.status === 'rejected') throw result.reason;
  db = connect({ connectionString: databaseUrl, applicationName: 'test', maxConnections: 2, log: silentLog });
});

afterAll(async () => {
  await db?.close();
  await Promise.all([web, ...(workers ?? [])].map((product) => product?.close()));
  await source?.close();
  await cluster?.stop();
});

const processes = async (): Promise<ProcessList> => JSON.parse((await web.api('api/v1/processes')).text) as ProcessList;

async function until<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    await delay(100);
  }
}

describe('several processes on one database, each with a state directory of its own', () => {
  it('list each other', async () => {
    const { processes: listed, workers: presence } = await processes();
    expect(listed.map(({ role, state }) => `${role} ${state}`).sort()).toEqual([
      'web running',
      'worker running',
      'worker running',
    ]);
    expect(presence).toEqual({ running: 2, noneSince: null });
    expect(new Set(listed.map((process) => process.address))).toEqual(
      new Set([web.url(), ...workers.map((worker) => worker.url())]),
    );
  });

  it('give a worker an address with probes and metrics, and nothing else', async () => {
    const [worker] = workers as [Product];
    const get = async (path: string): Promise<[number, string]> => {
      const response = await fetch(new URL(path, worker.url()));
      return [response.status, await response.text()];
    };
    expect(await get('livez')).toEqual([200, 'ok\n']);
    const [status, text] = await get('readyz');
    expect([status, JSON.parse(text)]).toEqual([200, { ready: true, checks: { database: 'ok', migrations: 'ok' } }]);
    expect((await get('metrics'))[1]).toContain('plumbline_tasks');
    for (const path of ['api/v1/session', 'api/v1/processes', 'setup', '']) {
      const [refused, body] = await get(path);
      expect([path, refused, (JSON.parse(body) as { error: { code: string } }).error.code]).toEqual([
        path,
        404,
        'not_found',
      ]);
    }
  });

  it('lose and double nothing when one worker is killed in the middle', async () => {
    await writeFile(join(web.home, 'source.token'), source.tokens.admin, { mode: 0o600 });
    const settings = { url: source.url };
    const integration = { name: 'source', kind: 'sonarqube', settings, secrets: { apiToken: '${file:source.token}' } };
    const file = join(web.home, 'plumbline.yaml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ integrations: [{ ...integration, syncIntervalSeconds: 86_400 }] }));
    const applied = await web.plumbline(['apply', '-f', file]);
    expect([applied.status, applied.err]).toEqual([0, '']);

    const victim = await until(async () => {
      const rows = await db.query<{ pid: number }>(
        `select split_part(holder, '#', 2)::int as pid from ingestion.tasks
          where state = 'leased' and phase in ('current', 'history') limit 1`,
      );
      return rows[0]?.pid;
    });
    const { processes: listed } = await processes();
    const address = listed.find((process) => process.pid === victim)?.address;
    const killed = workers.find((worker) => worker.url() === address) as Product;
    const survivor = workers.find((worker) => worker !== killed) as Product;
    await killed.kill();

    const run = await until(async () => {
      const { runs } = JSON.parse((await web.api('api/v1/runs?kind=backfill')).text) as RunList;
      return runs.find((row) => row.finishedAt !== null);
    });
    expect(run.status).toBe('success');
    const lost = await db.one<{ retried: number }>(
      'select count(*)::int as retried from ingestion.tasks where retries > 0',
    );
    expect(lost.retried).toBeGreaterThan(0);
    const audit = await web.plumbline(['audit', 'source']);
    expect([audit.status, audit.err]).toEqual([0, expect.any(String)]);
    const stored = await db.one<{ issues: number }>(
      'select count(*)::int as issues from data.sonarqube_issues where deleted_at is null',
    );
    expect(stored.issues).toBe(12 * 900);

    // The one that is left goes, too: pages are still answered and say that nobody syncs.
    await survivor.kill();
    const { workers: presence } = await until(async () => {
      const list = await processes();
      return list.workers.running === 0 ? list : undefined;
    });
    expect(presence.noneSince).toMatch(/^\d{4}-/);
    expect((await web.api('readyz')).status).toBe(200);
    // The usual port of probes may be taken on a machine with several workers.
    const taken = createServer()
      .listen(8421, '127.0.0.1')
      .on('error', () => undefined);
    await killed.start({ PLUMBLINE_HEALTH_PORT: '' });
    expect(new URL(killed.url()).port).not.toBe('8421');
    taken.close();
    expect((await processes()).workers).toEqual({ running: 1, noneSince: null });
  });

  it('refuse to start without a common database, and without the key of the secrets', async () => {
    const withoutDatabase = await web.plumbline(['up', '--role', 'worker']);
    expect([withoutDatabase.status, withoutDatabase.err]).toEqual([
      78,
      expect.stringContaining('--role worker needs DATABASE_URL'),
    ]);
    const withoutKey = await web.plumbline(['up', '--role', 'worker'], { DATABASE_URL: databaseUrl });
    expect([withoutKey.status, withoutKey.err]).toEqual([1, expect.stringContaining('vault_key_missing')]);
  });
});
