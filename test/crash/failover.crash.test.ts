import { readFile, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { revision, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { type Connection, connectSource, syncAndWait } from '../faults/connected-hub.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { dataContents } from './data-contents.ts';

const project = 'large';

let source: Simulator;
let primary: TestCluster;
let standby: Replica;
let address: Address;
let product: Product;
let connection: Connection;

/** The one address of the database, whichever server answers there, as operators of a standby arrange it. */
interface Address {
  port: number;
  leadsTo(port: number): void;
  close(): void;
}

async function startAddress(first: number): Promise<Address> {
  let target = first;
  const open = new Set<Socket>();
  const server: Server = createServer((client) => {
    const onward = connectSocket(target, '127.0.0.1');
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy()).on('close', () => (open.delete(one), other.destroy()));
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leadsTo(port) {
      target = port;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

const url = (port: number): string =>
  `postgres://${primary.user}:${encodeURIComponent(primary.password)}@127.0.0.1:${port}/postgres`;

async function on<T>(port: number, work: (db: Database) => Promise<T>): Promise<T> {
  const db = connect({ connectionString: url(port), applicationName: 'test', maxConnections: 1, log: silentLog });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

beforeAll(async () => {
  source = await startSimulator({
    profile: '26.9',
    scenario(state) {
      const issues = { count: 5_000, seed: 4, rules: someRules(9), files: 60, directories: 6 };
      const at = new Date(Date.now() - 86_400_000);
      state.addProject({ key: project, analyses: [{ at, version: '1', issues, revision: revision(4, 1) }] });
    },
  });
  primary = await startTestCluster();
  address = await startAddress(primary.port);
  product = await startProduct({ databaseUrl: url(address.port) });
  connection = await connectSource(product, 'source', source);
  standby = await startReplica(primary);
});

afterAll(async () => {
  await product?.close();
  address?.close();
  await standby?.close();
  await primary?.stop();
  await source?.close();
});

const staged = (port: number): Promise<number> =>
  on(port, async (db) => (await db.one<{ n: number }>('select count(*) as n from ingestion.stage')).n);

/** The primary dies when everything that it committed has arrived, and the standby takes its place. */
async function failOver(): Promise<void> {
  for (let last = 0; ; ) {
    await delay(500);
    const now = await staged(primary.port);
    if (now > 0 && now === last) break;
    last = now;
  }
  const directory = await on(primary.port, async (db) => {
    while ((await db.query('select 1 from pg_stat_replication where replay_lsn = pg_current_wal_lsn()')).length === 0)
      await delay(50);
    return (await db.one<{ directory: string }>(`select current_setting('data_directory') as directory`)).directory;
  });
  const pidFile = join(directory, 'postmaster.pid');
  process.kill(Number((await readFile(pidFile, 'utf8')).split('\n')[0]), 'SIGKILL');
  await rm(pidFile, { force: true });
  await on(standby.port, (db) => db.query('select pg_promote(true)'));
  address.leadsTo(standby.port);
  expect(await staged(address.port)).toBe(0);
  while ((await product.api('readyz')).status !== 200) await delay(100);
}

describe('a failover of the database to its standby', () => {
  it('in the middle of a listing loses nothing, and the hub lives on', async () => {
    const contents = () => on(address.port, (db) => dataContents(db, { integrationId: connection.id }));
    const before = await contents();
    const match = { path: 'api/issues/list', project, query: { p: '7' } };
    source.faults.add({ match, kind: { type: 'hold', until: failOver } });
    const logged = product.log().length;
    const run = await syncAndWait(product, connection, { full: true });
    expect(product.log().slice(logged)).toContain('stage_lost');
    expect(run).toMatchObject({ status: 'success', error: null, completeness: { stored: 5_000, source: 5_000 } });
    expect(await contents()).toEqual(before);
    expect((await product.plumbline(['audit', 'source'])).status).toBe(0);
    // Nothing of the old server is asked any more.
    expect(await syncAndWait(product, connection, { full: false })).toMatchObject({ status: 'success' });
  });
});
