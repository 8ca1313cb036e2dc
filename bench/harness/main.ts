// Full reading of many executions from the simulated Harness, held to its own truth; then what an idle sync costs.
//   node bench/harness/main.ts            50,000 executions in 20 projects
//   BENCH_SCALE=0.01 node bench/harness/main.ts
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startHarnessSimulator } from '../../lab/simulators/harness/index.ts';
import { writeTruth, type TruthRow } from '../../lab/simulators/harness/truth.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { connect } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { compareWithTruth } from '../../test/sync/harness-truth.ts';
import { type HubProcess, startHubProcess } from '../hub-process.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seed = Number(process.env['BENCH_SEED'] ?? 1);
const projects = 20;
const executions = Math.round(50_000 * scale);
const day = 86_400_000;

const server = await startHarnessSimulator();
const hub = await startHubProcess();
try {
  const to = new Date(Date.now() - 20 * day);
  server.state.fill({ projects, executions, from: new Date(to.getTime() - 150 * day), to, seed });
  const file = join(hub.home, 'truth.jsonl');
  await writeTruth(server.state.truth(), file);
  await apply(hub);
  const started = performance.now();
  await hub.cli(['sync', 'harness', '--wait']);
  const seconds = (performance.now() - started) / 1000;
  const run = await newestRun(hub);
  if (run?.status !== 'success') throw new Error(`the run ended as ${JSON.stringify(run)}`);
  const truth = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TruthRow);
  const check = await compare(hub, truth);
  if (check.wrong.length > 0) throw new Error(`not as the truth says: ${check.wrong.join('; ')}`);
  if (check.stored !== check.listed) throw new Error(`${check.stored} stored, ${check.listed} listed`);
  console.log(`${executions} executions in ${projects} projects, seed ${seed}, node ${process.version}`);
  console.log(`listed and stored         ${check.stored}, each as the truth says`);
  console.log(
    `hidden by Harness         ${Object.entries(check.hidden)
      .map(([why, count]) => `${why} ${count}`)
      .join(', ')}`,
  );
  console.log(
    `full reading              ${seconds.toFixed(1)} s, ${run.httpRequests} requests (at most 5 a second, as agreed)`,
  );
  console.log(`peak memory of the hub    ${Math.round((await hub.peakMemory()) / 1e6)} MB`);
  await hub.cli(['sync', 'harness', '--wait']);
  const idle = await newestRun(hub);
  console.log(`idle sync                 ${idle?.httpRequests} requests (goal <= ${projects / 20 + 10})`);
  if ((idle?.httpRequests ?? Infinity) > projects / 20 + 10) throw new Error('an idle sync costs more than was agreed');
} finally {
  await hub.stop();
  await server.close();
}

async function newestRun({ cli }: HubProcess) {
  const { runs } = JSON.parse(await cli(['runs', '--json'])) as RunList;
  return runs.find(({ status }) => status !== 'scheduled');
}

async function apply({ home, cli }: HubProcess): Promise<void> {
  await writeFile(join(home, 'harness.token'), server.state.addToken(), { mode: 0o600 });
  const settings = { accountType: 'on_prem', url: server.url, accountId: 'acc' };
  const integration = { name: 'harness', kind: 'harness', settings, secrets: { apiKey: '${file:harness.token}' } };
  // JSON is YAML.
  await writeFile(
    join(home, 'harness.yaml'),
    JSON.stringify({ integrations: [{ ...integration, syncIntervalSeconds: 86_400 }] }),
  );
  await cli(['apply', '-f', join(home, 'harness.yaml')]);
}

async function compare({ home }: HubProcess, truth: readonly TruthRow[]) {
  const { port } = JSON.parse(await readFile(join(home, 'cluster.json'), 'utf8')) as { port: number };
  const password = (await readFile(join(home, 'database.password'), 'utf8')).trim();
  const connectionString = `postgres://plumbline:${password}@127.0.0.1:${port}/plumbline`;
  const db = connect({ connectionString, applicationName: 'bench', maxConnections: 2, log: silentLog });
  try {
    return await compareWithTruth(db, truth);
  } finally {
    await db.close();
  }
}
