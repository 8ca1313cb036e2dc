import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { deriveAgain, readDeriving } from '../../src/features/deployments/deployed/from-harness/again.ts';
import { derivation } from '../../src/features/deployments/deployed/from-harness/derive.ts';
import { keepDeployments } from '../../src/features/deployments/deployed/from-harness/keep.ts';
import { deploymentRoutes } from '../../src/features/deployments/index.ts';
import { upgradeChecks } from '../../src/features/operations/doctor/upgrade-check.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { cloneDatabase, testDatabase } from '../support/database.ts';
import { testHub } from '../support/hub.ts';
import { batch, newer } from './newer-rules.ts';

const executions = 60;
const program = fileURLToPath(new URL('./deriving-process.ts', import.meta.url));
const minute = (n: number): string => new Date(Date.parse('2026-03-02T00:00:00Z') + n * 60_000).toISOString();

/** Executions as they were read, each with a stage that deployed; every third failed, and every tenth deployed nothing. */
async function store(db: Database): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `insert into deployments.executions (integration_id, source_key, row_hash, organization, project, pipeline, status, status_class, settled, modules, tags,
            is_rerun, is_retry, is_partial, failure_types, rolled_back, is_build, cut_off, started_at)
     select 1, 'e' || lpad(n::text, 3, '0'), gen_random_uuid(), 'pay', 'ledger', 'deploy', 'x', 'success', true, '{}', '[]', false, false, false, '{}', false, false, false,
            $2::timestamptz + n * interval '1 minute'
       from generate_series(1, $1::int) n returning id`,
    [executions, minute(0)],
  );
  await db.execute(
    `insert into deployments.execution_deployments (execution_id, node, ordinal, service, environment, environment_type, git_ops, status, status_class,
            started_at, ended_at, frozen, is_rollback)
     select e.id, 'n', 0, 'service-' || e.id % 4, 'prod', 'Production', false, kind, kind, e.started_at, e.started_at + interval '30 seconds', false, false
       from (select *, case when id % 3 = 0 then 'failure' else 'success' end as kind from deployments.executions) e where e.id % 10 <> 0`,
  );
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}

/** All that people and figures read of it. */
const contents = (db: Database) =>
  db.query(
    `select p.service, p.infrastructure, d.source_key, d.status, d.derivation, p.running_id = d.id as runs, p.newest_id = d.id as newest, p.doubt
       from deployments.deployments d join deployments.places p on p.id = d.place_id order by 1, 2, 3`,
  );

const outdated = async (db: Database): Promise<number> =>
  (await db.one<{ n: number }>('select count(*)::int as n from data.deployments where outdated')).n;

it('deployments are made again by newer rules after an upgrade: told until all are, and whoever is killed leaves the rest to the next', async () => {
  const clone = await cloneDatabase();
  onTestFinished(() => clone.drop());
  const { db } = clone;
  const ids = await store(db);
  await db.transaction((tx) => keepDeployments(tx, ids));
  const before = await contents(db);
  expect(before).toHaveLength(54);
  expect([await readDeriving(db), await deriveAgain(db)]).toEqual([null, 0]);
  // What runs was made by older rules: that is told before anybody began.
  expect(await readDeriving(db, newer.version)).toEqual({ done: 0, total: null });

  const child = spawn(process.execPath, [program, clone.connectionString], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number];
  expect(String(said)).toContain('in the middle');
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  // The batch that it was in the middle of was not done.
  const half = { done: 2 * batch, total: executions };
  await vi.waitFor(async () => expect(await readDeriving(db, newer.version)).toEqual(half), { timeout: 30_000 });
  expect(await outdated(db)).toBe(36);
  const hub = await testHub({
    beside: { ...clone, vault: undefined as never },
    routes: () => deploymentRoutes({ db, now: () => new Date() }),
  });
  for (const path of ['deployments', 'deployments/running', 'delivery'])
    expect((await hub.call('GET', `/api/v1/${path}`)).body.deriving, path).toEqual(half);
  expect((await upgradeChecks(db, new Map())).map(({ message }) => message)).toContainEqual(
    expect.stringContaining(`deployments of ${half.done} of ${half.total} executions are derived again`),
  );

  expect(await deriveAgain(db, { by: newer, batch })).toBe(executions - half.done);
  expect(await readDeriving(db, newer.version)).toBeNull();
  expect([await outdated(db), await deriveAgain(db, { by: newer })]).toEqual([0, 0]);
  // As if there had never been other rules.
  const anew = await testDatabase();
  const own = await store(anew);
  await anew.transaction((tx) => keepDeployments(tx, own, newer));
  const after = await contents(db);
  expect(after).toEqual(await contents(anew));
  expect(after).not.toEqual(before);

  // A process of the version before writes beside it: found within a day, and taken for what it is until then.
  await db.transaction((tx) => keepDeployments(tx, ids.slice(0, 3)));
  expect([await outdated(db), await deriveAgain(db, { by: newer })]).toEqual([3, 0]);
  await db.execute("update deployments.derivation set checked_at = checked_at - interval '25 hours'");
  expect(await deriveAgain(db, { by: newer })).toBe(3);
  expect(await contents(db)).toEqual(after);
  // And it undoes nothing of what a newer one did.
  expect(await deriveAgain(db, { by: derivation })).toBe(0);
  expect(await contents(db)).toEqual(after);
}, 120_000);

it('an execution that a publish holds is left to it, and found again when it came to nothing', async () => {
  const db = await testDatabase();
  const ids = await store(db);
  await db.transaction((tx) => keepDeployments(tx, ids));
  await db.transaction(async (tx) => {
    await tx.execute('select from deployments.executions where id = any ($1) for no key update', [ids.slice(0, 5)]);
    expect(await deriveAgain(db, { by: newer, batch })).toBe(executions - 5);
    expect(await readDeriving(db, newer.version)).toMatchObject({ done: executions - 5 });
  });
  expect(await deriveAgain(db, { by: newer, batch })).toBe(5);
  expect(await readDeriving(db, newer.version)).toBeNull();
  expect(await outdated(db)).toBe(0);
});
