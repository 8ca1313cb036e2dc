import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, checkAnswers, checkFilters, paths } from '../../../bench/insights/check-answers.ts';
import { generate } from '../../../bench/insights/generate.ts';
import { makePeriods } from '../../../bench/insights/plain-count.ts';
import { randomQuestion } from '../../../bench/insights/questions.ts';
import { seededRandom } from '../../../bench/insights/random.ts';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { silentLog } from '../../platform/telemetry/log.ts';
import { codeQualityData } from '../code-quality/integration-data.ts';
import { rebuildDaily } from '../code-quality/daily/rebuild-daily.ts';
import type { SecurityResolveTimes, SecurityTrend } from './contract.ts';
import { consumeDailyChanges, createInsights, type Insights, rebuildRollups, verifyRollups } from './index.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const seed = Number(process.env['SEED'] ?? 20_261_120);

let clone: TestDatabase;
let insights: Insights;

beforeAll(async () => {
  clone = await cloneDatabase();
  await generate(clone.db, { findings: 6000, projects: 40, seed, now, days: 'pending' });
  insights = createInsights({ db: clone.db, log: silentLog, now: () => now });
  await makePeriods(clone.db);
}, 120_000);

afterAll(() => clone.drop());

async function differences(questions: number, offset: number): Promise<string[]> {
  const random = seededRandom(seed + offset);
  const found: string[] = [];
  for (let n = 0; n < questions; n++) {
    const question = randomQuestion(random, 40, now);
    for (const difference of await checkAnswers(clone.db, insights.routes, question)) {
      found.push(`seed ${seed}, ${JSON.stringify(question)}: ${difference}`);
    }
  }
  for (const scope of ['main', 'all'] as const) found.push(...(await checkFilters(clone.db, insights.routes, scope)));
  return found;
}

describe('every number equals a plain count', () => {
  test('while all changes are still pending', async () => {
    expect(await pending()).toBeGreaterThan(1000);
    expect(await changedProjects()).toBe(40);
    const { times } = await ask<SecurityResolveTimes>(insights.routes, paths.resolveTimes, { preset: '12m' });
    expect(times.all.resolved).toBeGreaterThan(100);
    expect(await differences(12, 1)).toEqual([]);
  });

  test('while some are, and after all were taken over by several processes at once', async () => {
    await Promise.all([consumeDailyChanges(clone.db), consumeDailyChanges(clone.db), differences(3, 2)]);
    expect([await pending(), await changedProjects()]).toEqual([0, 0]);
    expect(await verifyRollups(clone.db)).toEqual([]);
    expect(await differences(25, 3)).toEqual([]);
  });

  test('after findings changed, before and after the changes are taken over', async () => {
    await clone.db.execute(`
      update code_quality.findings set state = 'fixed', closed_at = now(), period_to = '2026-11-19T08:00:00Z'
      where id % 7 = 0 and counted_state = 'open' and period_to is null and period_from < '2026-11-19'`);
    await clone.db.execute("update code_quality.findings set raw_level = 'HIGH' where id % 11 = 0 and axis = 'impact'");
    await clone.db.execute(
      'delete from code_quality.finding_past_periods where finding_id in (select id from code_quality.findings where project_id = 3)',
    );
    await clone.db.execute('delete from code_quality.findings where project_id = 3');
    const ids = await clone.db.query<{ id: number }>('select id from code_quality.projects');
    await clone.db.transaction((tx) =>
      rebuildDaily(
        tx,
        ids.map((row) => row.id),
      ),
    );
    await makePeriods(clone.db);
    expect(await pending()).toBeGreaterThan(0);
    expect(await differences(10, 4)).toEqual([]);
    await consumeDailyChanges(clone.db);
    expect(await verifyRollups(clone.db)).toEqual([]);
    expect(await differences(10, 5)).toEqual([]);
  });

  test('another mapping of severities is true at once, and so is going back', async () => {
    const map = (severity: string) =>
      clone.db.execute("update code_quality.severity_mapping set severity = $1 where raw_level = 'MEDIUM'", [severity]);
    const forget = "delete from code_quality.severity_mapping where axis = 'standard' and raw_level = 'INFO'";
    await map('critical');
    await clone.db.execute(forget);
    await makePeriods(clone.db);
    expect(await differences(10, 6)).toEqual([]);
    await map('medium');
    await makePeriods(clone.db);
    expect(await differences(4, 7)).toEqual([]);
  });
});

test('the days on which hotspots became vulnerabilities are marked, all of them and once', async () => {
  const trend = await ask<SecurityTrend>(insights.routes, paths.trend, { preset: '12m' });
  const plain = await clone.db.query<{ day: string; n: number; projects: number }>(
    `select (p.to_at at time zone 'UTC')::date as day, count(*) as n, count(distinct f.project_id) as projects
     from code_quality.finding_past_periods p join code_quality.findings f on f.id = p.finding_id
     join code_quality.branches b on b.id = f.branch_id and b.is_main
     where p.ended_by = 'became_vulnerability' group by 1 order by 1`,
  );
  expect(plain.length).toBeGreaterThan(3);
  expect(
    trend.markers.map((marker) => ({ day: marker.day, n: marker.findings, projects: marker.projects.length })),
  ).toEqual(plain);
});

describe('roll-ups', () => {
  test('a wrong row is found, and made right by a rebuild', async () => {
    await clone.db.execute(
      'update insights.node_daily set opened = opened + 1 where day = (select max(day) from insights.node_daily)',
    );
    await clone.db.execute("delete from insights.present where node_kind = 'project' and node_id = 1");
    await clone.db.execute("update insights.present set present = present + 1 where node_kind = 'organization'");
    await clone.db.execute("update insights.open_ages set findings = findings + 1 where node_kind = 'organization'");
    await clone.db.execute("delete from insights.resolve_times where node_kind = 'project' and node_id = 1");
    expect((await differences(3, 8)).length).toBeGreaterThan(0);
    const found = await verifyRollups(clone.db);
    expect(found.map((difference) => difference.table)).toEqual([
      'node_daily',
      'present',
      'project_levels',
      'open_ages',
      'resolve_times',
    ]);
    await Promise.all([rebuildRollups(clone.db), rebuildRollups(clone.db), consumeDailyChanges(clone.db)]);
    expect(await verifyRollups(clone.db)).toEqual([]);
    expect(await differences(5, 8)).toEqual([]);
  });

  test('changes made while a rebuild and a take-over go on count once', async () => {
    const touch = async (project: number): Promise<void> => {
      await clone.db.execute("update code_quality.findings set asset_type = 'iac_file' where project_id = $1", [
        project,
      ]);
      await clone.db.transaction((tx) => rebuildDaily(tx, [project]));
    };
    const work = [1, 2, 4, 5, 6, 7].flatMap((project) => [
      touch(project),
      consumeDailyChanges(clone.db),
      rebuildRollups(clone.db),
    ]);
    await Promise.all(work);
    expect(await verifyRollups(clone.db)).toEqual([]);
    await makePeriods(clone.db);
    expect(await differences(5, 9)).toEqual([]);
  });
});

async function changedProjects(): Promise<number> {
  const row = await clone.db.one<{ n: number }>(
    'select count(distinct project_id) as n from code_quality.changed_projects',
  );
  return row.n;
}

async function pending(): Promise<number> {
  return (await clone.db.one<{ n: number }>('select count(*) as n from code_quality.daily_changes')).n;
}

test('an integration that is deleted takes its numbers with it', async () => {
  const { id } = await clone.db.one<{ id: number }>('select id from integrations.integrations');
  const data = codeQualityData(clone.db);
  while ((await clone.db.transaction((tx) => data.purge(tx, id, 3000))) > 0) {
    // Until nothing is left.
  }
  await consumeDailyChanges(clone.db);
  expect(await verifyRollups(clone.db)).toEqual([]);
  await makePeriods(clone.db);
  expect(await differences(3, 10)).toEqual([]);
  expect(
    (await clone.db.one<{ n: number }>('select coalesce(sum(abs(present)), 0)::int as n from insights.present')).n,
  ).toBe(0);
});
