import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { revision, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { type Connection, connectSource, syncAndWait } from '../faults/connected-hub.ts';
import { connectEmbedded, killPostgres } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type DataContents, dataContents } from './data-contents.ts';

const project = 'large';
const issues = 6_000;

let source: Simulator;
let product: Product;
let connection: Connection;
let before: DataContents;

beforeAll(async () => {
  source = await startSimulator({
    profile: '26.9',
    scenario(state) {
      const shape = { count: issues, seed: 4, rules: someRules(9), files: 60, directories: 6 };
      const at = new Date(Date.now() - 86_400_000);
      state.addProject({ key: project, analyses: [{ at, version: '1', issues: shape, revision: revision(4, 1) }] });
    },
  });
  product = await startProduct();
  connection = await connectSource(product, 'source', source);
  before = await contents();
});

afterAll(async () => {
  await product?.close();
  await source?.close();
});

async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const db = await connectEmbedded(product);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const contents = (): Promise<DataContents> => withDatabase((db) => dataContents(db, { integrationId: connection.id }));

const staged = (): Promise<number> =>
  withDatabase(async (db) => (await db.one<{ n: number }>('select count(*) as n from ingestion.stage')).n);

/** What lies in the stage once nothing more is on its way into it: the connection in use would notice a crash itself. */
async function settled(): Promise<number> {
  for (let last = 0; ; ) {
    await delay(500);
    const now = await staged();
    if (now > 0 && now === last) return now;
    last = now;
  }
}

/** One that does nothing: PostgreSQL ends all others and empties what is unlogged all the same. */
async function killIdleBackend(): Promise<void> {
  await withDatabase(async (db) => {
    const { pid } = await db.one<{ pid: number }>(
      `select pid from pg_stat_activity
        where datname = current_database() and state = 'idle' and pid <> pg_backend_pid() order by state_change limit 1`,
    );
    process.kill(pid, 'SIGKILL');
  });
}

async function untilDatabaseAnswers(): Promise<void> {
  for (;;) {
    const answers = await staged().then(
      () => true,
      () => false,
    );
    if (answers) return;
    await delay(100);
  }
}

describe.each([
  ['an idle backend', killIdleBackend],
  ['the postmaster', () => killPostgres(product)],
])('%s killed while the hub waits for the next page', (_, kill) => {
  it('empties the stage, and the listing begins again: nothing is lost, nothing is marked as gone', async () => {
    let lost = 0;
    const logged = product.log().length;
    source.journal.clear();
    const crash = async (): Promise<void> => {
      lost = await settled();
      await kill();
      await delay(200);
      await untilDatabaseAnswers();
      expect(await staged()).toBe(0);
    };
    source.faults.add({
      match: { path: 'api/issues/list', project, query: { p: '7' } },
      kind: { type: 'hold', until: crash },
    });
    const run = await syncAndWait(product, connection, { full: true });
    expect(lost).toBeGreaterThan(0);
    expect(await contents()).toEqual(before);
    expect(run).toMatchObject({ status: 'success', error: null });
    expect(run.retries).toBeGreaterThan(0);
    // Noticed by the stage itself, or by a connection that broke while something was still on its way into it.
    expect(product.log().slice(logged)).toMatch(/"code":"(?:stage_lost|database_unavailable)"/);
    const firstPages = source.journal.entries.filter(
      ({ path, query }) => path === 'api/issues/list' && query['p'] === '1',
    );
    expect(firstPages.length).toBeGreaterThan(1);
    expect((await product.plumbline(['audit', 'source'])).status).toBe(0);
  });
});
