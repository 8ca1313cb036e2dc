// Full ingestion of many issues from the simulator: rows per second, peak memory of the hub, size of the database.
//   node bench/ingest/simulated.ts            1,000,000 issues in 200 projects
//   BENCH_SCALE=0.01 node bench/ingest/simulated.ts
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { applySonarqube, startHubProcess, watchMemory } from '../hub-process.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seed = Number(process.env['BENCH_SEED'] ?? 1);
const projects = Math.max(2, Math.round(200 * scale));
const issuesPerProject = 5_000;

// The simulator shares this process; the hub and its database are processes of their own.
const simulator = await startSimulator({
  profile: '26.9',
  scenario: big({ projects, issuesPerProject, seed, skew: 0.1 }),
});
const hub = await startHubProcess();
try {
  const idle = await hub.peakMemory();
  await applySonarqube(hub, { name: 'simulated', url: simulator.url, token: simulator.tokens.admin, projectKeys: [] });
  const curve = watchMemory(() => hub.memory());
  await hub.cli(['sync', 'simulated', '--wait']);
  const memory = curve.stop();
  const { runs } = JSON.parse(await hub.cli(['runs', '--kind', 'backfill', '--json'])) as RunList;
  const run = runs.find((candidate) => candidate.status !== 'scheduled');
  if (run?.status !== 'success') throw new Error(`the run ended as ${JSON.stringify(run)}`);
  const [size] = JSON.parse(
    await hub.cli(['sql', 'select count(*) as issues from sonarqube_issues', '--format', 'json']),
  ) as { issues: number }[];
  const secondsTaken = (run.durationMs as number) / 1000;
  const changed = run.rowsChanged;
  console.log(`${size?.issues} issues in ${projects} projects (one holds 10 %), seed ${seed}, node ${process.version}`);
  console.log(`full ingestion            ${secondsTaken.toFixed(1)} s, ${run.httpRequests} requests`);
  console.log(`issues per second         ${Math.round((size?.issues ?? 0) / secondsTaken)}`);
  console.log(
    `rows written per second   ${Math.round(changed / secondsTaken)} (${changed} rows: findings, measures, analyses, branches)`,
  );
  console.log(
    `peak memory of the hub    ${megabytes(await hub.peakMemory())} MB (${megabytes(idle)} MB before; goal <= 300 MB)`,
  );
  console.log(`  over the run, by tenths ${memory.map(megabytes).join(' ')} MB`);
  console.log(`database                  ${megabytes(await hub.databaseBytes())} MB on disk`);
} finally {
  await hub.stop();
  await simulator.close();
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
