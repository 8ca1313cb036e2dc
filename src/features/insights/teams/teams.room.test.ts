import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, paths } from '../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../bench/insights/generate.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { rebuildDaily } from '../../code-quality/daily/rebuild-daily.ts';
import type { SecuritySummary, SecurityTargets, TeamNumbersList } from '../contract.ts';
import { consumeDailyChanges, createInsights, followNodes, type Insights } from '../index.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const projects = 130;
const teams = 60;
const path = '/api/v1/insights/teams';

let clone: TestDatabase;
let insights: Insights;

/** Team n has two projects, shares one of them with the team before it, and team 60 has none. */
beforeAll(async () => {
  clone = await cloneDatabase();
  const { db } = clone;
  await generate(db, { findings: 4000, projects, seed, now, days: 'pending' });
  insights = createInsights({ db, log: silentLog, now: () => now });
  await db.execute(`
    insert into teams.org_trees (name, levels, filters, automatic, created_by) values ('Sites', '{site}', '[]', false, 'test');
    insert into teams.nodes (tree_id, key) select 1, 'team ' || n from generate_series(1, ${teams}) n;
    insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth) select id, 1, null, key, true, 0 from teams.nodes;
    insert into teams.team_projects (team_id, project_id) select t, 2 * t + p from generate_series(1, ${teams} - 1) t, generate_series(0, 2) p;
    insert into insights.age_targets (node_id, severity, days, changed_by) values
      (0, 'critical', 10, 'test'), (0, 'high', 60, 'test'), (3, 'critical', 200, 'test'), (7, 'low', 30, 'test')`);
  await followNodes(db);
}, 120_000);
afterAll(() => clone.drop());

const list = (query: Record<string, string>): Promise<TeamNumbersList> =>
  ask<TeamNumbersList>(insights.routes, path, query);

/** Every page of a list. */
async function everyTeam(query: Record<string, string>): Promise<TeamNumbersList['teams']> {
  const first = await list(query);
  expect([first.total, first.teams.length]).toEqual([teams, 50]);
  return [...first.teams, ...(await list({ ...query, page: '2' })).teams];
}

/** Some of what is open is fixed: that waits beside rows that were taken over. */
async function change(): Promise<void> {
  await clone.db.execute(
    "update code_quality.findings set state = 'fixed', closed_at = now(), period_to = '2026-11-19T08:00:00Z' where id % 5 = 0 and counted_state = 'open' and period_to is null and period_from < '2026-11-19'",
  );
  const all = Array.from({ length: projects }, (_, index) => index + 1);
  await clone.db.transaction((tx) => rebuildDaily(tx, all));
}

test('each team has the numbers of its own page, while changes wait and after, and the list is in the order that is asked for', async () => {
  for (const step of ['waiting', 'settled', 'changed']) {
    if (step === 'settled') await consumeDailyChanges(clone.db);
    if (step === 'changed') await change();
    const byName = await everyTeam({});
    for (const team of byName.filter(({ id }) => id % 7 === 0 || id === 3 || id === teams)) {
      const query = { node: String(team.id) };
      const tile = await ask<SecuritySummary>(insights.routes, paths.summary, query);
      const targets = await ask<SecurityTargets>(insights.routes, '/api/v1/insights/security/targets', query);
      const context = `seed ${seed}, ${step}, ${team.name}`;
      const { total, ...open } = team.open;
      expect([total, team.broken], context).toEqual([tile.total.open, targets.open.broken]);
      for (const { severity, open: count } of tile.severities)
        expect([severity, open[severity]]).toEqual([severity, count]);
    }
    expect(byName.find(({ id }) => id === teams)).toMatchObject({ projects: 0, broken: 0, open: { total: 0 } });
    expect(byName.filter(({ projects: held }) => held === 3)).toHaveLength(teams - 1);
    for (const [sort, of] of [
      ['open', ({ open }) => open.total],
      ['critical', ({ open }) => open.critical],
      ['broken', ({ broken }) => broken ?? -1],
      ['projects', ({ projects: held }) => held],
    ] as [string, (team: TeamNumbersList['teams'][number]) => number][]) {
      const sorted = await everyTeam({ sort, direction: 'desc' });
      expect(sorted.map(of), `seed ${seed}, ${sort}`).toEqual(byName.map(of).toSorted((a, b) => b - a));
      expect(new Set(sorted.map(({ id }) => id)).size).toBe(teams);
    }
  }
  expect((await list({ search: 'TEAM 17' })).teams.map(({ name }) => name)).toEqual(['team 17']);
});

test('without any target nothing is said to be broken, or not to be', async () => {
  await clone.db.execute('delete from insights.age_targets');
  expect((await list({})).teams[0]?.broken).toBeNull();
});
