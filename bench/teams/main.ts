/*
 * Insights by team at 5,000 teams, 20,000 projects, 5,000,000 findings and 50,000 people:
 *
 *   node_modules/.bin/node bench/teams/main.ts
 *
 * BENCH_SCALE=0.01 makes all of it a hundredth (at least 24 teams and 96 projects), SEED=n another data set and other
 * questions, BENCH_QUESTIONS=n another number of them. On a PostgreSQL of its own, which is gone afterwards. Every number
 * of some nodes is held against a plain count; then pages of nodes and of the organization are asked for in turns. Ends
 * with 1 when a number differs, when a project that moves costs more than its own history, or when p95 of a node is more
 * than 1.5 times that of the organization.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { createInsights, followNodes, verifyRollups } from '../../src/features/insights/index.ts';
import { insertSpans } from '../../src/features/insights/rollups/spans-store.ts';
import { insertDays, insertHeld } from '../../src/features/insights/rollups/store.ts';
import { refreshBelongings } from '../../src/features/teams/belongings/belongings.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster } from '../../test/support/cluster.ts';
import { migrateEverything, templateDatabase } from '../../test/support/schema.ts';
import { checkAnswers } from '../insights/check-answers.ts';
import { generate } from '../insights/generate.ts';
import { loading, twoAtOnce, withoutIndexes } from '../insights/loading.ts';
import { makePeriods } from '../insights/plain-count.ts';
import { randomQuestion } from '../insights/questions.ts';
import { seededRandom } from '../insights/random.ts';
import { connectTo, say, seconds, watchStalls } from './measure.ts';
import { moveProjects } from './moves.ts';
import { buildTree, readPeople, rebuildTree, sayBelongings } from './organization.ts';
import { nodesOf, timePages } from './pages.ts';
import { setTargets, timeTargets } from './targets.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seed = Number(process.env['SEED'] ?? 20_261_130);
const questionCount = Number(process.env['BENCH_QUESTIONS'] ?? 20);
const goal = 1.5;
/** Rolled up anew and compared at the end: as many as every night. */
const checkedNodes = 50;
const now = new Date('2026-11-20T10:00:00.000Z');
const size = {
  teams: Math.max(24, Math.round(5000 * scale)),
  projects: Math.max(96, Math.round(20_000 * scale)),
  findings: Math.round(5_000_000 * scale),
  people: Math.max(240, Math.round(50_000 * scale)),
};

async function main(): Promise<number> {
  const { teams, projects, findings, people } = size;
  const n = (count: number): string => count.toLocaleString('en');
  say(`seed ${seed}, Node ${process.version}, ${availableParallelism()} cores`);
  say(`${n(teams)} teams, ${n(projects)} projects, ${n(findings)} findings, ${n(people)} people`);
  const cluster = await startTestCluster({}, tmpdir());
  try {
    const urlOf = (name: string): string =>
      `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/${name}`;
    await migrateEverything(urlOf('postgres'), urlOf, silentLog);
    const url = urlOf(templateDatabase);
    await fill(url);
    const db = connectTo(url);
    try {
      return await measure(db);
    } finally {
      await db.close();
    }
  } finally {
    await cluster.stop();
  }
}

const rollups = ['node_daily', 'present', 'open_ages', 'resolve_times', 'resolve_days'].map(
  (name) => `insights.${name}`,
);
/** Of these alone there are millions of rows: nobody wants them back after a power cut. */
const large = ['finding_past_periods', 'findings', 'project_daily'].map((name) => `code_quality.${name}`);

/** Memory for loading only: everything else is done with the settings the hub has. */
async function fill(url: string): Promise<void> {
  const db = connectTo(url, { work_mem: '128MB', maintenance_work_mem: '256MB', statement_timeout: '0' });
  for (const table of [...large, ...rollups]) await db.execute(`alter table ${table} set unlogged`);
  await seconds('findings made', () => generate(db, { ...size, seed, now, days: 'direct' }));
  const options = { db, tell: async () => undefined };
  const stalls = watchStalls();
  await seconds('people read from a file', () => readPeople(options, size.people, { teams: size.teams, moved: false }));
  const tree = await seconds('tree built', () => buildTree(db));
  await seconds('a tenth of the people moved', () =>
    readPeople(options, size.people, { teams: size.teams, moved: true }),
  );
  const moved = await seconds('tree built anew, the difference shown first', () => rebuildTree(options, tree));
  await seconds('and back', () => readPeople(options, size.people, { teams: size.teams, moved: false }));
  await seconds('tree built anew', () => rebuildTree(options, tree));
  say(`  ${moved} people moved; nothing else waited for longer than ${stalls.stop()} ms meanwhile`);
  await sayBelongings(db);
  await seconds('what belongs to teams found', () => refreshBelongings(options));
  await seconds('rolled up', () => rollUp(db));
  await seconds('vacuumed', () => db.execute('vacuum analyze'));
  await seconds('periods for counting', () => makePeriods(db));
  await db.close();
}

/** What `rebuildRollups` does to empty tables, days and spans side by side. */
async function rollUp(db: Database): Promise<void> {
  await loading(db, insertHeld);
  await db.execute('analyze insights.node_projects');
  await withoutIndexes(db, rollups, () =>
    twoAtOnce([insertDays, insertSpans].map((insert) => () => loading(db, insert))),
  );
}

async function measure(db: Database): Promise<number> {
  await seconds('nothing to follow', () => followNodes(db));
  await setTargets(db);
  const routes = createInsights({ db, log: silentLog, now: () => now }).routes;
  const random = seededRandom(seed + 1);
  const nodes = await nodesOf(db, random);
  const questions = Array.from({ length: questionCount }, () => {
    const question = randomQuestion(random, size.projects, now);
    delete question.filters['projects'];
    return question;
  });
  const ratio = await seconds('pages timed', () => timePages(routes, { nodes, questions }));
  say(`p95(node) / p95(organization) = ${ratio.toFixed(2)} (goal <= ${goal})`);
  const wrong = await seconds('numbers of nodes checked', async () => {
    const found: string[] = [];
    for (const [index, node] of nodes.entries()) {
      const question = questions[index % questions.length];
      if (question === undefined) continue;
      const asked = { ...question, filters: { ...question.filters, node: String(node.id) } };
      const differences = await checkAnswers(db, routes, asked, node.projects);
      found.push(...differences.map((text) => `${node.name} ${JSON.stringify(asked)}: ${text}`));
    }
    return found;
  });
  wrong.push(...(await seconds('targets and teams timed', () => timeTargets(db, routes, { nodes, now }))));
  const moves = await seconds('projects moved', () => moveProjects(db, { teams: size.teams }));
  for (const difference of await seconds('roll-ups checked', () => verifyRollups(db, checkedNodes)))
    wrong.push(`roll-up ${difference.table}: ${difference.rows} rows`);
  for (const difference of wrong.slice(0, 20)) say(`  DIFFERENT ${difference}`);
  say(wrong.length === 0 ? 'every number equals its plain count' : `${wrong.length} numbers differ`);
  // A small size is too quick to judge ratios by; there only the numbers count.
  return wrong.length > 0 || !moves || (scale >= 0.2 && ratio > goal) ? 1 : 0;
}

process.exitCode = await main();
