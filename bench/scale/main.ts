// Very many projects from the simulator: one worker, two workers, and two of which one is killed half way must end with
// the same contents; then a thousandth of the issues changes and is read incrementally.
//   node bench/scale/main.ts            10,000 projects, 5,000,000 issues
//   BENCH_SCALE=0.01 node bench/scale/main.ts
// The parts may be run apart and compared afterwards, each with what the file holds of the others:
//   BENCH_PARTS=one BENCH_CONTENTS=contents.json node bench/scale/main.ts
//   BENCH_PARTS=two,killed,incremental …
// `incremental` goes on from the newest installation of the same call, and makes one when there is none.
// On a PostgreSQL of its own that does not wait for the disk, gone afterwards. Times are printed without a claim: the
// simulator, the database and all workers share the cores. Ends with 1 when contents differ.
import { randomBytes } from 'node:crypto';
import { availableParallelism, tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { dataContents } from '../../test/crash/data-contents.ts';
import { startTestCluster, type TestCluster } from '../../test/support/cluster.ts';
import { applySonarqube, type HubProcess, startHubProcess, watchMemory } from '../hub-process.ts';
import { cpuOf, cpuOfServer } from './cpu-seconds.ts';
import { differing, type KeptContents, keep, recall } from './kept-contents.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seed = Number(process.env['BENCH_SEED'] ?? 1);
const projects = Math.max(20, Math.round(10_000 * scale));
const issuesPerProject = 500;
/** Issues changed in each project that is hit. */
const changedTogether = 10;

const ingestions = {
  one: { label: 'one worker', workers: 1, kill: false },
  two: { label: 'two workers', workers: 2, kill: false },
  killed: { label: 'two workers, one killed half way', workers: 2, kill: true },
} as const;
type Part = keyof typeof ingestions;

const asked = (process.env['BENCH_PARTS'] ?? 'one,two,killed,incremental').split(',');
const unknownParts = asked.filter((part) => part !== 'incremental' && !(part in ingestions));
if (unknownParts.length > 0) throw new Error(`there is no part ${unknownParts.join(', ')}`);
const contentsFile = process.env['BENCH_CONTENTS'];

/**
 * What an operator gives a server that holds five million issues: the tests’ own cluster is made for thousands. Half of
 * what one process of the embedded PostgreSQL may address.
 */
const databaseSettings = { shared_buffers: '512MB', max_wal_size: '8GB', checkpoint_timeout: '15min' };

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
      for (const process of [...workers, web]) await process.stop();
      await db.close();
      // Three databases of full size beside each other would want three times the disk.
      await admin.execute(`drop database if exists ${name} with (force)`);
      await admin.close();
    },
  };
}

interface Ingestion {
  run: Run;
  /** Of each worker that lives, by tenths of the time. */
  memory: number[][];
  /** Processor seconds. */
  cpu: { workers: number; web: number; postgres: number; simulator: number };
  requests: ReadonlyMap<string, number>;
}

/** Reads everything; `halfWay` is called when half of the projects are published. */
async function ingest(
  { db, web, workers }: Installation,
  source: Simulator,
  halfWay: () => Promise<void> = async () => undefined,
): Promise<Ingestion> {
  source.journal.clear();
  const cpu = async (): Promise<Ingestion['cpu']> => ({
    workers: (await Promise.all(workers.map((worker) => cpuOf(worker.pid)))).reduce((sum, seconds) => sum + seconds, 0),
    web: await cpuOf(web.pid),
    postgres: await cpuOfServer(db),
    simulator: await cpuOf(process.pid),
  });
  await applySonarqube(web, { name: 'scale', url: source.url, token: source.tokens.admin, projectKeys: [] });
  const before = await cpu();
  const curves = workers.map((worker) => watchMemory(() => worker.memory()));
  const watching = new AbortController();
  const halfReached = watchProgress(db, watching.signal, halfWay);
  await web.cli(['sync', 'scale', '--wait']);
  watching.abort();
  await halfReached;
  const after = await cpu();
  return {
    run: await newestRun(web, 'backfill'),
    memory: curves.map((curve) => curve.stop()),
    cpu: {
      workers: after.workers - before.workers,
      web: after.web - before.web,
      postgres: after.postgres - before.postgres,
      simulator: after.simulator - before.simulator,
    },
    requests: new Map(source.journal.tally),
  };
}

/** Says every half minute how far it is. */
async function watchProgress(db: Database, ended: AbortSignal, halfWay: () => Promise<void>): Promise<void> {
  const started = performance.now();
  let said = started;
  let half = false;
  while (!ended.aborted) {
    const { current, history } = await db.one<{ current: number; history: number }>(
      `select count(current_published_at) as current, count(history_published_at) as history from ingestion.slices where slice <> 'discovery'`,
    );
    if (!half && current >= projects / 2) {
      half = true;
      await halfWay();
    }
    const now = performance.now();
    if (now - said >= 30_000) {
      said = now;
      console.log(
        `  ${Math.round((now - started) / 1000)} s: ${current} of ${projects} projects, ${history} with history`,
      );
    }
    await delay(250, undefined, { signal: ended }).catch(() => undefined);
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

function report(label: string, { run, memory, cpu, requests }: Ingestion): void {
  const seconds = (run.durationMs as number) / 1000;
  const per = (figure: number): string => `${Math.round((1000 * figure) / projects)} ms`;
  console.log(
    `${label.padEnd(34)} ${seconds.toFixed(1)} s, ${Math.round(run.rowsChanged / seconds)} rows per second, ${run.httpRequests} requests, ${run.retries} tasks restarted`,
  );
  console.log(
    `  per project                      ${per(seconds)}; processor: workers ${per(cpu.workers)}, PostgreSQL ${per(cpu.postgres)}, simulator ${per(cpu.simulator)}, web ${per(cpu.web)}`,
  );
  const sorted = [...requests].toSorted(([, a], [, b]) => b - a);
  console.log(
    `  requests per project             ${sorted.map(([path, n]) => `${path} ${(n / projects).toFixed(2)}`).join(', ')}`,
  );
  for (const [index, values] of memory.entries())
    console.log(
      `  worker ${index + 1}, memory by tenths      ${values.map((bytes) => Math.round(bytes / 1e6)).join(' ')} MB`,
    );
}

async function ingestPart(
  cluster: TestCluster,
  source: Simulator,
  part: Part,
  contents: KeptContents,
): Promise<Installation> {
  const { label, workers, kill } = ingestions[part];
  const installation = await install(cluster, `scale_${part}`, workers);
  try {
    const halfWay = async (): Promise<void> => {
      if (kill) await installation.workers[1]?.kill();
    };
    report(label, await ingest(installation, source, halfWay));
    const started = performance.now();
    contents.parts[part] = await dataContents(installation.db);
    await keep(contentsFile, contents);
    const rows = Object.values(contents.parts[part]).reduce((sum, table) => sum + table.rows, 0);
    console.log(
      `  contents                         ${contents.parts[part]['sonarqube_issues']?.rows} issues, ${rows} rows in schema data (read in ${((performance.now() - started) / 1000).toFixed(0)} s)`,
    );
    return installation;
  } catch (error) {
    await installation.stop();
    throw error;
  }
}

/** True when every changed issue is stored. */
async function readChanges({ db, web }: Installation, source: Simulator): Promise<boolean> {
  const idleStarted = performance.now();
  await web.cli(['sync', 'scale', '--wait']);
  const idle = await newestRun(web, 'incremental_sync');
  console.log(
    `nothing changed                    ${((performance.now() - idleStarted) / 1000).toFixed(1)} s, ${idle.httpRequests} requests`,
  );
  const changed = changeIssues(source);
  await web.cli(['sync', 'scale', '--wait']);
  const run = await newestRun(web, 'incremental_sync');
  const { found } = await db.one<{ found: number }>(
    `select count(*) as found from data.sonarqube_issue_tags it join data.sonarqube_tags t on t.id = it.tag_id where t.name = 'changed-by-hand'`,
  );
  console.log(
    `${changed} issues changed              ${((run.durationMs as number) / 1000).toFixed(1)} s, ${run.httpRequests} requests, ${found} of them stored`,
  );
  return found === changed;
}

/** Every part against the first one; true when all are equal. */
function compareParts({ parts }: KeptContents): boolean {
  const [first, ...others] = Object.entries(parts);
  let equal = true;
  for (const [part, found] of others) {
    const tables = differing(first?.[1] ?? {}, found);
    console.log(
      `contents of ${part} and ${first?.[0]}: ${tables.length === 0 ? 'equal' : `DIFFERENT in ${tables.join(', ')}`}`,
    );
    if (tables.length > 0) equal = false;
  }
  return equal;
}

async function main(): Promise<number> {
  console.log(
    `${projects} projects, ${projects * issuesPerProject} issues (scale ${scale}), seed ${seed}, node ${process.version}, ${availableParallelism()} cores`,
  );
  const contents = await recall(contentsFile, { projects, issuesPerProject, seed });
  const source = await startSimulator({
    profile: '26.9',
    compress: false,
    scenario: big({ projects, issuesPerProject, seed, madeAt: new Date(contents.madeAt) }),
  });
  const cluster = await startTestCluster(databaseSettings, tmpdir());
  let newest: Installation | undefined;
  try {
    for (const part of Object.keys(ingestions) as Part[]) {
      if (!asked.includes(part)) continue;
      await newest?.stop();
      newest = undefined;
      newest = await ingestPart(cluster, source, part, contents);
    }
    const equal = compareParts(contents);
    if (!asked.includes('incremental')) return equal ? 0 : 1;
    newest ??= await ingestPart(cluster, source, 'one', contents);
    const stored = await readChanges(newest, source);
    return equal && stored ? 0 : 1;
  } finally {
    await newest?.stop();
    await cluster.stop();
    await source.close();
  }
}

process.exitCode = await main();
