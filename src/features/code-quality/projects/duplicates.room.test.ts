import { beforeEach, expect, test } from 'vitest';
import type { Database } from '../../../platform/database/index.ts';
import { branch, issue, project, sharedStore, type SonarqubeStage } from '../../../../test/support/sonarqube-stage.ts';
import { ProjectQuery } from '../contract.ts';
import { codeQualityData } from '../integration-data.ts';
import { countingReactions } from './duplicates.ts';
import { listProjects } from './list-projects.ts';

const openStore = sharedStore();
let db: Database;
let stage: SonarqubeStage;

beforeEach(async () => {
  ({ db, stage } = await openStore());
  await db.execute('truncate integrations.integrations, code_quality.project_daily restart identity cascade');
  await db.execute(
    `insert into integrations.integrations (name, kind, settings, server_id)
     values ('first', 'sonarqube', '{}', 'S'), ('second', 'sonarqube', '{}', 'S'), ('elsewhere', 'sonarqube', '{}', 'T')`,
  );
});

/** What a discovery of an integration lists. */
const discover = (integrationId: number, keys: readonly string[], outcome: object = {}) =>
  stage.publish([{ stream: 'projects', records: keys.map((key) => project({ key, uuid: `id-${key}` })), outcome }], {
    phase: 'discovery',
    integrationId,
  });

const read = async (integrationId: number, count: number): Promise<void> => {
  const issues = Array.from({ length: count }, (_, index) => issue({ key: `i${integrationId}-${index}` }));
  await stage.publish(
    [
      { stream: 'branches', records: [branch()] },
      { stream: 'issues', records: issues },
    ],
    {
      integrationId,
    },
  );
};

const openToday = async (): Promise<number> =>
  (
    await db.one<{ n: number }>(
      "select coalesce(sum(opened - closed), 0)::int as n from code_quality.project_daily where state = 'open' and counting = 'server' and part = 'all' and branch_class = 'main'",
    )
  ).n;

const totals = async (): Promise<(number | null)[]> => {
  const list = async (integration?: number[]) =>
    (await listProjects(db, ProjectQuery.parse(integration === undefined ? {} : { integration }), 1)).total;
  return [await list(), await list([1]), await list([2])];
};

const counting = async (): Promise<number[]> =>
  (
    await db.query<{ integration_id: number }>(
      'select integration_id from code_quality.projects where counts order by 1',
    )
  ).map((row) => row.integration_id);

async function twice(): Promise<void> {
  await discover(1, ['shop']);
  await read(1, 5);
  await discover(2, ['shop']);
  await read(2, 5);
}

test('a project that is read through two integrations of one server counts once, in the one that was made first', async () => {
  await twice();
  expect(await counting()).toEqual([1]);
  expect(await openToday()).toBe(5);
  expect(await totals()).toEqual([1, 1, 1]);
});

test('the row of the second says which one counts, and shows its number', async () => {
  await twice();
  const { projects } = await listProjects(db, ProjectQuery.parse({ integration: [2] }), 1);
  expect(projects).toMatchObject([{ duplicateOf: expect.any(Number) }]);
});

test('another server has projects of its own under the same keys', async () => {
  await twice();
  await discover(3, ['shop']);
  await read(3, 2);
  expect(await counting()).toEqual([1, 3]);
  expect(await openToday()).toBe(7);
  expect((await totals())[0]).toBe(2);
});

test('the other row takes over when the first one is deleted, closed or left out, and gives it back', async () => {
  await twice();
  const others = { absenceTrusted: false, proof: 'counts_equal' } as const;
  for (const [gone, back] of [
    [
      { ...others, unreadable: ['shop'] },
      { ...others, unreadable: [] },
    ],
    [{ ...others, outside: [{ key: 'shop', id: 'id-shop' }] }, others],
    [{ ...others, gone: ['shop'] }, others],
  ]) {
    await discover(1, [], gone);
    expect(await counting()).toEqual([2]);
    expect(await openToday()).toBe(5);
    await discover(1, ['shop'], back);
    expect(await counting()).toEqual([1]);
    expect(await openToday()).toBe(5);
  }
});

/** What other rooms are told of an integration, carried out. */
async function changed(integrationId: number, state: 'active' | 'paused' | 'deleting'): Promise<number[]> {
  await db.execute('update integrations.integrations set state = $2 where id = $1', [integrationId, state]);
  const summed: number[] = [];
  const [reaction] = countingReactions(db, async (_, id) => void summed.push(id));
  await reaction?.handle(String(integrationId), new AbortController().signal);
  return summed;
}

test('an integration that is paused hands over without a discovery, and takes back when it goes on', async () => {
  await twice();
  expect(await changed(1, 'paused')).toEqual([1]);
  expect(await counting()).toEqual([2]);
  expect(await openToday()).toBe(5);
  expect(await changed(1, 'active')).toEqual([1]);
  expect(await counting()).toEqual([1]);
  expect(await openToday()).toBe(5);
  expect(await changed(1, 'active')).toEqual([]);
});

test('an integration that is being deleted counts no more, without a discovery', async () => {
  await twice();
  expect(await changed(1, 'deleting')).toEqual([1]);
  expect(await db.one('select duplicate_of from code_quality.projects where integration_id = 2')).toEqual({
    duplicate_of: null,
  });
  expect(await openToday()).toBe(10);
});

test('the other one counts before the first row of a deleted one is gone, whoever comes first', async () => {
  await twice();
  await db.execute("update integrations.integrations set state = 'deleting' where id = 1");
  const data = codeQualityData(db);
  await db.transaction((tx) => data.purge(tx, 1, 1));
  expect(await db.one('select duplicate_of from code_quality.projects where integration_id = 2')).toEqual({
    duplicate_of: null,
  });
  for (let removed = 1; removed > 0; ) removed = await db.transaction((tx) => data.purge(tx, 1, 1_000));
  await db.execute('delete from integrations.integrations where id = 1');
  expect(await counting()).toEqual([2]);
  expect(await openToday()).toBe(5);
});
