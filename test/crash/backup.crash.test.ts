import { chmod, copyFile, mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import type { SecuritySummary } from '../../src/features/insights/contract.ts';
import type { DoctorReport } from '../../src/features/operations/contract.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { connect } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { type CommandResult, type Product, startProduct } from '../support/product.ts';
import { type DataContents, dataContents } from './data-contents.ts';

let source: Simulator;
let cluster: TestCluster;
let product: Product;
let before: DataContents;
let file: string;

beforeAll(async () => {
  source = await startSimulator({ profile: '26.9', scenario: big({ projects: 4, issuesPerProject: 900, seed: 5 }) });
  cluster = await startTestCluster();
  // The embedded database is where it comes from, an external one where it goes.
  product = await startProduct();
  await writeFile(join(product.home, 'source.token'), source.tokens.admin, { mode: 0o600 });
  const integration = {
    name: 'source',
    kind: 'sonarqube',
    settings: { url: source.url },
    syncIntervalSeconds: 86_400,
    secrets: { apiToken: '${file:source.token}' },
  };
  // JSON is YAML.
  await writeFile(join(product.home, 'plumbline.yaml'), JSON.stringify({ integrations: [integration] }));
  const applied = await product.plumbline(['apply', '-f', join(product.home, 'plumbline.yaml')]);
  expect([applied.status, applied.err]).toEqual([0, '']);
  await synced(product);
  // Its health is judged once a minute; from then on nothing changes by itself.
  while (!(await product.api('api/v1/doctor')).text.includes('active, HEALTHY')) await delay(500);
  before = await contentsOf(await embeddedUrl(product));
  file = join(product.home, 'all.backup');
});

afterAll(async () => {
  await product?.close();
  await source?.close();
  await cluster?.stop();
});

async function synced(of: Product): Promise<void> {
  for (;;) {
    const { runs } = JSON.parse((await of.api('api/v1/runs?kind=backfill')).text) as RunList;
    if (runs.some((run) => run.finishedAt !== null)) return;
    await delay(200);
  }
}

const clusterUrl = (database: string): string =>
  `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/${database}`;

async function emptyDatabase(name: string): Promise<string> {
  const admin = connect({
    connectionString: clusterUrl('postgres'),
    applicationName: 'test',
    maxConnections: 1,
    log: silentLog,
  });
  await admin.execute(`create database ${name}`);
  await admin.close();
  return clusterUrl(name);
}

async function embeddedUrl(of: Product): Promise<string> {
  const { port } = JSON.parse(await readFile(join(of.home, 'cluster.json'), 'utf8')) as { port: number };
  const password = (await readFile(join(of.home, 'database.password'), 'utf8')).trim();
  return `postgres://plumbline:${password}@127.0.0.1:${port}/plumbline`;
}

async function contentsOf(connectionString: string): Promise<DataContents> {
  const db = connect({ connectionString, applicationName: 'test', maxConnections: 1, log: silentLog });
  try {
    return await dataContents(db);
  } finally {
    await db.close();
  }
}

const restore = (
  databaseUrl: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CommandResult> => product.plumbline(['restore', ...args], { DATABASE_URL: databaseUrl, ...env });

describe('backup and restore', () => {
  it('writes one complete file that nobody else may read, and holds no key', async () => {
    expect(before['sonarqube_issues']?.rows).toBe(3_600);
    const made = await product.plumbline(['backup', file, '--json']);
    expect([made.status, made.err]).toEqual([0, expect.any(String)]);
    const { mode, size } = await stat(file);
    expect([mode & 0o777, size]).toEqual([0o600, (JSON.parse(made.out) as { bytes: number }).bytes]);
    const [key] = (await readFile(join(product.home, 'vault.keys'), 'utf8')).split('\n');
    expect(await readFile(file, 'latin1')).not.toContain(key);
    const nowhere = await product.plumbline(['backup', '/nowhere/all.backup']);
    expect([nowhere.status, nowhere.err]).toEqual([1, expect.stringContaining('cannot be written')]);
  });

  it('refuses a file that was cut, and one with a flipped byte anywhere, before it touches the database', async () => {
    const target = await emptyDatabase('damaged');
    const { size } = await stat(file);
    const damaged = join(product.home, 'damaged.backup');
    for (const length of [10, 1_000, Math.floor(size / 2), size - 1]) {
      await copyFile(file, damaged);
      await truncate(damaged, length);
      const refused = await restore(target, [damaged]);
      expect([length, refused.status, refused.err]).toEqual([length, 1, expect.stringContaining('backup_damaged')]);
    }
    const whole = await readFile(file);
    for (const at of [3, 21, 30, 5_000, Math.floor(size / 2), size - 200, size - 3]) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] as number) ^ 0x10;
      await writeFile(damaged, flipped);
      const refused = await restore(target, [damaged, '--check']);
      expect([at, refused.status, refused.err]).toEqual([at, 1, expect.stringContaining('backup_damaged')]);
    }
    await writeFile(damaged, Buffer.concat([whole, Buffer.from('more')]));
    expect((await restore(target, [damaged, '--check'])).err).toContain('backup_damaged');
    const db = connect({ connectionString: target, applicationName: 'test', maxConnections: 1, log: silentLog });
    expect(await db.query(`select nspname from pg_namespace where nspname in ('platform', 'access')`)).toEqual([]);
    await db.close();
  });

  it('refuses a missing and a wrong key, and says which file is wanted', async () => {
    const target = await emptyDatabase('keyless');
    const elsewhere = join(product.home, 'elsewhere');
    const missing = await restore(target, [file], { PLUMBLINE_HOME: elsewhere });
    expect([missing.status, missing.err]).toEqual([1, expect.stringContaining('vault_key_missing')]);
    expect(missing.err).toContain('vault.keys');
    const wrong = { PLUMBLINE_MASTER_KEY: Buffer.alloc(32, 5).toString('base64') };
    expect((await restore(target, [file], wrong)).err).toContain('vault_key_wrong');
  });

  it('leaves the old database or the new one, whenever it is killed, and then loads the whole of it', async () => {
    const target = await emptyDatabase('target');
    for (const point of ['restore_dropped', 'restore_loaded', 'restore_before_commit']) {
      const killed = await restore(target, [file], { PLUMBLINE_TEST_CRASH_AT: point });
      expect([point, killed.status, killed.err]).toEqual([point, 128, expect.any(String)]);
      const db = connect({ connectionString: target, applicationName: 'test', maxConnections: 1, log: silentLog });
      expect(await db.query(`select nspname from pg_namespace where nspname in ('platform', 'access')`)).toEqual([]);
      await db.close();
    }
    const restored = await restore(target, [file]);
    expect([restored.status, restored.err]).toEqual([0, expect.stringContaining('complete')]);
    expect(restored.out).toMatch(/^restored \d+ rows/);

    expect((await restore(target, [file])).err).toContain('restore_not_empty');
    const moved = await startProduct({ databaseUrl: target, keyFileOf: product.home });
    try {
      expect(await contentsOf(target)).toEqual(before);
      expect((await restore(target, [file, '--replace'])).err).toContain('restore_database_in_use');
      // The stored token opens: the server is asked with it, and finds nothing different.
      const audit = await moved.plumbline(['audit', 'source']);
      expect([audit.status, audit.out]).toEqual([0, expect.stringContaining('equal')]);
      // What is derived was made anew.
      const tiles = async (of: Product): Promise<unknown> => {
        const summary = JSON.parse((await of.api('api/v1/insights/security/summary')).text) as SecuritySummary;
        return [summary.total.open, summary.severities.map((tile) => tile.open), summary.hotspots];
      };
      expect(await tiles(moved)).toEqual(await tiles(product));
      await moved.stop();
      const over = await restore(target, [file, '--replace'], { PLUMBLINE_TEST_CRASH_AT: 'restore_before_commit' });
      expect(over.status).toBe(128);
      expect(await contentsOf(target)).toEqual(before);
      expect((await restore(target, [file, '--replace'])).status).toBe(0);
    } finally {
      await moved.close();
    }
  });

  it('loads into the embedded database of another state directory, and not under a running hub', async () => {
    expect((await product.plumbline(['restore', file, '--replace'])).err).toContain('already_running');
    const home = join(product.home, 'moved');
    await mkdir(home, { mode: 0o700 });
    await copyFile(join(product.home, 'vault.keys'), join(home, 'vault.keys'));
    const restored = await product.plumbline(['restore', file], { PLUMBLINE_HOME: home });
    expect([restored.status, restored.err]).toEqual([0, expect.stringContaining('complete')]);
    const again = await product.plumbline(['restore', file], { PLUMBLINE_HOME: home });
    expect(again.err).toContain('restore_not_empty');
  });

  it('is interrupted with the hub, and leaves no file', async () => {
    const half = join(product.home, 'half.backup');
    const making = product.plumbline(['backup', half]);
    await delay(250);
    await product.kill();
    const { status } = await making;
    // On a fast machine it was complete before the kill: then it is whole.
    const present = await stat(half).then(
      () => true,
      () => false,
    );
    expect(present).toBe(status === 0);

    // Without a hub this machine can still be examined.
    const alone = await product.plumbline(['doctor', '--json']);
    const { checks } = JSON.parse(alone.out) as DoctorReport;
    expect([alone.status, checks.filter((check) => check.outcome === 'bad').map((check) => check.area)]).toEqual([
      1,
      ['hub'],
    ]);
    await product.start();
    const well = await product.plumbline(['doctor']);
    console.log(well.out);
    expect([well.status, well.out]).toEqual([0, expect.stringContaining('0 bad')]);
    for (const area of [
      'this machine',
      'configuration',
      'processes',
      'database',
      'secrets',
      'tasks',
      'webhooks',
      'integrations',
    ])
      expect(well.out).toContain(`\n${area}\n`);

    await chmod(join(product.home, 'vault.keys'), 0o644);
    const open = await product.plumbline(['doctor']);
    expect([open.status, open.out]).toEqual([2, expect.stringContaining('Run chmod 600')]);
    await chmod(join(product.home, 'vault.keys'), 0o600);
  });
});
