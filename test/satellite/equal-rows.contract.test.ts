import { describe, expect, it } from 'vitest';
import { dataContents } from '../crash/data-contents.ts';
import { satelliteStage, type SatelliteStage } from './stage.ts';
import { registrySystem, sonarqubeSystem } from './systems.ts';
import { pushImages } from './images.ts';

/** Reads both until nothing is left to do, and what they hold. */
async function bothWays(stage: SatelliteStage, ids: readonly number[]) {
  for (const id of ids) await stage.sync(id);
  for (const id of ids) await stage.settled(id);
  const contents = ids.map((id) => dataContents(stage.db, { integrationId: id, besideAnother: true }));
  return Promise.all(contents);
}

/** Everything but identities and the moments at which it was read. */
async function imagesOf(stage: SatelliteStage, id: number): Promise<Record<string, object[]>> {
  const rows = (columns: string, from: string): Promise<object[]> =>
    stage.db.query(`select ${columns} from ${from} where t.integration_id = $1 order by ${columns}`, [id]);
  return {
    images: await rows('t.repository, t.digest, t.media_type, t.created_at', 'data.images t'),
    tags: await rows('t.repository, t.name, i.digest', 'data.image_tags t join data.images i on i.id = t.image_id'),
    platforms: await rows('t.digest, t.os, t.architecture, t.size_bytes', 'data.image_platforms t'),
    claims: await rows(
      'i.digest, t.platform_digest, t.trust, t.source, t.revision, t.ref',
      'data.image_claims t join data.images i on i.id = t.image_id',
    ),
  };
}

const ended = (stage: SatelliteStage, id: number) =>
  stage.db.query('select distinct status from ingestion.runs where integration_id = $1', [id]);

describe('what a satellite reads', () => {
  it('is equal to what the hub reads itself, row by row: SonarQube', async () => {
    const { system } = await sonarqubeSystem();
    const stage = await satelliteStage();
    const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
    await stage.satellite(await stage.file([far], system));
    const { lines } = await stage.check(far);
    expect(lines.map((line) => line['type'])).toContain('saved');
    const [one, other] = await bothWays(stage, [direct, far]);
    expect(other).toEqual(one);
    expect(one?.['sonarqube_issues']?.rows).toBe(2_600);
    expect(stage.front.calls).toContain('stage');
    expect(await ended(stage, far)).toEqual([{ status: 'success' }]);

    // What is read of changes alone asks what is stored, through the same way.
    const [again, anew] = await bothWays(stage, [direct, far]);
    expect(anew).toEqual(again);
  });

  it('is equal to what the hub reads itself, row by row: a registry', async () => {
    const { system, server } = await registrySystem();
    const images = pushImages(server, 12);
    const stage = await satelliteStage();
    const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
    await stage.satellite(await stage.file([far], system));
    expect((await stage.check(far)).lines.map((line) => line['type'])).toContain('saved');
    await bothWays(stage, [direct, far]);
    const [one, other] = [await imagesOf(stage, direct), await imagesOf(stage, far)];
    expect(other).toEqual(one);
    expect(one['tags']).toHaveLength(images);
    expect(one['platforms']).toHaveLength(images);
    expect(one['claims']?.length).toBeGreaterThan(0);
    expect(await ended(stage, far)).toEqual([{ status: 'success' }]);
  });
});
