import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, checkAnswers, paths } from '../../../../bench/insights/check-answers.ts';
import { generate } from '../../../../bench/insights/generate.ts';
import { makePeriods } from '../../../../bench/insights/plain-count.ts';
import { randomQuestion } from '../../../../bench/insights/questions.ts';
import { seededRandom } from '../../../../bench/insights/random.ts';
import { cloneDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { silentLog } from '../../../platform/telemetry/log.ts';
import { rebuildDaily } from '../../code-quality/daily/rebuild-daily.ts';
import type { SecurityFilters, SecurityNodes, SecuritySummary } from '../contract.ts';
import {
  consumeDailyChanges,
  createInsights,
  followNodes,
  type Insights,
  rebuildRollups,
  verifyRollups,
} from '../index.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const seed = 20_261_130;
const projects = 24;

let clone: TestDatabase;
let insights: Insights;
/** Nodes by their names; `Top` is above `Rome` and `Berlin`. */
const nodes: Record<string, number> = {};
let asked = 0;

async function addNode(name: string, parent: number | null, leaf: boolean): Promise<number> {
  const { id } = await clone.db.one<{ id: number }>(
    'insert into teams.nodes (tree_id, key) values (1, $1) returning id',
    [name],
  );
  await clone.db.execute(
    'insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth) values ($1, 1, $2, $3, $4, $5)',
    [id, parent, name, leaf, parent === null ? 0 : 1],
  );
  return id;
}

/** Makes exactly these projects a team’s, as its rules would. */
async function give(team: string, from: number, to: number): Promise<void> {
  await clone.db.execute(
    'update teams.team_projects set valid_to = now() where team_id = $1 and valid_to is null and project_id not between $2 and $3',
    [nodes[team], from, to],
  );
  await clone.db.execute(
    `insert into teams.team_projects (team_id, project_id) select $1, id from code_quality.projects where id between $2 and $3
     on conflict (team_id, project_id) where valid_to is null do nothing`,
    [nodes[team], from, to],
  );
}

beforeAll(async () => {
  clone = await cloneDatabase();
  await generate(clone.db, { findings: 3000, projects, seed, now, days: 'pending' });
  insights = createInsights({ db: clone.db, log: silentLog, now: () => now });
  await makePeriods(clone.db);
  await clone.db.execute(
    `insert into teams.org_trees (name, levels, filters, automatic, created_by) values ('Sites', '{site}', '[]', false, 'test')`,
  );
  nodes['Top'] = await addNode('Top', null, false);
  nodes['Rome'] = await addNode('Rome', nodes['Top'], true);
  nodes['Berlin'] = await addNode('Berlin', nodes['Top'], true);
  nodes['Nobody'] = await addNode('Nobody', nodes['Top'], true);
}, 120_000);

afterAll(() => clone.drop());

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What differs from a plain count of the projects that each node is said to hold. */
async function differences(held: Record<string, readonly number[]>): Promise<string[]> {
  const random = seededRandom(seed + ++asked);
  const found: string[] = [];
  for (const [name, ids] of Object.entries(held)) {
    for (let n = 0; n < 3; n++) {
      const question = randomQuestion(random, projects, now);
      question.filters['node'] = String(nodes[name]);
      if (n === 0) delete question.filters['projects'];
      const wrong = await checkAnswers(clone.db, insights.routes, question, ids);
      found.push(...wrong.map((text) => `${name}, ${JSON.stringify(question.filters)}: ${text}`));
    }
  }
  return found;
}

const open = async (query: Record<string, string>): Promise<number> =>
  (await ask<SecuritySummary>(insights.routes, paths.summary, query)).total.open;
const ofNode = (name: string): Promise<number> => open({ node: String(nodes[name]) });

test('a node counts its projects, each once, while changes wait and after', async () => {
  await give('Rome', 1, 10);
  await give('Berlin', 10, 20);
  expect(await followNodes(clone.db)).toBe(21 + 20);
  const held = { Top: range(1, 20), Rome: range(1, 10), Berlin: range(10, 20), Nobody: [] };
  expect(await differences(held)).toEqual([]);
  await consumeDailyChanges(clone.db);
  expect(await differences(held)).toEqual([]);
  expect(await verifyRollups(clone.db)).toEqual([]);
  // Project 10 is both teams', those after 20 are nobody's.
  const [all, top, rome, berlin] = [await open({}), await ofNode('Top'), await ofNode('Rome'), await ofNode('Berlin')];
  const [shared, unowned] = [await open({ projects: '10' }), await open({ projects: range(21, 24).join(',') })];
  expect(Math.min(shared, unowned)).toBeGreaterThan(0);
  expect([top, all]).toEqual([rome + berlin - shared, top + unowned]);
  const filters = await ask<SecurityFilters>(insights.routes, paths.filters, { node: String(nodes['Rome']) });
  expect(filters.projects.map(({ id }) => id).every((id) => id <= 10)).toBe(true);
});

test('what lies below a node adds up, with what is shared and what is nobody’s', async () => {
  const total = async (query: Record<string, string>) =>
    ask<SecurityNodes>(insights.routes, '/api/v1/insights/security/nodes', query);
  const top = await total({ tree: '1' });
  expect(top.nodes.map(({ name, projects: held }) => [name, held])).toEqual([['Top', 20]]);
  expect([top.total.total, top.total.total + (top.unowned?.total ?? 0)]).toEqual([await ofNode('Top'), await open({})]);
  const below = await total({ node: String(nodes['Top']) });
  expect(below.path.map(({ name }) => name)).toEqual(['Top']);
  expect(below.nodes.map(({ name, open: counts }) => [name, counts.total])).toEqual([
    ['Berlin', await ofNode('Berlin')],
    ['Nobody', 0],
    ['Rome', await ofNode('Rome')],
  ]);
  expect([below.shared.projects, below.shared.open.total]).toEqual([1, await open({ projects: '10' })]);
  expect(below.total.total).toBe(
    below.nodes.reduce((sum, { open: counts }) => sum + counts.total, 0) - below.shared.open.total,
  );
  const high = await total({ tree: '1', severity: 'high' });
  expect(high.total).toEqual({
    critical: 0,
    high: top.total.high,
    medium: 0,
    low: 0,
    unrated: 0,
    total: top.total.high,
  });
});

test('a project that moves takes its whole history with it, also while changes of it wait', async () => {
  await clone.db.execute(
    "update code_quality.findings set state = 'fixed', closed_at = now(), period_to = '2026-11-19T08:00:00Z' where id % 5 = 0 and counted_state = 'open' and period_to is null and period_from < '2026-11-19'",
  );
  await clone.db.transaction((tx) => rebuildDaily(tx, range(1, projects)));
  await makePeriods(clone.db);
  await give('Rome', 1, 6);
  await give('Berlin', 6, 22);
  // Until it is followed the numbers are those of before, and exact.
  const before = { Top: range(1, 20), Rome: range(1, 10), Berlin: range(10, 20) };
  expect(await differences(before)).toEqual([]);
  expect(await followNodes(clone.db)).toBe(4 + 6 + 2);
  const held = { Top: range(1, 22), Rome: range(1, 6), Berlin: range(6, 22), Nobody: [] };
  expect(await differences(held)).toEqual([]);
  expect(await verifyRollups(clone.db)).toEqual([]);
  await consumeDailyChanges(clone.db);
  expect(await differences(held)).toEqual([]);
  expect(await verifyRollups(clone.db)).toEqual([]);
});

test('by the tree of a day a node counts what was its then, and what lies below it adds up', async () => {
  const days = (ago: string): Promise<unknown> =>
    clone.db.execute(
      `with moved as (update teams.team_projects set valid_from = valid_from - $1::interval returning 1), nodes as (
         update teams.node_periods set valid_from = valid_from - $1::interval returning 1) select count(*) from moved, nodes`,
      [ago],
    );
  await days('100 days');
  // Until a week ago Rome had 7 to 9, too, and for the week before that Berlin stood beside Top.
  await clone.db.execute('delete from teams.team_projects where valid_to is not null');
  await clone.db.execute(
    `insert into teams.team_projects (team_id, project_id, valid_from, valid_to)
     select $1, id, now() - interval '90 days', now() - interval '7 days' from code_quality.projects where id between 7 and 9`,
    [nodes['Rome']],
  );
  await clone.db.execute(`update teams.node_periods set valid_from = now() - interval '7 days' where node_id = $1`, [
    nodes['Berlin'],
  ]);
  await clone.db.execute(
    `insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth, valid_from, valid_to)
     values ($1, 1, null, 'Berlin', true, 0, now() - interval '14 days', now() - interval '7 days')`,
    [nodes['Berlin']],
  );
  const dayAgo = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const answers = async (name: string, ago: number): Promise<number> =>
    open({ node: String(nodes[name]), treeAt: dayAgo(ago) });
  const plain = (...ids: number[]): Promise<number> => open({ projects: ids.join(',') });
  expect([await answers('Rome', 1), await answers('Berlin', 1), await answers('Top', 1)]).toEqual([
    await plain(...range(1, 6)),
    await plain(...range(6, 22)),
    await plain(...range(1, 22)),
  ]);
  expect([await answers('Rome', 10), await answers('Berlin', 10), await answers('Top', 10)]).toEqual([
    await plain(...range(1, 9)),
    await plain(...range(6, 22)),
    await plain(...range(1, 9)),
  ]);
  await expect(answers('Berlin', 30)).rejects.toMatchObject({ code: 'org_node_not_then' });
  await expect(answers('Top', 200)).rejects.toMatchObject({ code: 'org_node_not_then' });
  const below = (query: Record<string, string>) =>
    ask<SecurityNodes>(insights.routes, '/api/v1/insights/security/nodes', { treeAt: dayAgo(10), ...query });
  const top = await below({ tree: '1' });
  expect(top.nodes.map(({ name, projects: held, open: { total } }) => [name, held, total])).toEqual([
    ['Berlin', 17, await plain(...range(6, 22))],
    ['Top', 9, await plain(...range(1, 9))],
  ]);
  expect([top.shared.projects, top.total.total]).toEqual([4, await plain(...range(1, 22))]);
  expect(top.total.total + (top.unowned?.total ?? 0)).toBe(await open({}));
  const inTop = await below({ node: String(nodes['Top']) });
  expect(inTop.nodes.map(({ name, open: { total } }) => [name, total])).toEqual([
    ['Nobody', 0],
    ['Rome', await plain(...range(1, 9))],
  ]);
});

test('a wrong row of a node is found, and made right by a rebuild', async () => {
  await clone.db.execute(
    "update insights.node_daily set opened = opened + 1 where node_kind = 'tree_node' and day < '2026-01-01'",
  );
  await clone.db.execute("update insights.present set present = present + 1 where node_kind = 'tree_node'");
  await clone.db.execute("update insights.open_ages set findings = findings + 1 where node_kind = 'tree_node'");
  const found = await verifyRollups(clone.db);
  expect(found.map(({ table }) => table)).toEqual(['nodes', 'open_ages']);
  await rebuildRollups(clone.db);
  expect(await verifyRollups(clone.db)).toEqual([]);
  expect(await differences({ Top: range(1, 22), Rome: range(1, 6) })).toEqual([]);
});

test('a node that is gone is refused, and is no longer counted', async () => {
  await clone.db.execute('update teams.node_periods set valid_to = now() where node_id = $1', [nodes['Berlin']]);
  await followNodes(clone.db);
  expect(await differences({ Top: range(1, 6) })).toEqual([]);
  await expect(ofNode('Berlin')).rejects.toMatchObject({ code: 'org_node_not_found' });
});
