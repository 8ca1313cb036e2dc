import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type Replica, startReplica } from '../support/replica.ts';

let cluster: TestCluster;
let replica: Replica;
let product: Product;

const url = (port: number): string =>
  `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${port}/postgres`;

beforeAll(async () => {
  cluster = await startTestCluster();
  replica = await startReplica(cluster);
  product = await startProduct({
    databaseUrl: url(cluster.port),
    env: { PLUMBLINE_READ_DATABASE_URL: url(replica.port) },
  });
});
afterAll(async () => {
  await product?.close();
  await replica?.close();
  await cluster?.stop();
});

const note = async (): Promise<string> => {
  const { status, text } = await product.api('readyz');
  expect(status).toBe(200);
  return (JSON.parse(text) as { checks: { readReplica: string } }).checks.readReplica;
};
const until = async (wanted: RegExp): Promise<void> => {
  while (!wanted.test(await note())) await delay(200);
};
const askEverything = async (): Promise<void> => {
  expect((await product.api('api/v1/insights/security/summary')).status).toBe(200);
  expect((await product.api('api/v1/projects')).status).toBe(200);
  const sql = await product.plumbline(['sql', 'select count(*) as n from data.sonarqube_projects', '--format', 'csv']);
  expect([sql.status, sql.out]).toEqual([0, 'n\r\n0\r\n']);
};
/** Who is connected to the replica, by the names of our own connections. */
async function connected(): Promise<string[]> {
  const db = connect({
    connectionString: url(replica.port),
    applicationName: 'test',
    maxConnections: 1,
    log: silentLog,
  });
  try {
    const rows = await db.query<{ name: string }>(
      `select distinct application_name as name from pg_stat_activity where application_name like 'plumbline%'`,
    );
    return rows.map((row) => row.name);
  } finally {
    await db.close();
  }
}

describe('a streaming read replica', () => {
  it('is used while it answers, and its loss is told and noticed by nobody who reads', async () => {
    await until(/^ok$/);
    await askEverything();
    expect(await connected()).toContain('plumbline all reads');
    // How far it is behind is known from the first heartbeat on.
    while (!/✓ read replica: answers, \d+\.\d s behind/.test((await product.plumbline(['doctor'])).out))
      await delay(500);

    await replica.stop();
    await askEverything();
    await until(/does not answer/);
    const without = await product.plumbline(['doctor']);
    expect(without.out).toContain('! read replica: not used: it does not answer');
    expect(product.log()).toContain('read replica not in use');

    await replica.start();
    await until(/^ok$/);
    await askEverything();
  });
});
