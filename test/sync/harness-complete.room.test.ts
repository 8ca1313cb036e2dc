import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { type TruthRow, writeTruth } from '../../lab/simulators/harness/truth.ts';
import { compareWithTruth } from './harness-truth.ts';
import { startSyncedHarness, syncWell } from './synced-harness.ts';

const day = 86_400_000;
const projects = 20;
const executions = 2_000;

/** The generator’s own file, line by line. */
async function readTruth(file: string): Promise<TruthRow[]> {
  const rows: TruthRow[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) rows.push(JSON.parse(line) as TruthRow);
  return rows;
}

it('twenty projects are complete against the generator’s own file, and cost next to nothing when nothing happens', async () => {
  const source = await startSyncedHarness();
  const home = await mkdtemp(join(tmpdir(), 'plumbline-truth-'));
  onTestFinished(async () => {
    await source.close();
    await rm(home, { recursive: true, force: true });
  });
  const { server, clock, db } = source;
  // All of them had ended a while ago.
  const to = new Date(clock.now().getTime() - 20 * day);
  server.state.fill({ projects, executions, from: new Date(to.getTime() - 60 * day), to, seed: 1 });
  const file = join(home, 'truth.jsonl');
  expect(await writeTruth(server.state.truth(), file)).toBe(executions);
  await syncWell(source);
  const check = await compareWithTruth(db, await readTruth(file));
  expect(check.wrong).toEqual([]);
  expect(check.stored).toBe(check.listed);
  const hidden = Object.values(check.hidden).reduce((sum, count) => sum + count, 0);
  expect(check.listed + hidden).toBe(executions);
  expect(Object.keys(check.hidden).toSorted()).toEqual([
    'child',
    'deleted_pipeline',
    'pipeline_rollback',
    'superseded',
  ]);
  const { requests } = await syncWell(source);
  expect(requests.length).toBeLessThanOrEqual(projects / 20 + 10);
  clock.forward(3_600_000);
  const later = await syncWell(source);
  expect(later.requests.length).toBeLessThanOrEqual(projects / 20 + 10);
}, 300_000);
