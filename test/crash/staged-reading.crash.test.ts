import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { revision, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { connectSource, syncAndWait } from '../faults/connected-hub.ts';
import { connectEmbedded } from '../support/embedded-postgres.ts';
import { type Product, startProduct } from '../support/product.ts';
import { dataContents } from './data-contents.ts';

let source: Simulator;
let closed = false;
const products: Product[] = [];

beforeAll(async () => {
  const began = Date.now();
  source = await startSimulator({
    profile: '26.9',
    now: () => new Date(began),
    before: () => (closed ? { status: 503, contentType: 'text/plain', body: 'closed' } : null),
    scenario(state) {
      const shape = { count: 2_300, seed: 4, rules: someRules(9), files: 60, directories: 6 };
      const at = new Date(began - 86_400_000);
      state.addProject({ key: 'large', analyses: [{ at, version: '1', issues: shape, revision: revision(4, 1) }] });
    },
  });
});

afterAll(async () => {
  for (const product of products) await product.close();
  await source?.close();
});

async function started(env: Record<string, string> = {}): Promise<Product> {
  const product = await startProduct({ env });
  products.push(product);
  return product;
}

async function onDatabase<T>(product: Product, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await connectEmbedded(product);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** How the project's present was read, once that is over. */
async function published(product: Product): Promise<{ state: string; retries: number }> {
  for (;;) {
    const [task] = await onDatabase(product, (db) =>
      db.query<{ state: string; retries: number }>(
        "select state, retries from ingestion.tasks where phase = 'current' and finished_at is not null",
      ),
    );
    if (task !== undefined) return task;
    await delay(200);
  }
}

it('a reading whose process is killed after its last page is published by another, though the source is gone', async () => {
  const undisturbed = await started();
  const { id } = await connectSource(undisturbed, 'source', source);
  const expected = await onDatabase(undisturbed, (db) => dataContents(db, { integrationId: id }));

  // The first task lists the projects, the second reads the only one.
  const product = await started({ PLUMBLINE_TEST_CRASH_AT: 'task_read:2' });
  const ended = product.ended();
  const connecting = connectSource(product, 'source', source).catch(() => undefined);
  await ended;
  closed = true;
  await connecting;
  await product.kill();
  source.journal.clear();
  await product.start({ PLUMBLINE_TEST_CRASH_AT: '' });

  expect(await published(product)).toEqual({ state: 'success', retries: 0 });
  const issues = await onDatabase(product, (db) =>
    db.one<{ n: number }>('select count(*)::int as n from data.sonarqube_issues where deleted_at is null'),
  );
  expect(issues.n).toBe(2_300);
  closed = false;
  await syncAndWait(product, { id, name: 'source' }, { full: false });
  expect(source.journal.entries.filter(({ path }) => path.startsWith('api/issues/list'))).toEqual([]);
  expect(await onDatabase(product, (db) => dataContents(db, { integrationId: id }))).toEqual(expected);
  expect((await product.plumbline(['audit', 'source'])).status).toBe(0);
});
