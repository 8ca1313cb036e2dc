import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, checkAnswers, paths } from '../../bench/insights/check-answers.ts';
import { generate } from '../../bench/insights/generate.ts';
import { makePeriods } from '../../bench/insights/plain-count.ts';
import { randomQuestion } from '../../bench/insights/questions.ts';
import { seededRandom } from '../../bench/insights/random.ts';
import { rebuildDaily } from '../../src/features/code-quality/daily/rebuild-daily.ts';
import type { SecurityNodes, SecuritySummary } from '../../src/features/insights/contract.ts';
import {
  consumeDailyChanges,
  createInsights,
  followNodes,
  type Insights,
  rebuildRollups,
  verifyRollups,
} from '../../src/features/insights/index.ts';
import type { Database, Tx } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const projects = 12;
/** Rows a transaction may write here: a fraction of what any of the projects has. */
const rows = 60;

let clone: TestDatabase;
let insights: Insights;
const nodes: Record<string, number> = {};

async function addNode(name: string, parent: number | null): Promise<void> {
  const { id } = await clone.db.one<{ id: number }>(
    'insert into teams.nodes (tree_id, key) values (1, $1) returning id',
    [name],
  );
  await clone.db.execute(
    'insert into teams.node_periods (node_id, tree_id, parent_id, name, leaf, depth) values ($1, 1, $2, $3, $4, $5)',
    [id, parent, name, parent !== null, parent === null ? 0 : 1],
  );
  nodes[name] = id;
}

/** Makes exactly these projects a team’s, as its rules would. */
async function give(team: string, ids: readonly number[]): Promise<void> {
  await clone.db.execute(
    'update teams.team_projects set valid_to = now() where team_id = $1 and valid_to is null and project_id <> all ($2::bigint[])',
    [nodes[team], ids],
  );
  await clone.db.execute(
    `insert into teams.team_projects (team_id, project_id) select $1, unnest($2::bigint[])
     on conflict (team_id, project_id) where valid_to is null do nothing`,
    [nodes[team], ids],
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
  await addNode('Top', null);
  await addNode('Rome', nodes['Top'] ?? null);
  await addNode('Berlin', nodes['Top'] ?? null);
  await give('Rome', [1, 2, 3, 4, 5]);
  await give('Berlin', [6, 7]);
  await followNodes(clone.db);
  await consumeDailyChanges(clone.db);
}, 120_000);

afterAll(() => clone.drop());

/** What differs from a plain count of the projects that each node is said to hold. */
async function differences(held: Record<string, readonly number[]>): Promise<string[]> {
  const random = seededRandom(seed);
  const found: string[] = [];
  for (const [name, ids] of Object.entries(held)) {
    for (let n = 0; n < 3; n++) {
      const question = randomQuestion(random, projects, now);
      question.filters['node'] = String(nodes[name]);
      if (n === 0) delete question.filters['projects'];
      const wrong = await checkAnswers(clone.db, insights.routes, question, ids);
      found.push(...wrong.map((text) => `seed ${seed}, ${name}, ${JSON.stringify(question.filters)}: ${text}`));
    }
  }
  return found;
}

const summary = (name: string): Promise<SecuritySummary> =>
  ask<SecuritySummary>(insights.routes, paths.summary, { node: String(nodes[name]) });
const recomputed = async (): Promise<number[]> => [
  (await summary('Rome')).state.projectsRecomputing,
  (await summary('Berlin')).state.projectsRecomputing,
  (await ask<SecurityNodes>(insights.routes, '/api/v1/insights/security/nodes', { tree: '1' })).state
    .projectsRecomputing,
];

/** A process that is killed in the middle of the part after so many. */
async function killedAfter(parts: number): Promise<void> {
  const program = fileURLToPath(new URL('./following-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, clone.connectionString, String(rows), String(parts)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const [said] = (await Promise.race([once(child.stdout, 'data'), gone])) as [Buffer | number];
  expect(String(said)).toContain('in the middle');
  child.kill('SIGKILL');
  await gone;
}

const before = { Top: [1, 2, 3, 4, 5, 6, 7], Rome: [1, 2, 3, 4, 5], Berlin: [6, 7] };
const after = { Top: [1, 2, 3, 4, 5, 6, 7], Rome: [2, 3, 4, 5], Berlin: [1, 6, 7] };

test('a project with a long history moves in parts: killed in the middle, nodes show what was before, say so, and the next goes on', async () => {
  await give('Rome', after.Rome);
  await give('Berlin', after.Berlin);
  expect(await recomputed()).toEqual([0, 0, 0]);
  await killedAfter(12);
  // The project leaves the one and comes to the other; the top keeps it.
  expect(await recomputed()).toEqual([1, 1, 0]);
  expect(await differences(before)).toEqual([]);
  const { stage, place } = await clone.db.one<{ stage: number; place: string[] | null }>(
    'select stage, place from insights.moving_projects',
  );
  expect([stage > 0, place === null]).not.toEqual([false, true]);

  // What changes in it meanwhile waits, and is counted all the same.
  await clone.db.execute(
    "update code_quality.findings set state = 'fixed', closed_at = now(), period_to = '2026-11-19T08:00:00Z' where id % 5 = 0 and counted_state = 'open' and period_to is null and period_from < '2026-11-19'",
  );
  await clone.db.transaction((tx) =>
    rebuildDaily(
      tx,
      Array.from({ length: projects }, (_, n) => n + 1),
    ),
  );
  await makePeriods(clone.db);
  await consumeDailyChanges(clone.db);
  const waiting = await clone.db.query<{ id: number }>(
    'select distinct project_id as id from code_quality.daily_changes order by 1',
  );
  expect(waiting.map(({ id }) => id)).toEqual([1]);
  expect(await differences(before)).toEqual([]);
  expect(await verifyRollups(clone.db)).toEqual([]);

  await killedAfter(3);
  expect(await recomputed()).toEqual([1, 1, 0]);
  expect(await differences(before)).toEqual([]);
  expect(await followNodes(clone.db, { rows })).toBe(2);
  expect(await recomputed()).toEqual([0, 0, 0]);
  expect(await differences(after)).toEqual([]);
  expect(await verifyRollups(clone.db)).toEqual([]);
  await consumeDailyChanges(clone.db);
  expect(await clone.db.query('select from code_quality.daily_changes')).toEqual([]);
  expect(await differences(after)).toEqual([]);
  expect(await verifyRollups(clone.db)).toEqual([]);
}, 120_000);

/** What the connection wrote to the roll-ups, as far as it was not told of yet. */
const writtenBy = async (tx: Tx): Promise<number> => {
  const { n } = await tx.one<{ n: number }>(
    `select sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint as n from pg_stat_xact_user_tables
      where schemaname = 'insights' and relname not in ('moving_projects', 'moving_nodes', 'node_projects')`,
  );
  return n;
};

test('no transaction writes more than a part, and all of them no more than the project’s own rows in each node', async () => {
  const { db } = clone;
  await give('Rome', after.Rome);
  await give('Berlin', after.Berlin);
  await followNodes(db);
  await consumeDailyChanges(db);
  const { own, present } = await db.one<{ own: number; present: number }>(
    `select (select count(*) from code_quality.project_daily where project_id = 2 and branch_class <> 'pull_request')
          + (select count(*) from insights.present where node_kind = 'project' and node_id = 2)
          + (select count(*) from insights.open_ages where node_kind = 'project' and node_id = 2)
          + 2 * (select count(*) from insights.resolve_times where node_kind = 'project' and node_id = 2)
          + 2 * (select count(*) from insights.resolve_days where node_kind = 'project' and node_id = 2) as own,
            (select count(*) from insights.present where node_kind = 'project' and node_id = 2) as present`,
  );
  const written: number[] = [];
  const counting = {
    transaction: (work: Parameters<Database['transaction']>[0]) =>
      db.transaction(async (tx) => {
        const so = await writtenBy(tx);
        const result = await work(tx);
        written.push((await writtenBy(tx)) - so);
        return result;
      }),
  };
  await give('Rome', [3, 4, 5]);
  await give('Berlin', [1, 2, 6, 7]);
  expect(await followNodes(counting as Database, { rows })).toBe(2);
  // A place of the key is never cut in two; a resolved one counts in its week and its month; what there is now comes at once.
  expect(Math.max(...written)).toBeLessThan(Math.max(4 * rows, 2 * present + 1));
  expect(written.length).toBeGreaterThan(own / rows);
  expect(written.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(2 * own);
  expect(await differences({ ...after, Rome: [3, 4, 5], Berlin: [1, 2, 6, 7] })).toEqual([]);
  expect(await verifyRollups(db)).toEqual([]);
}, 120_000);

test('a project that is sent back in the middle, and a rebuild in the middle, end with what holds then', async () => {
  await give('Rome', [3, 4, 5]);
  await give('Berlin', [1, 2, 6, 7]);
  await followNodes(clone.db);
  await give('Rome', [3, 4]);
  await give('Berlin', [1, 2, 5, 6, 7]);
  await killedAfter(3);
  await give('Rome', [3, 4, 5]);
  await give('Berlin', [1, 2, 6, 7]);
  // There and back again.
  expect(await followNodes(clone.db, { rows })).toBe(4);
  expect(await differences({ Rome: [3, 4, 5], Berlin: [1, 2, 6, 7] })).toEqual([]);
  await give('Rome', [3]);
  await killedAfter(3);
  await rebuildRollups(clone.db);
  expect(await recomputed()).toEqual([0, 0, 0]);
  expect(await differences({ Rome: [3], Berlin: [1, 2, 6, 7], Top: [1, 2, 3, 6, 7] })).toEqual([]);
  expect(await verifyRollups(clone.db)).toEqual([]);
}, 120_000);
