import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../../../test/support/database.ts';
import { retentionReaction } from '../../operations/retention/retention.ts';
import type { Database } from '../../../platform/database/index.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { deploymentsData, deploymentMetrics } from '../index.ts';
import { deploymentsUpkeep } from '../upkeep.ts';
import { settlePlaces } from './places.ts';

/** Deployments so many days ago, the oldest first; of an integration, or reported where there is none. */
async function deployed(db: Database, service: string, integration: number | null, ages: readonly number[]) {
  const { id } = await db.one<{ id: number }>(
    `insert into deployments.places (integration_id, service, environment, service_name, environment_name) values ($1, $2, 'prod', $2, 'prod') returning id`,
    [integration, service],
  );
  await db.execute(
    `insert into deployments.deployments (source, integration_id, source_key, place_id, status, service_name, environment_name, environment_type, at)
     select case when $2::bigint is null then 'pushed' else 'harness' end, $2, age::text, $1, 'succeeded', $3, 'prod', 'production', now() - make_interval(days => age)
       from unnest($4::int[]) age`,
    [id, integration, service, ages],
  );
  await settlePlaces(db, [id]);
  return id;
}

interface Ran {
  settled?: boolean;
  retryOf?: string;
}

/** Executions by how many days ago they ended, which is their key; a deployment of the same key is theirs. */
async function ran(db: Database, executions: Record<number, Ran>): Promise<void> {
  for (const [age, { settled = true, retryOf = null }] of Object.entries(executions)) {
    await db.execute(
      `with e as (
         insert into deployments.executions (integration_id, source_key, row_hash, organization, project, pipeline, status, status_class, settled,
                ended_at, modules, tags, is_rerun, is_retry, previous_execution, is_partial, failure_types, rolled_back, is_build, cut_off)
         values (1, $1::text, gen_random_uuid(), 'pay', 'ledger', 'deploy', 'Success', 'success', $2, now() - make_interval(days => $1::text::int),
                '{}', '[]', false, $3::text is not null, $3, false, '{}', false, false, false) returning id),
       o as (
         insert into deployments.stage_outcomes (integration_id, source_key, row_hash, execution, node, rolled_back, images)
         values (1, $1::text || '/n', gen_random_uuid(), $1::text, 'n', false, '[]'))
       update deployments.deployments d set execution_id = e.id from e where d.integration_id = 1 and d.source_key = $1::text`,
      [age, settled, retryOf],
    );
  }
}

const keys = async (db: Database, place: number): Promise<string[]> =>
  (
    await db.query<{ key: string }>(
      'select source_key as key from deployments.deployments where place_id = $1 order by at',
      [place],
    )
  ).map(({ key }) => key);

describe('deployments', () => {
  it('are forgotten after their time, but never what runs and what ran before it', async () => {
    const db = await testDatabase();
    const idle = await deployed(db, 'idle', null, [3_000, 2_000, 1_500]);
    const busy = await deployed(db, 'busy', null, [3_000, 2_000, 30, 3]);
    const { retention = [] } = deploymentsUpkeep;
    await retentionReaction({ db, log: silentLog, retention }).handle('sweep', new AbortController().signal);
    expect(await keys(db, idle)).toEqual(['2000', '1500']);
    expect(await keys(db, busy)).toEqual(['30', '3']);
    const before = await db.query('select * from deployments.places order by id');
    await settlePlaces(db, [idle, busy]);
    expect(await db.query('select * from deployments.places order by id')).toEqual(before);
  });

  it('outlive the execution they are of, which stays as long as what it put there runs', async () => {
    const db = await testDatabase();
    const place = await deployed(db, 'shop', 1, [1_400, 1_300, 1_200, 1_190]);
    await ran(db, { 1_400: {}, 1_300: {}, 1_200: {}, 1_190: {}, 1_500: { settled: false }, 1_250: {} });
    // What ran last failed; the retry of what is kept is kept.
    await ran(db, { 1_185: { retryOf: '1200' }, 1_180: { retryOf: 'unknown' }, 30: {} });
    const { retention = [] } = deploymentsUpkeep;
    const [executions, ...others] = retention.filter(({ name }) => name === 'executions');
    expect([executions?.standard, others]).toEqual([1_095, []]);
    const night = () =>
      retentionReaction({
        db,
        log: silentLog,
        retention: retention.filter(({ name }) => name === 'executions'),
      }).handle('sweep', new AbortController().signal);
    await night();
    const kept = await db.query<{ key: string }>(
      'select source_key as key from deployments.executions order by ended_at nulls first',
    );
    expect(kept.map(({ key }) => key)).toEqual(['1500', '1200', '1190', '1185', '30']);
    expect(await db.query('select execution from deployments.stage_outcomes order by execution')).toEqual(
      kept.map(({ key }) => ({ execution: key })).toSorted((a, b) => (a.execution < b.execution ? -1 : 1)),
    );
    expect(await db.query(`select dropped from operations.retention_runs where subject = 'executions'`)).toEqual([
      { dropped: 4 },
    ]);
    expect(await keys(db, place)).toEqual(['1400', '1300', '1200', '1190']);
    expect(
      await db.query('select source_key from deployments.deployments where execution_id is null order by at'),
    ).toEqual([{ source_key: '1400' }, { source_key: '1300' }]);
    await night();
    expect(await db.query('select 1 from deployments.executions')).toHaveLength(5);
  });

  it('go with their integration, and no other', async () => {
    const db = await testDatabase();
    const places = [await deployed(db, 'shop', 1, [3, 2, 1]), await deployed(db, 'shop', 2, [1])];
    places.push(await deployed(db, 'shop', null, [1]));
    const data = deploymentsData(db);
    expect([await data.count(1), await data.count(2)]).toEqual([4, 2]);
    for (let removed = 1; removed > 0; ) removed = await db.transaction((tx) => data.purge(tx, 1, 2));
    expect([await data.count(1), await data.count(2)]).toEqual([0, 2]);
    expect(await Promise.all(places.map(async (place) => (await keys(db, place)).length))).toEqual([0, 1, 1]);
  });

  it('are counted for a monitoring system by what is known of their places', async () => {
    const db = await testDatabase();
    const certain = await deployed(db, 'shop', null, [1]);
    const doubtful = await deployed(db, 'cart', null, [2]);
    await db.execute(
      `insert into deployments.deployments (source, source_key, place_id, status, service_name, environment_name, at) values ('pushed', 'x', $1, 'failed', 'cart', 'prod', now())`,
      [doubtful],
    );
    await settlePlaces(db, [certain, doubtful]);
    const [family] = deploymentMetrics(db);
    const rows = (await family?.read()) ?? [];
    expect(rows.toSorted((a, b) => String(a.labels).localeCompare(String(b.labels)))).toEqual([
      { labels: ['production', 'doubtful'], value: 1 },
      { labels: ['production', 'running'], value: 1 },
    ]);
  });
});
