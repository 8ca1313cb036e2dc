import { expect, it, onTestFinished } from 'vitest';
import { cloneDatabase } from '../../../../test/support/database.ts';
import { at, digestOf, execute, traceWorld } from '../../../../test/support/trace-world.ts';
import { readExecution } from './executions.ts';

const node = 'build';

/** An execution whose stages deployed these services, one minute after the other, and what its steps say. */
async function stage(services: readonly string[], images: readonly { image: string; tag: string; digest?: string }[]) {
  const { db, drop } = await cloneDatabase();
  onTestFinished(drop);
  const w = await traceWorld(db);
  const [told] = await execute(w, { key: 'deploys-the-ledger', start: 1, end: 9, built: [] });
  const id = Number(told?.id);
  await db.execute('update deployments.stage_outcomes set images = $1', [
    JSON.stringify(images.map((one) => ({ direction: 'in', digest: null, ...one }))),
  ]);
  for (const [index, service] of services.entries())
    await db.execute(
      `insert into deployments.execution_deployments (execution_id, node, ordinal, service, git_ops, environment, status, status_class, started_at,
         frozen, is_rollback, image, tag)
       values ($1, $2, $3, $4, false, 'prod', 'Success', 'success', $5, false, false, 'web', '1')`,
      [id, index === 0 ? node : `other-${index}`, index + 1, service, at(index + 1)],
    );
  const named = await db.one<{ image: string; digest: string | null }>(
    'select image, digest from shared.harness_deployments where node = $1',
    [node],
  );
  return { db, id, told: named };
}

it('an image is what the steps say where one alone fits what the list named, and else only what the list says', async () => {
  const fits = { image: 'r.io/team/web', tag: '1', digest: digestOf('a') };
  const one = await stage(['web'], [fits, fits, { ...fits, tag: '2', digest: digestOf('b') }]);
  expect(one.told).toEqual({ image: 'r.io/team/web', digest: digestOf('a') });
  const several = await stage(['web'], [fits, { image: 'r.io/sidecar/web', tag: '1', digest: digestOf('b') }]);
  expect(several.told).toEqual({ image: 'web', digest: null });
  const twice = await stage(['web'], [fits, { ...fits, digest: digestOf('b') }]);
  expect(twice.told).toEqual({ image: 'web', digest: null });
  expect(
    await several.db.query(
      "select image, digest from data.harness_execution_artifacts where direction = 'in' and digest is not null",
    ),
  ).toEqual([]);
});

it('what an execution deployed is listed in the order of time', async () => {
  const { db, id } = await stage(['zebra', 'ant', 'mole'], []);
  expect((await readExecution(db, id)).execution.deployed).toEqual(['zebra → prod', 'ant → prod', 'mole → prod']);
});
