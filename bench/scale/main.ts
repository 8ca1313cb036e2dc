// Very many projects from the simulator: one worker, two workers, and two of which one is killed half way must end with
// the same contents; then a thousandth of the issues changes and is read incrementally.
//   node bench/scale/main.ts            10,000 projects, 5,000,000 issues
//   BENCH_SCALE=0.01 node bench/scale/main.ts
// On a PostgreSQL of its own that does not wait for the disk, gone afterwards. Times are printed without a claim: the
// simulator, the database and all workers share the cores. Ends with 1 when contents differ.
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { type DataContents, dataContents } from '../../test/crash/data-contents.ts';
import { startTestCluster, type TestCluster } from '../../test/support/cluster.ts';
import { applySonarqube, type HubProcess, startHubProcess, watchMemory } from '../hub-process.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seed = Number(process.env['BENCH_SEED'] ?? 1);
const projects = Math.max(20, Math.round(10_000 * scale));
const issuesPerProject = 500;
/** Issues changed in each project that is hit. */
const changedTogether = 10;

type Run = RunList['runs'][number];

/** One installation: a web process and workers on a database of its own. */
interface Installation {
  db: Database;
  web: HubProcess;
  workers: HubProcess[];
  stop(): Promise<void>;
}

async function install(cluster: TestCluster, name: string, workerCount: number): Promise<Installation> {
  const url = (database: string): string =>
    `postgres://${cluster.user}:${cluster.password}@${cluster.host}:${cluster.port}/${database}`;
  const admin = connect({
    connectionString: url('postgres'),
    applicationName: 'bench',
    maxConnections: 1,
    log: silentLog,
  });
  await admin.execute(`create database ${name}`);
  await admin.close();
  const environment = { DATABASE_URL: url(name), PLUMBLINE_MASTER_KEY: randomBytes(32).toString('base64') };
  const web = await startHubProcess(environment, 'web');
  const workers: HubProcess[] = [];
  for (let count = 0; count < workerCount; count++) workers.push(await startHubProcess(environment, 'worker'));
  const db = connect({ connectionString: url(name), applicationName: 'bench', maxConnections: 2, log: silentLog });
  return {
    db,
    web,
    workers,
    async stop() {
      await db.close();
      for (const process of [...workers, web]) await process.stop();
    },
  };
}

/** Reads everything; `halfWay` is called when half of the projects are published. Returns the run and the memory. */
async function ingest(
  { db, web, workers }: Installation,
  source: Simulator,
  halfWay: () => Promise<void> = async () => undefined,
): Promise<{ run: Run; tenths: number[][] }> {
  const curves = workers.map((worker) => watchMemory(() => worker.memory()));
  await applySonarqube(web, { name: 'scale', url: source.url, token: source.tokens.admin, projectKeys: [] });
  const waiting = web.cli(['sync', 'scale', '--wait']);
  const watching = reachHalf(db).then(halfWay);
  await Promise.all([waiting, watching]);
  return { run: await newestRun(web, 'backfill'), tenths: curves.map((curve) => curve.stop()) };
}

async function reachHalf(db: Database): Promise<void> {
  for (;;) {
    const { published } = await db.one<{ published: number }>(
      `select count(*) as published from ingestion.slices where slice <> 'discovery' and current_published_at is not null`,
    );
    if (published >= projects / 2) return;
    await delay(250);
  }
}

async function newestRun(web: HubProcess, kind: string): Promise<Run> {
  const { runs } = JSON.parse(await web.cli(['runs', '--kind', kind, '--json'])) as RunList;
  const run = runs.find((candidate) => candidate.status !== 'scheduled');
  if (run?.status !== 'success') throw new Error(`the run ended as ${JSON.stringify(run)}`);
  return run;
}

/** One in a thousand, ten in each project that is hit, all over the server. */
function changeIssues(source: Simulator): number {
  const wanted = Math.ceil((projects * issuesPerProject) / 1000);
  const hit = Math.max(1, Math.ceil(wanted / changedTogether));
  const step = Math.max(1, Math.floor(projects / hit));
  let changed = 0;
  for (let at = 0; at < projects && changed < wanted; at += step) {
    const project = `big-${String(at).padStart(5, '0')}`;
    for (const key of source.state.issueKeys(project).slice(0, changedTogether)) {
      source.state.setTags(key, ['changed-by-hand']);
      changed += 1;
    }
  }
  return changed;
}

function report(label: string, { run, tenths }: { run: Run; tenths: number[][] }): void {
  const seconds = (run.durationMs as number) / 1000;
  console.log(
    `${label.padEnd(34)} ${seconds.toFixed(1)} s, ${Math.round(run.rowsChanged / seconds)} rows per second, ${run.httpRequests} requests, ${run.retries} tasks restarted`,
  );
  for (const [index, values] of tenths.entries())
    console.log(
      `  worker ${index + 1}, memory by tenths   ${values.map((bytes) => Math.round(bytes / 1e6)).join(' ')} MB`,
    );
}

/** What happened when, which no two installations share; everything else of schema `data` is compared. */
const toldByTime = new Set(['integration_health', 'integration_health_changes']);

function differing(expected: DataContents, found: DataContents): string[] {
  const tables = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...tables].filter(
    (table) => !toldByTime.has(table) && JSON.stringify(expected[table]) !== JSON.stringify(found[table]),
  );
}

async function main(): Promise<number> {
  console.log(
    `${projects} projects, ${projects * issuesPerProject} issues (scale ${scale}), seed ${seed}, node ${process.version}, ${availableParallelism()} cores`,
  );
  const source = await startSimulator({ profile: '26.9', scenario: big({ projects, issuesPerProject, seed }) });
  const cluster = await startTestCluster();
  const open: Installation[] = [];
  try {
    const one = await install(cluster, 'one_worker', 1);
    open.push(one);
    report('one worker', await ingest(one, source));
    const expected = await dataContents(one.db);
    const rows = Object.values(expected).reduce((sum, table) => sum + table.rows, 0);
    console.log(`  ${expected['sonarqube_issues']?.rows} issues, ${rows} rows in schema data`);

    const two = await install(cluster, 'two_workers', 2);
    open.push(two);
    report('two workers', await ingest(two, source));
    const ofTwo = differing(expected, await dataContents(two.db));
    await open.pop()?.stop();

    const killed = await install(cluster, 'one_killed', 2);
    open.push(killed);
    report('two workers, one killed half way', await ingest(killed, source, async () => killed.workers[1]?.kill()));
    const ofKilled = differing(expected, await dataContents(killed.db));
    await open.pop()?.stop();

    for (const [label, tables] of [
      ['two workers', ofTwo],
      ['one killed', ofKilled],
    ] as const)
      console.log(`contents with ${label}: ${tables.length === 0 ? 'equal' : `DIFFERENT in ${tables.join(', ')}`}`);

    const idleStarted = performance.now();
    await one.web.cli(['sync', 'scale', '--wait']);
    const idle = await newestRun(one.web, 'incremental_sync');
    console.log(
      `nothing changed                    ${((performance.now() - idleStarted) / 1000).toFixed(1)} s, ${idle.httpRequests} requests`,
    );
    const changed = changeIssues(source);
    await one.web.cli(['sync', 'scale', '--wait']);
    const run = await newestRun(one.web, 'incremental_sync');
    const { found } = await one.db.one<{ found: number }>(
      `select count(*) as found from data.sonarqube_issue_tags it join data.sonarqube_tags t on t.id = it.tag_id where t.name = 'changed-by-hand'`,
    );
    console.log(
      `${changed} issues changed              ${((run.durationMs as number) / 1000).toFixed(1)} s, ${run.httpRequests} requests, ${found} of them stored`,
    );
    return ofTwo.length + ofKilled.length === 0 && found === changed ? 0 : 1;
  } finally {
    for (const installation of open) await installation.stop();
    await cluster.stop();
    await source.close();
  }
}

process.exitCode = await main();
