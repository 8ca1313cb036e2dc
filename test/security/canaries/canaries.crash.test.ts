import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Database } from '../../../src/platform/database/index.ts';
import { silentLog } from '../../../src/platform/telemetry/log.ts';
import { createCanaries, search } from './canaries.ts';
import {
  postmasterOf,
  searchAnswers,
  searchBackup,
  searchDatabase,
  searchLog,
  searchMetrics,
  searchProcesses,
} from './places.ts';
import { type Story, tell } from './story.ts';

const canaries = createCanaries();
let story: Story;
let db: Database;

beforeAll(async () => {
  story = await tell(canaries);
  const { port } = JSON.parse(await readFile(join(story.product.home, 'cluster.json'), 'utf8')) as { port: number };
  const password = (await readFile(join(story.product.home, 'database.password'), 'utf8')).trim();
  const connectionString = `postgres://plumbline:${password}@127.0.0.1:${port}/plumbline`;
  db = connect({ connectionString, applicationName: 'test', maxConnections: 1, log: silentLog });
});
afterAll(async () => {
  await db?.close();
  await story?.close();
});

async function backup(name: string): Promise<string> {
  const file = join(story.product.home, name);
  const made = await story.product.plumbline(['backup', file]);
  expect([made.status, search('backup command', made.out + made.err, canaries.all)]).toEqual([0, []]);
  return file;
}

describe('secrets of the whole story', () => {
  it('are many', () => {
    console.log(`looked for: ${canaries.all.map((canary) => canary.name).join(', ')}`);
    expect(canaries.all.length).toBeGreaterThan(20);
    console.log(`called: ${story.steps.join(', ')}`);
    const count = (pattern: RegExp): number => story.steps.filter((step) => pattern.test(step)).length;
    expect(count(/ 2\d\d$/)).toBeGreaterThan(8);
    expect(count(/ [45]\d\d$/)).toBeGreaterThan(12);
  });

  it('are in no error', () => expect(story.sightings).toEqual([]));

  it('are in no log', () => expect(searchLog(story.product, canaries.all)).toEqual([]));

  it('are in no answer', async () => expect(await searchAnswers(story.product, canaries.all)).toEqual([]));

  it('are in no table', async () => expect(await searchDatabase(db, canaries.all)).toEqual([]));

  it('are in no backup', async () =>
    expect(await searchBackup(await backup('clean.backup'), canaries.all)).toEqual([]));

  it('are in no metric', async () => expect(await searchMetrics(story.product, canaries.all)).toEqual([]));

  it('are in no process list', async () =>
    expect(await searchProcesses([await postmasterOf(story.product)], canaries.all)).toEqual([]));

  it('would be found: one planted on purpose in each place is', async () => {
    const planted = createCanaries();
    const value = planted.add('planted', `planted${process.pid}abcdefghij0123456789`);
    const names = (found: { canary: string }[]): string[] => [...new Set(found.map((sighting) => sighting.canary))];

    const refused = await story.call('GET', `api/v1/integrations/${value}`);
    expect(names(search('error', refused.text, planted.all))).toEqual(['planted']);

    // Statuses are labels of the metrics; only a check of the table keeps them to those there are.
    await db.execute('alter table ingestion.runs drop constraint runs_status_check');
    await db.execute(
      `insert into ingestion.runs (integration_id, kind, status, requested_by) values (1, 'backfill', $1, 'test')`,
      [value],
    );
    expect(names(await searchMetrics(story.product, planted.all))).toEqual(['planted']);
    expect(names(await searchDatabase(db, planted.all))).toEqual(['planted']);
    expect(names(await searchBackup(await backup('planted.backup'), planted.all))).toEqual(['planted']);

    await db.execute(`delete from ingestion.runs where status = $1`, [value]);
    await db.execute(`update integrations.integrations set tags = array[$1] where id = 1`, [value]);
    expect(names(await searchAnswers(story.product, planted.all))).toEqual(['planted']);

    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', value], { env: {}, stdio: 'ignore' });
    expect(names(await searchProcesses([], planted.all))).toEqual(['planted']);
    child.kill();
    const quiet = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], {
      env: { SECRET: value },
      stdio: 'ignore',
    });
    expect(names(await searchProcesses([process.pid], planted.all))).toEqual(['planted']);
    quiet.kill();

    await story.product.stop();
    // The name of a variable nobody knows is logged.
    await story.product.start({ [`PLUMBLINE_${value}`]: '1' });
    expect(names(searchLog(story.product, planted.all))).toEqual(['planted']);
  });
});
