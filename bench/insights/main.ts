/*
 * Security Insights at 1,000,000 and 5,000,000 findings over 2,000 projects:
 *
 *   node_modules/.bin/node bench/insights/main.ts
 *
 * BENCH_SCALE=0.01 makes both sizes a hundredth (projects: at least 20), SEED=n another data set and other questions,
 * BENCH_QUESTIONS=n another number of them. On a PostgreSQL of its own, which is gone afterwards. Every number of every
 * answer is held against a plain count; then each question is asked again, timed. Ends with 1 when a number differs or
 * p95 grows by more than 1.5.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { createInsights, rebuildRollups, verifyRollups } from '../../src/features/insights/index.ts';
import type { Route } from '../../src/features/access/index.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster, type TestCluster } from '../../test/support/cluster.ts';
import { migrateEverything, templateDatabase } from '../../test/support/schema.ts';
import { ask, checkAnswers, checkFilters, paths } from './check-answers.ts';
import { generate } from './generate.ts';
import { makePeriods } from './plain-count.ts';
import { type Question, randomQuestion } from './questions.ts';
import { seededRandom } from './random.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seed = Number(process.env['SEED'] ?? 20_261_120);
const questionCount = Number(process.env['BENCH_QUESTIONS'] ?? 50);
const rounds = 4;
const goal = 1.5;
const now = new Date('2026-11-20T10:00:00.000Z');

interface Timings {
  all: number[];
  byEndpoint: Map<string, number[]>;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const seconds = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now();
  const result = await work();
  say(`  ${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
};

interface Side {
  findings: number;
  db: Database;
  routes: readonly Route[];
  timings: Timings;
  stop(): Promise<void>;
}

async function main(): Promise<number> {
  const projects = Math.max(20, Math.round(2000 * scale));
  say(
    `seed ${seed}, ${questionCount} questions, ${projects} projects, Node ${process.version}, ${availableParallelism()} cores`,
  );
  const random = seededRandom(seed + 1);
  const questions = Array.from({ length: questionCount }, () => randomQuestion(random, projects, now));
  const sides: Side[] = [];
  try {
    const differences: string[] = [];
    for (const millions of [1, 5]) {
      const side = await open(Math.round(millions * 1_000_000 * scale), projects);
      sides.push(side);
      differences.push(...(await seconds('every answer checked', () => check(side.db, side.routes, questions))));
    }
    for (const difference of differences.slice(0, 20)) say(`  DIFFERENT ${difference}`);
    // Both sizes take turns, so that whatever else the machine does slows both down alike.
    for (let round = 0; round < rounds; round++) {
      for (const question of questions) for (const side of sides) await time(side, question);
    }
    return judge(sides, differences.length);
  } finally {
    for (const side of sides) await side.stop();
  }
}

function judge(sides: readonly Side[], wrong: number): number {
  const [small, large] = sides.map((side) => report(side.findings, side.timings));
  const ratio = (large ?? 0) / (small ?? 1);
  say(`p95(5x) / p95(1x) = ${ratio.toFixed(2)} (goal <= ${goal})`);
  say(wrong === 0 ? 'every number equals its plain count' : `${wrong} numbers differ from their plain count`);
  // A hundredth of the size is too quick to judge ratios by; there only the numbers count.
  return wrong > 0 || (scale >= 1 && ratio > goal) ? 1 : 0;
}

async function open(findings: number, projects: number): Promise<Side> {
  say(`${findings.toLocaleString('en')} findings`);
  const cluster = await startTestCluster({}, tmpdir());
  try {
    await fill(cluster, findings, projects);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const db = openDatabase(cluster, {});
  await describe(db);
  return {
    findings,
    db,
    routes: createInsights({ db, log: silentLog, now: () => now }).routes,
    timings: { all: [], byEndpoint: new Map() },
    async stop() {
      await db.close();
      await cluster.stop();
    },
  };
}

const urlOf =
  ({ user, password, host, port }: TestCluster) =>
  (name: string): string =>
    `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${name}`;

function openDatabase(cluster: TestCluster, settings: Record<string, string>): Database {
  const connectionString = urlOf(cluster)(templateDatabase);
  return connect({ connectionString, applicationName: 'bench', log: silentLog, settings });
}

/** Memory for loading only: the questions are asked with the settings the hub has. */
async function fill(cluster: TestCluster, findings: number, projects: number): Promise<void> {
  await migrateEverything(urlOf(cluster)('postgres'), urlOf(cluster), silentLog);
  const db = openDatabase(cluster, { work_mem: '128MB', maintenance_work_mem: '512MB', statement_timeout: '0' });
  await seconds('made', () => generate(db, { findings, projects, seed, now, days: 'direct' }));
  await seconds('rolled up', () => rebuildRollups(db));
  await seconds('vacuumed', () => db.execute('vacuum analyze'));
  await seconds('periods for counting', () => makePeriods(db));
  await db.close();
}

async function describe(db: Database): Promise<void> {
  const row = await db.one<{ size: string; days: number; node_days: number; version: string }>(
    `select pg_size_pretty(pg_database_size(current_database())) as size, current_setting('server_version') as version,
       (select count(*) from code_quality.project_daily) as days, (select count(*) from insights.node_daily) as node_days`,
  );
  const rows = (n: number): string => n.toLocaleString('en');
  say(
    `  PostgreSQL ${row.version}, database ${row.size}, days of projects ${rows(row.days)}, of the organization ${rows(row.node_days)}`,
  );
}

async function check(db: Database, routes: readonly Route[], questions: readonly Question[]): Promise<string[]> {
  const differences: string[] = [];
  for (const [index, question] of questions.entries()) {
    const found = await checkAnswers(db, routes, question);
    differences.push(...found.map((difference) => `question ${index} ${JSON.stringify(question)}: ${difference}`));
  }
  for (const scope of ['main', 'all'] as const) differences.push(...(await checkFilters(db, routes, scope)));
  const broken = await verifyRollups(db);
  differences.push(...broken.map((difference) => `roll-up ${difference.table}: ${difference.rows} rows differ`));
  return differences;
}

async function time({ routes, timings }: Side, question: Question): Promise<void> {
  const asked = async (name: keyof typeof paths, query: Record<string, string>): Promise<void> => {
    const start = performance.now();
    await ask(routes, paths[name], query);
    const taken = performance.now() - start;
    timings.all.push(taken);
    timings.byEndpoint.set(name, [...(timings.byEndpoint.get(name) ?? []), taken]);
  };
  const { filters, trend, findings } = question;
  await asked('summary', filters);
  await asked('trend', { ...filters, ...trend });
  await asked('ages', filters);
  await asked('resolveTimes', { ...filters, ...trend });
  await asked('projects', filters);
  await asked('findings', { ...filters, ...findings });
  await asked('filters', { branchScope: filters['branchScope'] ?? 'main' });
}

function report(findings: number, timings: Timings): number {
  const line = (name: string, values: number[]): void => {
    const ms = (share: number): string => `${quantile(values, share).toFixed(1)} ms`;
    say(`  ${name.padEnd(12)} p50 ${ms(0.5)}, p95 ${ms(0.95)}, longest ${ms(1)}`);
  };
  for (const [name, values] of timings.byEndpoint) line(name, values);
  line(`all at ${findings.toLocaleString('en')}`, timings.all);
  return quantile(timings.all, 0.95);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

process.exitCode = await main();
