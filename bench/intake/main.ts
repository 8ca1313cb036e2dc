// Webhook deliveries per second that are verified, stored and durable before the answer, against a bare Fastify route
// that inserts one row per request: same machine, same run, same PostgreSQL, the two in turns. Then the receiver is
// killed in the middle: everything it had answered must be there.
//   node bench/intake/main.ts
//   BENCH_SECONDS=3 BENCH_ROUNDS=1 node bench/intake/main.ts
//   BENCH_SCALE=0.01 node bench/intake/main.ts     one round of a second: only what is lost counts
import { type ChildProcess, fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { prepareStateDirectory } from '../../src/platform/config/index.ts';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/index.ts';
import { connect, migrate, readMigrations } from '../../src/platform/database/index.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import { migrationFolders } from '../../src/schema.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? 1);
const seconds = Number(process.env['BENCH_SECONDS'] ?? Math.max(1, 6 * scale));
const rounds = Number(process.env['BENCH_ROUNDS'] ?? Math.max(1, Math.round(3 * scale)));
const senders = Number(process.env['BENCH_SENDERS'] ?? 64);
const goal = 0.7;

const home = await mkdtemp(join(tmpdir(), 'plumbline-intake-'));
await prepareStateDirectory(home);
const postgres = await startEmbeddedPostgres({ stateDirectory: home, log: silentLog });
const db = connect({ connectionString: postgres.connectionString, applicationName: 'bench', log: silentLog });
try {
  await migrate(db, await readMigrations(migrationFolders), silentLog);
  await db.execute(
    'create table public.bare (id bigint generated always as identity primary key, body bytea not null)',
  );
  const bare: Measured[] = [];
  const inbox: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, so that a machine that gets slower or faster favours neither.
    for (const kind of round % 2 === 0 ? (['bare', 'inbox'] as const) : (['inbox', 'bare'] as const)) {
      const measured = await measure(kind, `${kind}-${round}`);
      (kind === 'bare' ? bare : inbox).push(measured);
      console.log(`${kind.padEnd(6)} ${describe(measured)}`);
    }
  }
  const ratio = median(inbox.map(({ rate }) => rate)) / median(bare.map(({ rate }) => rate));
  console.log(
    `ratio  ${ratio.toFixed(2)} of the bare route (goal >= ${goal}): ${ratio >= goal ? 'reached' : 'MISSED'}`,
  );
  const lost = await killInTheMiddle();
  // A second is too short to judge a ratio by.
  if (lost > 0 || (scale >= 1 && ratio < goal)) process.exitCode = 1;
} finally {
  await db.close();
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}

interface Measured {
  /** Accepted per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  refused: number;
}

function describe({ rate, p50, p99, refused }: Measured): string {
  const more = refused === 0 ? '' : `, ${refused} refused`;
  return `${Math.round(rate)} deliveries a second, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${more}`;
}

async function measure(kind: 'bare' | 'inbox', label: string): Promise<Measured> {
  const receiver = await start(kind);
  const load = sendUntil(receiver, label, { warmUp: true });
  await pause(1_000);
  await load.stop();
  const run = sendUntil(receiver, `${label}-measured`);
  await pause(seconds * 1000);
  const { accepted, latencies, refused, elapsed } = await run.stop();
  await stop(receiver, 'SIGTERM');
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { rate: accepted.size / elapsed, p50: at(0.5), p99: at(0.99), refused };
}

/** Accepted deliveries that are not stored; prints what was found. */
async function killInTheMiddle(): Promise<number> {
  const receiver = await start('inbox');
  const load = sendUntil(receiver, 'killed');
  await pause(2_000);
  await stop(receiver, 'SIGKILL');
  const { accepted, sent } = await load.stop();
  const rows = await db.query<{ body: Buffer }>('select body from inbox.deliveries');
  const stored = new Map<string, number>();
  for (const { body } of rows) stored.set(body.toString(), (stored.get(body.toString()) ?? 0) + 1);
  const lost = [...accepted].filter((body) => !stored.has(body));
  const twice = [...stored.values()].filter((times) => times > 1).length;
  console.log(
    `killed in the middle: ${sent} sent, ${accepted.size} answered with 204, of these lost ${lost.length}; stored twice ${twice}`,
  );
  return lost.length + twice;
}

interface Receiver {
  child: ChildProcess;
  url: string;
  secret: string;
}

async function start(kind: 'bare' | 'inbox'): Promise<Receiver> {
  const file = new URL('./receiver.ts', import.meta.url);
  const child = fork(file, [kind, postgres.connectionString, join(home, 'bench.keys')]);
  const told = await new Promise<{ url: string; secret: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { url: string; secret: string }));
    child.once('exit', (code) => reject(new Error(`the receiver ended with ${code}`)));
  });
  return { child, ...told };
}

async function stop({ child }: Receiver, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

interface Load {
  accepted: Set<string>;
  latencies: number[];
  refused: number;
  sent: number;
  /** Seconds. */
  elapsed: number;
}

/** Sends from many senders at once, each waiting for its answer, until stopped. Every body is another. */
function sendUntil(receiver: Receiver, label: string, { warmUp = false } = {}): { stop(): Promise<Load> } {
  const { origin, pathname } = new URL(receiver.url);
  const pool = new Pool(origin, { connections: senders, pipelining: 1 });
  const load: Load = { accepted: new Set(), latencies: [], refused: 0, sent: 0, elapsed: 0 };
  const started = performance.now();
  let stopped = false;
  const send = async (): Promise<void> => {
    while (!stopped) {
      const body = payload(`${label}-${load.sent++}`);
      const signature = createHmac('sha256', receiver.secret).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'x-sonar-webhook-hmac-sha256': signature };
      const from = performance.now();
      try {
        const answer = await pool.request({ method: 'POST', path: pathname, headers, body });
        await answer.body.dump();
        if (answer.statusCode === 204) {
          load.accepted.add(body);
          if (!warmUp) load.latencies.push(performance.now() - from);
        } else load.refused++;
      } catch {
        // The receiver was killed: this one was not answered.
        return;
      }
    }
  };
  const running = Array.from({ length: senders }, send);
  return {
    async stop() {
      stopped = true;
      await Promise.all(running);
      load.elapsed = (performance.now() - started) / 1000;
      await pool.destroy();
      return load;
    },
  };
}

/** As long as what a real server sends of an analysis. */
function payload(name: string): string {
  const condition = (metric: string) => ({
    metric,
    operator: 'GREATER_THAN',
    value: '0',
    status: 'OK',
    errorThreshold: '0',
  });
  return JSON.stringify({
    serverUrl: 'https://sonarqube.example.com',
    taskId: name,
    status: 'SUCCESS',
    analysedAt: '2026-11-21T08:23:33+0000',
    revision: 'dc0bc54bc079eb340316b57866f90d363249da7a',
    changedAt: '2026-11-21T08:23:33+0000',
    project: { key: 'shop', name: 'Shop', url: 'https://sonarqube.example.com/dashboard?id=shop' },
    branch: {
      name: '102',
      type: 'PULL_REQUEST',
      isMain: false,
      url: 'https://sonarqube.example.com/dashboard?id=shop',
    },
    qualityGate: {
      name: 'Sonar way',
      status: 'OK',
      conditions: ['new_coverage', 'new_violations', 'new_duplicated_lines_density'].map(condition),
    },
    properties: { 'sonar.analysis.detectedscm': 'git', 'sonar.analysis.detectedci': 'undetected' },
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
