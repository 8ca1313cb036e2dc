import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import type { Database } from '../../../platform/database/index.ts';
import { wantAgain } from './repeats.ts';
import { advanceSlice } from './publishing.ts';
import { claimTask, type LeasedTask } from './tasks.ts';
import { want, wantMovedSlices } from './wants.ts';

let clone: TestDatabase;
let db: Database;
const slice = 'repository:PAY/ledger';

beforeAll(async () => {
  clone = await cloneDatabase();
  db = clone.db;
  await db.execute("insert into ingestion.hosts (host_key, slots) values ('http://a', 4)");
});
afterAll(() => clone.drop());
beforeEach(async () => {
  for (const table of ['tasks', 'runs', 'sync_wants', 'slices']) await db.execute(`delete from ingestion.${table}`);
});

const asked = (named?: readonly string[]): Promise<void> =>
  want(db, 1, slice, 'current', { reason: 'webhook', priority: 1, ...(named === undefined ? {} : { named }) });

/** Claims a task of the slice, as a run makes one. */
async function claimed(): Promise<LeasedTask> {
  const run = await db.one<{ id: number }>(
    "insert into ingestion.runs (integration_id, kind, status, priority, requested_by) values (1, 'webhook', 'pending', 1, 'test') returning id",
  );
  await db.execute(
    "insert into ingestion.tasks (run_id, integration_id, slice, phase, host_key, priority) values ($1, 1, $2, 'current', 'http://a', 1)",
    [run.id, slice],
  );
  const task = await claimTask(db, 'test');
  if (task === undefined) throw new Error('nothing was claimed');
  return task;
}

const published = (task: LeasedTask, isComplete = true): Promise<void> =>
  db.transaction(async (tx) => {
    await advanceSlice(tx, task, { historySince: new Date(0), versionRead: null, isComplete });
    if (!isComplete) await wantAgain(tx, task, { code: 'incomplete_listing', hours: 1, unread: null, attempts: 1 });
    await tx.execute("update ingestion.tasks set state = 'success', finished_at = now() where id = $1", [task.id]);
  });
const stands = () =>
  db.maybeOne(
    'select version, current_published_at is not null as read, incomplete_since is not null as incomplete from ingestion.slices',
  );
const moved = (version: string) =>
  db.transaction((tx) =>
    wantMovedSlices(tx, 1, [{ slice, version, touchedAt: null }], {
      everything: false,
      priority: 3,
      historySince: new Date(0),
      hasHistory: false,
    }),
  );

it('what several name is read together, and leaves the slice where it stands', async () => {
  await moved('1');
  await published(await claimed());
  const before = await stands();
  await asked(['b', 'a']);
  await asked(['a', 'c']);
  const task = await claimed();
  expect(task.named).toEqual(['a', 'b', 'c']);
  await published(task);
  expect(await stands()).toEqual(before);
  // Nothing of it is left for the next.
  await asked(['d']);
  expect((await claimed()).named).toEqual(['d']);
});

it.each([
  ['first', () => asked().then(() => asked(['a']))],
  ['after', () => asked(['a']).then(() => asked())],
  ['by a discovery', () => asked(['a']).then(() => moved('2'))],
  ['by too many names', () => asked(Array.from({ length: 51 }, (_, at) => `n${at}`))],
])('where everything is wanted, %s, everything is read', async (_, ask) => {
  await ask();
  expect((await claimed()).named).toBeNull();
});

it('a wish for everything that comes during a named reading is not answered by it', async () => {
  await asked(['a']);
  const task = await claimed();
  await asked();
  await published(task);
  expect((await claimed()).named).toBeNull();
});

it('a task without a wish reads everything, whatever was named before', async () => {
  await asked(['a']);
  await published(await claimed());
  expect((await claimed()).named).toBeNull();
});

it('what was not read to its end makes the slice incomplete, and everything is read again', async () => {
  await moved('1');
  await published(await claimed());
  await asked(['a']);
  await published(await claimed(), false);
  expect(await stands()).toMatchObject({ version: '1', incomplete: true });
  await db.execute("update ingestion.sync_wants set not_before = '-infinity'");
  expect((await claimed()).named).toBeNull();
});
