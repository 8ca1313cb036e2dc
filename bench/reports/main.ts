/*
 * Reports on pull requests, against the bare sequence of the same calls on the same simulator:
 *
 *   node_modules/.bin/node bench/reports/main.ts
 *
 * A webhook of Bitbucket in until the report and 1,000 annotations are visible, by a Bitbucket that answers at once and
 * by one whose answers take their time; 200 pull requests at once; companion matching of 10,000 issues. BENCH_SCALE=0.01 makes fewer and smaller ones. On a PostgreSQL of its own, which is gone
 * afterwards. Ends with 1 when an annotation is missing or a pull request costs more calls than it should.
 */
import { availableParallelism, tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { lines, type Sample, startSample } from '../../lab/simulators/bitbucket-server/testing.ts';
import { connect } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { startTestCluster } from '../../test/support/cluster.ts';
import { migrateEverything, templateDatabase } from '../../test/support/schema.ts';
import { type ReportStage, startReportStage } from '../../test/reports/stage.ts';
import { bareReport, openBare } from './bare.ts';
import { matchMany } from './matching.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const sizes = {
  rounds: Math.max(3, Math.round(20 * scale)),
  slowRounds: Math.max(2, Math.round(10 * scale)),
  annotations: Math.max(20, Math.round(1_000 * scale)),
  atOnce: Math.max(4, Math.round(200 * scale)),
  matched: Math.max(500, Math.round(10_000 * scale)),
};
const goal = 1.2;
/** What a call costs where Bitbucket is another machine with a database of its own. */
const answersAfterMs = 50;
const key = 'com.sonarsource.sonarqube';
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const quantile = (times: readonly number[], q: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
};
const described = (times: readonly number[]): string =>
  `p50 ${Math.round(quantile(times, 0.5))} ms, p95 ${Math.round(quantile(times, 0.95))} ms`;
const judged = (ratio: number): string =>
  `${ratio.toFixed(2)} (goal <= ${goal}): ${ratio <= goal ? 'reached' : 'MISSED'}`;

interface Bench {
  stage: ReportStage;
  sample: Sample;
  problems: string[];
}

const findings = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ key: `${prefix}-${at}`, line: (at % 20) + 1 }));

/** Pushes a branch that changes all lines of a file; its commit. */
const push = ({ sample }: Bench, branch: string): Promise<string> =>
  sample.bitbucket.state.push(sample.repository, {
    branch,
    from: 'main',
    files: { 'src/a.ts': lines(20, Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at + 1, branch]))) },
  });

const open = ({ sample: { bitbucket, repository } }: Bench, branch: string) =>
  bitbucket.state.openPullRequest({
    title: branch,
    from: { repository, branch },
    to: { repository, branch: 'main' },
  });

async function visible({ sample }: Bench, commit: string, count: number): Promise<void> {
  for (let tries = 0; tries < 24_000; tries += 1) {
    if (sample.repository.reports.get(commit)?.get(key)?.annotations.length === count) return;
    await delay(5);
  }
  throw new Error(`no report with ${count} annotations lies on ${commit}`);
}

/** Opens a pull request, and says when the simulator, which has work of its own with it, sent the first webhook of it. */
async function openAndTell(bench: Bench, branch: string): Promise<number> {
  const { sending } = bench.sample.bitbucket.world;
  let told: number | undefined;
  const add = sending.add.bind(sending);
  sending.add = (one) => {
    told ??= performance.now();
    return add(one);
  };
  try {
    await open(bench, branch);
  } finally {
    sending.add = add;
  }
  if (told === undefined) throw new Error(`no webhook tells of ${branch}`);
  return told;
}

/** By pull requests from this number on, one after the other. */
async function webhookToReport(bench: Bench, { from, rounds }: { from: number; rounds: number }): Promise<void> {
  const { stage, sample, problems } = bench;
  const whole: number[] = [];
  const bare: number[] = [];
  const calls: number[] = [];
  const writing: number[] = [];
  const other = await openBare(sample);
  for (let round = from; round < from + rounds; round += 1) {
    const commit = await push(bench, `round-${round}`);
    await sample.bitbucket.state.settled();
    await stage.analyse({
      pullRequest: String(round),
      revision: commit,
      at: new Date(Date.UTC(2026, 2, 2, 11, round)).toISOString(),
      gate: 'ERROR',
      issues: findings(`r${round}`, sizes.annotations),
    });
    await stage.settled();
    sample.bitbucket.journal.clear();
    const began = await openAndTell(bench, `round-${round}`);
    await visible(bench, commit, sizes.annotations);
    whole.push(performance.now() - began);
    await stage.settled();
    const made = sample.bitbucket.journal.entries.map(({ method, path }) => ({ method, path }));
    calls.push(made.length);
    writing.push(made.filter(({ path }) => path.includes('/reports/')).length);
    bare.push(await bareReport(other, made, sizes.annotations));
  }
  const [fewest, most] = [Math.min(...calls), Math.max(...calls)];
  // How often a pull request is read depends on what comes while it is; a report is written once.
  if (new Set(writing).size > 1) problems.push(`calls per report differ: ${writing.join(', ')}`);
  const writes = await stage.db.query<{ ms: number }>(
    `select extract(epoch from ended_at - started_at)::float8 * 1000 as ms from reports.attempts where outcome = 'published' order by id desc limit $1`,
    [rounds],
  );
  say(
    `webhook in, report and ${sizes.annotations} annotations visible: ${described(whole)}, ${fewest === most ? fewest : `${fewest} to ${most}`} calls`,
  );
  say(`  of this the attempt, first call to last: ${described(writes.map(({ ms }) => ms))}`);
  say(`  the same calls, bare: ${described(bare)}`);
  say(`  ratio of the medians ${judged(quantile(whole, 0.5) / quantile(bare, 0.5))}`);
}

async function manyAtOnce(bench: Bench, binding: number): Promise<void> {
  const { stage, sample } = bench;
  await stage.api('DELETE', `/api/v1/bindings/${binding}`);
  const first = sizes.rounds + sizes.slowRounds + 1;
  const commits: string[] = [];
  for (let at = 0; at < sizes.atOnce; at += 1) {
    const branch = `many-${at}`;
    const commit = await push(bench, branch);
    commits.push(commit);
    await open(bench, branch);
    await stage.analyse({
      pullRequest: String(first + at),
      revision: commit,
      at: new Date(Date.UTC(2026, 2, 3, 0, 0, at)).toISOString(),
      gate: 'ERROR',
      issues: findings(`m${at}`, 10),
    });
  }
  await sample.bitbucket.state.settled();
  await delay(2_000);
  sample.bitbucket.journal.clear();
  const began = performance.now();
  const { project } = await stage.db.one<{ project: number }>(
    `select id as project from code_quality.projects where source_key = 'ledger'`,
  );
  await stage.bind({ project, repository: 'PAY/ledger' });
  await Promise.all(commits.map((commit) => visible(bench, commit, 10)));
  const took = performance.now() - began;
  const made = sample.bitbucket.journal.entries.map(({ method, path }) => ({ method, path }));
  const other = await openBare(sample);
  const each = made.length / sizes.atOnce;
  const queue = Array.from({ length: sizes.atOnce }, () => made.slice(0, Math.round(each)));
  const bareBegan = performance.now();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) await bareReport(other, next, 10);
    }),
  );
  const bare = performance.now() - bareBegan;
  say(
    `${sizes.atOnce} pull requests at once: all visible after ${(took / 1000).toFixed(1)} s, ${made.length} calls (${each.toFixed(1)} each); bare, four at once: ${(bare / 1000).toFixed(1)} s`,
  );
  say(`  ratio ${judged(took / bare)}`);
}

async function main(): Promise<number> {
  say(`Node ${process.version}, ${availableParallelism()} cores`);
  const problems = matchMany(sizes.matched, say);
  const cluster = await startTestCluster({}, tmpdir());
  const urlOf = (name: string): string =>
    `postgres://${cluster.user}:${encodeURIComponent(cluster.password)}@${cluster.host}:${cluster.port}/${name}`;
  await migrateEverything(urlOf('postgres'), urlOf, silentLog);
  const connectionString = urlOf(templateDatabase);
  const db = connect({ connectionString, applicationName: 'bench', log: silentLog });
  const stage = await startReportStage({
    db,
    connectionString,
    name: templateDatabase,
    drop: () => db.close(),
  });
  const sample = await startSample({ now: () => new Date() });
  try {
    const bitbucket = await stage.connect('bitbucket', sample.bitbucket.url, sample.ada);
    await stage.sync(bitbucket);
    await stage.api('PUT', `/api/v1/integrations/${bitbucket}/webhook`, { scope: 'projects', projects: ['PAY'] });
    const bench: Bench = { stage, sample, problems };
    const binding = await stage.bind({ project: await stage.project('ledger'), repository: 'PAY/ledger' });
    await webhookToReport(bench, { from: 1, rounds: sizes.rounds });
    sample.bitbucket.world.answersAfterMs = answersAfterMs;
    say(`each call answered after ${answersAfterMs} ms:`);
    await webhookToReport(bench, { from: sizes.rounds + 1, rounds: sizes.slowRounds });
    sample.bitbucket.world.answersAfterMs = 0;
    await manyAtOnce(bench, binding.id);
  } finally {
    await stage.close();
    await sample.bitbucket.close();
    await cluster.stop();
  }
  for (const problem of problems) say(`WRONG: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await main();
