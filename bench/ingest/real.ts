// Full ingestion of a project from a real SonarQube server against a bare reader, in turns.
//   SONARQUBE_URL=http://127.0.0.1:9000 SONARQUBE_TOKEN=squ_… [BENCH_PROJECT=lab-thirty-thousand] node bench/ingest/real.ts
// The server is one of `./plumbline lab up sonarqube --seed full`.
import { performance } from 'node:perf_hooks';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { applySonarqube, startHubProcess } from '../hub-process.ts';
import { readBare } from './bare-reader.ts';

const url = required('SONARQUBE_URL');
const token = required('SONARQUBE_TOKEN');
const project = process.env['BENCH_PROJECT'] ?? 'lab-thirty-thousand';
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);

const hub = await startHubProcess();
try {
  const bare: number[] = [];
  const full: number[] = [];
  const split: { readMs: number; proofMs: number; publishMs: number }[] = [];
  let issues = 0;
  // One of each uncounted: the server's caches and both programs' code are cold.
  for (let round = 0; round <= rounds; round++) {
    const started = performance.now();
    issues = await readBare({ url, token, project });
    const bareMs = performance.now() - started;
    const name = `bench-${round}`;
    await applySonarqube(hub, { name, url, token, projectKeys: [project] });
    await hub.cli(['sync', name, '--wait']);
    const { runs } = JSON.parse(
      await hub.cli(['runs', '--integration', name, '--kind', 'backfill', '--json']),
    ) as RunList;
    const run = runs.find((candidate) => candidate.status !== 'scheduled');
    if (run?.status !== 'success' || run.completeness?.stored !== issues)
      throw new Error(`run ${JSON.stringify(run)} for ${issues} issues`);
    if (round === 0) continue;
    bare.push(bareMs);
    full.push(run.durationMs as number);
    split.push(timings(run.id as number));
    console.log(
      `round ${round}: bare reader ${seconds(bareMs)}, full ingestion ${seconds(run.durationMs as number)}, ratio ${((run.durationMs as number) / bareMs).toFixed(2)}`,
    );
  }
  const middle = split.map((entry) => entry);
  console.log(`\n${issues} issues, SonarQube at ${url}, ${rounds} rounds in turns`);
  console.log(`bare reader (4 connections, stores nothing)  median ${seconds(median(bare))}`);
  console.log(`full ingestion, start to end of the run      median ${seconds(median(full))}`);
  console.log(
    `  of the project's task: read ${seconds(median(middle.map((entry) => entry.readMs)))}, proof ${seconds(median(middle.map((entry) => entry.proofMs)))}, write ${seconds(median(middle.map((entry) => entry.publishMs)))}`,
  );
  console.log(`ratio of medians ${(median(full) / median(bare)).toFixed(2)} (goal <= 1.25)`);
  console.log(`peak memory of the hub ${Math.round((await hub.peakMemory()) / 1e6)} MB`);
} finally {
  await hub.stop();
}

function timings(runId: number): { readMs: number; proofMs: number; publishMs: number } {
  const said = (message: string) =>
    hub.log().find((entry) => entry['run'] === runId && entry['phase'] === 'current' && entry['msg'] === message);
  const read = said('task read');
  return {
    readMs: Number(read?.['readMs']),
    proofMs: Number(read?.['proofMs']),
    publishMs: Number(said('task ended')?.['publishMs']),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; see the head of this file`);
  return value;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
