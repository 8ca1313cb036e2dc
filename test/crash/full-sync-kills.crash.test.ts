import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { revision, someRules } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { Run, RunList } from '../../src/features/ingestion/contract.ts';
import { call, type Connection, connectSource, syncAndWait } from '../faults/connected-hub.ts';
import { type Product, startProduct } from '../support/product.ts';
import { type DataContents, dataContents } from './data-contents.ts';
import { drawKills, onDatabase, strike } from './kills.ts';
import { type SlowProxy, startSlowProxy } from './slow-proxy.ts';

const seed = Number(process.env['PLUMBLINE_CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Each victim once here; `PLUMBLINE_FULL_SYNC_KILLS=60` is the long form. */
const kills = Number(process.env['PLUMBLINE_FULL_SYNC_KILLS'] ?? 6);
/** Long enough that most of a sync is spent between two answers, where no statement is under way. */
const answerMs = 150;
const sizes = { large: 6_000, middle: 700, small: 40, empty: 0 };

let source: Simulator;
let proxy: SlowProxy;
let product: Product;
let connection: Connection;
let before: DataContents;
let undisturbedMs: number;

beforeAll(async () => {
  source = await startSimulator({
    profile: '26.9',
    scenario(state) {
      for (const [key, count] of Object.entries(sizes)) {
        const issues = { count, seed: count + 1, rules: someRules(9), files: 60, directories: 6 };
        const at = new Date(Date.now() - 86_400_000);
        state.addProject({ key, analyses: [{ at, version: '1', issues, revision: revision(count, 1) }] });
      }
    },
  });
  proxy = await startSlowProxy(source.url);
  product = await startProduct();
  connection = await connectSource(product, 'source', { ...source, url: proxy.url });
  before = await contents();
  proxy.delayMs = answerMs;
  const started = Date.now();
  expect(await syncAndWait(product, connection, { full: true })).toMatchObject({ status: 'success' });
  undisturbedMs = Date.now() - started;
  const { length } = Object.keys(sizes);
  process.stdout.write(
    `kills: seed ${seed}, a full sync of ${length} projects takes ${undisturbedMs} ms undisturbed\n`,
  );
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await source?.close();
});

const contents = (): Promise<DataContents> =>
  onDatabase(product, (db) => dataContents(db, { integrationId: connection.id }));

/** Runs from one on, the oldest first, once all of them have ended; through a hub and a database that are away. */
async function endedRunsFrom(first: number): Promise<Run[]> {
  for (;;) {
    await delay(200);
    const answer = await product.api('api/v1/runs?integration=source').catch(() => undefined);
    if (answer?.status !== 200) continue;
    const { runs } = JSON.parse(answer.text) as RunList;
    const since = runs.filter((run) => run.id !== null && run.id >= first);
    if (since.length > 0 && since.every((run) => run.finishedAt !== null)) return since.toReversed();
  }
}

/** Rows marked as gone, looked at all the time: one that comes back later was gone for whoever looked meanwhile. */
function watchForGoneRows(): { stop(): Promise<number> } {
  let watching = true;
  let most = 0;
  const done = (async () => {
    while (watching) {
      const { gone } = await onDatabase(product, (db) =>
        db.one<{ gone: number }>(
          `select (select count(*) from code_quality.findings where deleted_at is not null)
                + (select count(*) from code_quality.branches where deleted_at is not null)
                + (select count(*) from code_quality.projects where deleted_at is not null) as gone`,
        ),
      );
      most = Math.max(most, gone);
      await delay(250);
    }
  })();
  return {
    async stop() {
      watching = false;
      await done;
      return most;
    },
  };
}

describe('a full sync through a slow proxy', () => {
  it.each(drawKills(seed, kills))('survives the death of $victim at $moment of it', async ({ victim, moment }) => {
    proxy.delayMs = answerMs;
    const watch = watchForGoneRows();
    onTestFinished(() => void watch.stop());
    const { id } = await call<Run>(product, 'POST', 'api/v1/integrations/source/sync', { full: true });
    await delay(undisturbedMs * moment);
    await strike(product, victim);
    const runs = await endedRunsFrom(id as number);
    proxy.delayMs = 0;
    const audit = await product.plumbline(['audit', 'source']);
    const gone = await watch.stop();
    const ends = runs.map(({ id: run, status, retries, error }) => `${run} ${status} ${retries} ${error?.code ?? ''}`);
    process.stdout.write(
      `${victim} at ${moment.toFixed(3)}: ${ends.join(', ')}; gone ${gone}, audit ${audit.status}\n`,
    );
    expect(gone).toBe(0);
    expect(audit.status).toBe(0);
    expect(await contents()).toEqual(before);
    // Whatever says success has read everything.
    const all = Object.values(sizes).reduce((sum, count) => sum + count, 0);
    expect(runs[0]).toMatchObject({ status: 'success', completeness: { stored: all, source: all, unproven: 0 } });
  });
});
