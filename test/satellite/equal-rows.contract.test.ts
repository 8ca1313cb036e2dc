import { describe, expect, it } from 'vitest';
import { dataContents } from '../crash/data-contents.ts';
import { harnessContents, imagesOf } from './contents.ts';
import { satelliteStage, type SatelliteStage } from './stage.ts';
import { harnessSystem, registrySystem, sonarqubeSystem } from './systems.ts';
import { pushImages } from './images.ts';

/** Reads both until nothing is left to do, and what they hold. */
async function bothWays(stage: SatelliteStage, ids: readonly number[]) {
  for (const id of ids) await stage.sync(id);
  for (const id of ids) await stage.settled(id);
  const contents = ids.map((id) => dataContents(stage.db, { integrationId: id, besideAnother: true }));
  return Promise.all(contents);
}

const ended = (stage: SatelliteStage, id: number) =>
  stage.db.query('select distinct status from ingestion.runs where integration_id = $1', [id]);

describe('what a satellite reads', () => {
  it('is equal to what the hub reads itself, row by row: SonarQube', async () => {
    const { system } = await sonarqubeSystem();
    const stage = await satelliteStage();
    const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
    await (await stage.satellite(await stage.file([far], system))).ready;
    const { text } = await stage.check(far);
    expect(text).toContain('"saveAllowed":true');
    // What only the hub knows of the server.
    expect(text).toContain('“direct” reads the same server');
    const [one, other] = await bothWays(stage, [direct, far]);
    expect(other).toEqual(one);
    expect(one?.['sonarqube_issues']?.rows).toBe(2_600);
    expect(stage.front.calls).toContain('stage');
    expect(await ended(stage, far)).toEqual([{ status: 'success' }]);

    // What is read of changes alone asks what is stored, through the same way.
    const [again, anew] = await bothWays(stage, [direct, far]);
    expect(anew).toEqual(again);
    await stage.db.execute("update integrations.integrations set server_id = 'another' where id = $1", [far]);
    expect((await stage.check(far)).text).toContain('server_identity_changed');
  });

  it('is equal to what the hub reads itself, row by row: a registry', async () => {
    const { system, server } = await registrySystem();
    const images = pushImages(server, 12);
    const stage = await satelliteStage();
    const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
    await (await stage.satellite(await stage.file([far], system))).ready;
    expect((await stage.check(far)).text).toContain('"saveAllowed":true');
    await bothWays(stage, [direct, far]);
    const [one, other] = [await imagesOf(stage.db, direct), await imagesOf(stage.db, far)];
    expect(other).toEqual(one);
    expect(one['tags']).toHaveLength(images);
    expect(one['platforms']).toHaveLength(images);
    expect(one['claims']?.length).toBeGreaterThan(0);
    expect(await ended(stage, far)).toEqual([{ status: 'success' }]);
  });

  it('is equal to what the hub reads itself, row by row: Harness and its deployments', async () => {
    const { system, server } = await harnessSystem();
    // Where deployments of two accounts go to the same place, each is told beside the other: one database each.
    const [near, stage] = [await satelliteStage(), await satelliteStage()];
    const direct = await near.direct('harness', system);
    const far = await stage.far('harness', system);
    await (await stage.satellite(await stage.file([far], system))).ready;
    expect((await stage.check(far)).text).toContain('"saveAllowed":true');
    const both = async (): Promise<[Record<string, string[]>, Record<string, string[]>]> => {
      await near.sync(direct);
      await near.settled(direct);
      await stage.sync(far);
      await stage.settled(far);
      return [await harnessContents(near.db), await harnessContents(stage.db)];
    };
    const [one, other] = await both();
    expect(Object.keys(one)).toHaveLength(10);
    for (const [table, rows] of Object.entries(one)) {
      expect(rows.length, table).toBeGreaterThan(0);
      expect(other[table], table).toEqual(rows);
    }
    expect(await ended(stage, far)).toEqual([{ status: 'success' }]);

    server.goOn();
    // As long after the first time as any project waits to be asked about; the database’s clock is no test’s.
    for (const { db } of [near, stage])
      await db.execute(
        "update ingestion.bookmarks set saved_at = saved_at - interval '1 hour', polled_at = polled_at - interval '1 hour'",
      );
    const [again, anew] = await both();
    expect(anew).toEqual(again);
    expect(again['harness_executions']).not.toEqual(one['harness_executions']);
    expect(stage.front.calls).toContain('finish');
  });
});
