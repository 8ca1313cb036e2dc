import { expect, it, vi } from 'vitest';
import { dataContents } from '../crash/data-contents.ts';
import { satelliteStage, type SatelliteStage } from './stage.ts';
import { sonarqubeSystem } from './systems.ts';

const contentsOf = (stage: SatelliteStage, id: number) =>
  dataContents(stage.db, { integrationId: id, besideAnother: true });

const retriesOf = async (stage: SatelliteStage, id: number): Promise<{ retries: number; lost: number }> =>
  stage.db.one(
    `select coalesce(sum(retries), 0)::int as retries, (count(*) filter (where fence > 2))::int as lost
       from ingestion.tasks where integration_id = $1`,
    [id],
  );

it('two processes of the hub answer one satellite in turns: nothing is read twice, nothing is given up', async () => {
  const { system } = await sonarqubeSystem({ projects: 2, issuesPerProject: 4_000 });
  const stage = await satelliteStage();
  const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
  await stage.sync(direct);
  await stage.settled(direct);
  const answered = await stage.secondHub();
  await (await stage.satellite(await stage.file([far], system))).ready;
  expect((await stage.check(far)).text).toContain('"saveAllowed":true');
  await stage.sync(far);
  await stage.settled(far);
  expect(await contentsOf(stage, far)).toEqual(await contentsOf(stage, direct));
  const [one, other] = answered();
  expect(Math.min(one, other)).toBeGreaterThan(10);
  // Each task was leased once to be read, and once to be published.
  expect(await retriesOf(stage, far)).toEqual({ retries: 0, lost: 0 });
  const runs = await stage.db.query('select distinct status from ingestion.runs where integration_id = $1', [far]);
  expect(runs).toEqual([{ status: 'success' }]);
});

it('a process that begins in the middle goes on where the one before it was', async () => {
  const { system, server } = await sonarqubeSystem({ projects: 1, issuesPerProject: 6_000 });
  const stage = await satelliteStage();
  const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
  await stage.sync(direct);
  await stage.settled(direct);
  const alone = server.journal.entries.length;
  await (await stage.satellite(await stage.file([far], system))).ready;
  await stage.db.execute('update integrations.integrations set checked_at = now() where id = $1', [far]);
  let begun: Promise<unknown> | undefined;
  stage.front.before = async (call) => {
    if (call === 'stage') await (begun ??= stage.secondHub());
  };
  await stage.sync(far);
  await vi.waitFor(() => expect(begun).toBeDefined(), { timeout: 60_000, interval: 20 });
  await stage.settled(far);
  expect(await contentsOf(stage, far)).toEqual(await contentsOf(stage, direct));
  expect(await retriesOf(stage, far)).toEqual({ retries: 0, lost: 0 });
  expect(server.journal.entries.length - alone).toBeLessThan(alone * 1.2);
});
