import { describe, expect, it } from 'vitest';
import { dataContents } from '../crash/data-contents.ts';
import { harnessContents, imagesOf } from './contents.ts';
import { satelliteStage, type SatelliteStage } from './stage.ts';
import { previewRules } from '../../src/features/teams/belongings/belongings.ts';
import { bitbucketSystem, harnessSystem, registrySystem, sonarqubeSystem } from './systems.ts';
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

  it('is equal to what the hub reads itself: whose code is by the owners of a repository that the hub does not reach', async () => {
    const { system, server } = await bitbucketSystem();
    const stage = await satelliteStage();
    const { db } = stage;
    const [direct, far] = [await stage.direct('direct', system), await stage.far('far', system)];
    await (await stage.satellite(await stage.file([far], system))).ready;
    expect((await stage.check(far)).text).toContain('"saveAllowed":true');
    const read = async (): Promise<void> => {
      for (const id of [direct, far]) await stage.sync(id);
      for (const id of [direct, far]) await stage.settled(id);
    };
    await read();
    // A project of each: `near` is bound to the repository as the hub reads it, `far` as the satellite does.
    await db.execute(`
      insert into integrations.integrations (name, kind, settings) values ('sonarqube', 'sonarqube', '{"url": "https://sonarqube.example"}');
      insert into code_quality.projects (integration_id, source_key, name, qualifier, row_hash)
        select i.id, n, n, 'TRK', gen_random_uuid() from integrations.integrations i, unnest(array['near', 'far']) n where i.name = 'sonarqube';
      insert into repositories.bindings (project_id, sonarqube_id, repository_id, mono, annotations, prefix, created_by)
        select p.id, p.integration_id, r.id, false, true, 'apps/ledger', 'test'
          from code_quality.projects p join integrations.integrations i on i.name = case p.source_key when 'near' then 'direct' else 'far' end
          join repositories.repositories r on r.integration_id = i.id;
      insert into teams.org_trees (name, levels, filters, automatic, created_by) values ('Sites', '{site}', '[]', false, 'test');
      insert into teams.nodes (tree_id, key) values (1, 'Rome');
      insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth) values (1, 1, null, 'Rome', true, 0)`);
    const taken = async (owner: string): Promise<[string[], number | undefined]> => {
      const { projects, unread } = await previewRules(db, 1, [{ kind: 'owner', value: owner }]);
      return [projects.map(({ project }) => project.key).toSorted(), unread[0]];
    };
    // Nobody looked for the file before there was a binding: that is unknown, never nobody’s.
    expect(await taken('@@pay')).toEqual([[], 2]);
    const push = (text: string) =>
      server.bitbucket.state.push(server.repository, { branch: 'main', files: { CODEOWNERS: text } });
    await push('* @@all\napps/ledger/ @@pay lead@example.com\n');
    await read();
    expect(await taken('@@pay')).toEqual([['far', 'near'], 0]);
    expect(await taken('@@all')).toEqual([[], 0]);
    await push('* @@all\n');
    await read();
    expect([await taken('@@pay'), await taken('@@all')]).toEqual([
      [[], 0],
      [['far', 'near'], 0],
    ]);
    const rules = (id: number) =>
      db.query('select line, pattern, owners from data.bitbucket_code_owners where integration_id = $1 order by 1', [
        id,
      ]);
    expect(await rules(far)).toEqual(await rules(direct));
    expect(stage.front.calls).toContain('finish');
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
