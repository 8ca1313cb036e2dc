// The same full ingestion by the hub itself and through a satellite, over loopback: rows per second, bytes on the wire per
// row, memory of the satellite; then satellites that only say that they are there.
//   node bench/satellite/main.ts              100,000 issues in 20 projects; 200 satellites for 30 s
//   BENCH_SCALE=0.1 BENCH_SATELLITES=20 node bench/satellite/main.ts
//   BENCH_TURNS=3 node bench/satellite/main.ts   the quickest of three each
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startSimulator } from '../../lab/simulators/sonarqube/index.ts';
import { big } from '../../lab/simulators/sonarqube/scenarios.ts';
import { withSecrets } from '../../src/domain/satellite-file.ts';
import type { RunList } from '../../src/features/ingestion/contract.ts';
import { readHubAddress } from '../../src/platform/config/hub-address.ts';
import { createOutbound } from '../../src/platform/outbound/index.ts';
import { createHubClient, type HubClient } from '../../src/surfaces/satellite/hub-client.ts';
import { readSatelliteFile } from '../../src/surfaces/satellite/file.ts';
import { secretReader } from '../../src/surfaces/satellite/references.ts';
import { applySonarqube, type HubProcess, startHubProcess } from '../hub-process.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const projects = Math.max(2, Math.round(20 * scale));
const satelliteCount = Number(process.env['BENCH_SATELLITES'] ?? 200);
const issues = projects * 5_000;
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const signal = new AbortController().signal;

const simulator = await startSimulator({ profile: '26.9', scenario: big({ projects, issuesPerProject: 5_000 }) });
try {
  // In turns: what else the machine does meets both alike.
  const turns = Number(process.env['BENCH_TURNS'] ?? 1);
  const [directs, fars]: [Measured[], Measured[]] = [[], []];
  for (let turn = 0; turn < turns; turn += 1) {
    directs.push(await measure('direct'));
    fars.push(await measure('through a satellite'));
  }
  const [direct, far] = [quickest(directs), quickest(fars)];
  console.log(`${issues} issues in ${projects} projects, node ${process.version}`);
  console.log(
    `direct                    ${direct.seconds.toFixed(1)} s, ${Math.round(issues / direct.seconds)} issues per second`,
  );
  console.log(
    `through a satellite       ${far.seconds.toFixed(1)} s, ${Math.round(issues / far.seconds)} issues per second`,
  );
  console.log(`ratio                     ${(direct.seconds / far.seconds).toFixed(2)} (goal >= 0.8)`);
  const each = directs.map(({ seconds }, turn) => (seconds / (fars[turn]?.seconds ?? Number.NaN)).toFixed(2));
  console.log(`ratio of each turn        ${each.join(', ')}`);
  console.log(
    `processor time            direct ${direct.cpu.hub.toFixed(1)} s; hub ${far.cpu.hub.toFixed(1)} s and satellite ${far.cpu.satellite.toFixed(1)} s`,
  );
  console.log(
    `on the wire               ${(far.sentBytes / far.rows).toFixed(0)} bytes per row sent (${far.rows} rows changed)`,
  );
  console.log(`memory of the satellite   ${Math.round(far.memory / 1_000)} MB at most (goal <= 200 MB)`);
  await heartbeats();
} finally {
  await simulator.close();
}

async function api<T>(hub: HubProcess, path: string, body: object): Promise<T> {
  const token = (await readFile(join(hub.home, 'local.token'), 'utf8')).trim();
  const address = await readHubAddress(hub.home);
  if (address === undefined) throw new Error('the hub has no address');
  const response = await fetch(new URL(path, address.local), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

/** A pending integration and the file for it. */
async function fileOf(hub: HubProcess): Promise<{ id: number; yaml: string }> {
  const { integration } = await api<{ integration: { id: number } }>(hub, 'api/v1/integrations', {
    name: 'simulated',
    kind: 'sonarqube',
    place: 'satellite',
    settings: { url: simulator.url },
    secrets: {},
  });
  const { yaml } = await api<{ yaml: string }>(hub, 'api/v1/satellites/files', { integrationIds: [integration.id] });
  return { id: integration.id, yaml: withSecrets(yaml, 'sonarqube', { apiToken: simulator.tokens.admin }) };
}

interface Measured {
  seconds: number;
  rows: number;
  sentBytes: number;
  memory: number;
  /** Processor time, without that of PostgreSQL and of the tool. */
  cpu: { hub: number; satellite: number };
}

function quickest(all: readonly Measured[]): Measured {
  return all.reduce((best, one) => (one.seconds < best.seconds ? one : best));
}

async function measure(way: 'direct' | 'through a satellite'): Promise<Measured> {
  const hub = await startHubProcess();
  try {
    const satellite = way === 'direct' ? undefined : await startFar(hub);
    if (way === 'direct')
      await applySonarqube(hub, {
        name: 'simulated',
        url: simulator.url,
        token: simulator.tokens.admin,
        projectKeys: [],
      });
    const before = await cpuSeconds(hub.pid);
    await hub.cli(['sync', 'simulated', '--wait']);
    const cpuOfHub = (await cpuSeconds(hub.pid)) - before;
    const { runs } = JSON.parse(await hub.cli(['runs', '--kind', 'backfill', '--json'])) as RunList;
    const run = runs.find((candidate) => candidate.status !== 'scheduled');
    if (run?.status !== 'success') throw new Error(`the run ended as ${JSON.stringify(run)}`);
    const { cpu: cpuOfSatellite, ...ended } = (await satellite?.end()) ?? { sentBytes: 0, memory: 0, cpu: 0 };
    const cpu = { hub: cpuOfHub, satellite: cpuOfSatellite };
    return { seconds: (run.durationMs as number) / 1_000, rows: run.rowsChanged, cpu, ...ended };
  } finally {
    await hub.stop();
  }
}

async function startFar(hub: HubProcess) {
  const { id, yaml } = await fileOf(hub);
  const file = join(hub.home, 'satellite.yml');
  await writeFile(file, yaml, { mode: 0o600 });
  const args = [main, 'satellite', 'run', '--config', file, '--state', join(hub.home, 'satellite')];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LOG_FORMAT: 'json' },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes('registered')) await delay(50);
  await api(hub, `api/v1/integrations/${id}/check`, {});
  return {
    async end(): Promise<{ sentBytes: number; memory: number; cpu: number }> {
      const cpu = await cpuSeconds(child.pid as number);
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      return {
        sentBytes: Number(/"sentBytes":(\d+)/.exec(said)?.[1] ?? Number.NaN),
        cpu,
        memory: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]),
      };
    },
  };
}

/** As often as idle satellites call: a heartbeat each half minute, and a question for work every five seconds. */
async function heartbeats(): Promise<void> {
  const hub = await startHubProcess();
  const { config } = await readSatelliteFile((await fileOf(hub)).yaml, secretReader({}));
  const http = createOutbound({
    configuredHost: config.url.hostname,
    loopbackAllowed: true,
    gate: { concurrency: () => 200, pausedUntil: () => undefined, pause: () => undefined },
  });
  const clients = Array.from({ length: satelliteCount }, (_, at) =>
    createHubClient({ ...config, instance: `bench-${String(at).padStart(4, '0')}`, version: '1.0.0', http }),
  );
  const now = (): string => new Date().toISOString();
  const integrations = config.integrations.map(({ id }) => id);
  for (const client of clients)
    await client.call('register', { name: 'bench', startedAt: now(), clock: now(), integrations, kept: [] }, signal);
  const took: number[] = [];
  const cpuBefore = await cpuSeconds(hub.pid);
  const seconds = 30;
  const until = performance.now() + seconds * 1_000;
  await Promise.all(clients.map((client, at) => idle(client, at, { until, took })));
  const cpu = (await cpuSeconds(hub.pid)) - cpuBefore;
  took.sort((a, b) => a - b);
  const at = (part: number): string => (took[Math.floor(took.length * part)] ?? 0).toFixed(1);
  console.log(
    `${satelliteCount} idle satellites      ${took.length} calls in ${seconds} s: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ${((cpu / seconds) * 100).toFixed(0)} % of one processor`,
  );
  await http.close();
  await hub.stop();
}

async function idle(client: HubClient, at: number, { until, took }: { until: number; took: number[] }): Promise<void> {
  await delay((at / satelliteCount) * 5_000);
  for (let round = 0; performance.now() < until; round += 1) {
    const began = performance.now();
    if (round % 6 === 0)
      await client.call(
        'heartbeat',
        {
          clock: new Date().toISOString(),
          uptimeSeconds: 1,
          memoryBytes: 1,
          cpus: 1,
          running: 0,
          buffer: { bytes: 0, full: false },
          differing: [],
          errors: [],
        },
        signal,
      );
    await client.call('claim', {}, signal);
    took.push(performance.now() - began);
    await delay(5_000);
  }
}

/** User and system time of a process, from /proc. */
async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
