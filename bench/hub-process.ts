import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The real product as a process of its own, with a state directory and an embedded database that go away with it. */
export interface HubProcess {
  home: string;
  pid: number;
  /** Runs one command of the command line; throws when its exit code is not among the accepted. */
  cli(args: readonly string[], accepted?: readonly number[]): Promise<string>;
  /** Log records written so far. */
  log(): Record<string, unknown>[];
  /** Largest resident set of the hub's process, in bytes. */
  peakMemory(): Promise<number>;
  /** Resident set of the hub's process now, in bytes. */
  memory(): Promise<number>;
  /** Size of the embedded database’s data directory. */
  databaseBytes(): Promise<number>;
  stop(): Promise<void>;
  /** SIGKILL: nothing is given back. */
  kill(): Promise<void>;
}

export async function startHubProcess(
  environment: Record<string, string> = {},
  role: 'all' | 'web' | 'worker' = 'all',
): Promise<HubProcess> {
  const home = await mkdtemp(join(tmpdir(), 'plumbline-bench-'));
  const env = { ...process.env, ...environment, PLUMBLINE_HOME: home, PLUMBLINE_PORT: '0', PLUMBLINE_HEALTH_PORT: '0' };
  const child = spawn(process.execPath, [main, 'up', '--role', role], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await running(child, () => text);
  return {
    home,
    pid: child.pid as number,
    cli: (args, accepted = [0]) =>
      runCli(args, env, accepted).catch((error: Error) => {
        throw new Error(`${error.message}\nthe hub's last words: ${text.slice(-4_000)}`);
      }),
    log: () =>
      text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [])),
    peakMemory: () => memoryOf(child.pid as number, 'VmHWM'),
    memory: () => memoryOf(child.pid as number, 'VmRSS'),
    async databaseBytes() {
      const { home: database } = JSON.parse(await readFile(join(home, 'cluster.json'), 'utf8')) as { home: string };
      let bytes = 0;
      for (const entry of await readdir(resolve(home, database, 'data', 'base'), {
        recursive: true,
        withFileTypes: true,
      })) {
        if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
      }
      return bytes;
    },
    stop: () => end(child, 'SIGTERM', home),
    kill: () => end(child, 'SIGKILL', home),
  };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL', home: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
  await rm(home, { recursive: true, force: true });
}

async function memoryOf(pid: number, line: 'VmHWM' | 'VmRSS'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

/** The resident set over time: whether it is flat. */
export interface MemoryCurve {
  /** In bytes, one value per tenth of the time watched: the largest within it. */
  stop(): number[];
}

export function watchMemory(read: () => Promise<number>): MemoryCurve {
  const samples: number[] = [];
  const timer = setInterval(
    () =>
      void read().then(
        (bytes) => Number.isFinite(bytes) && samples.push(bytes),
        () => undefined,
      ),
    250,
  );
  return {
    stop() {
      clearInterval(timer);
      const tenth = Math.max(1, Math.ceil(samples.length / 10));
      const tenths: number[] = [];
      for (let start = 0; start < samples.length; start += tenth)
        tenths.push(Math.max(...samples.slice(start, start + tenth)));
      return tenths;
    },
  };
}

/** Writes the yaml of one SonarQube integration and applies it. */
export async function applySonarqube(
  hub: HubProcess,
  integration: { name: string; url: string; token: string; projectKeys: readonly string[] },
): Promise<void> {
  const file = join(hub.home, `${integration.name}.yaml`);
  await writeFile(join(hub.home, 'bench.token'), integration.token, { mode: 0o600 });
  const settings = { url: integration.url, projectKeys: integration.projectKeys };
  // JSON is YAML.
  const yaml = {
    integrations: [
      {
        name: integration.name,
        kind: 'sonarqube',
        settings,
        secrets: { apiToken: '${file:bench.token}' },
        syncIntervalSeconds: 86_400,
      },
    ],
  };
  await writeFile(file, JSON.stringify(yaml));
  await hub.cli(['apply', '-f', file]);
}

function running(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('is running')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the hub ended with ${code}: ${log().slice(-2_000)}`)));
  });
}

function runCli(args: readonly string[], env: NodeJS.ProcessEnv, accepted: readonly number[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code !== null && accepted.includes(code)) resolve(out);
      else reject(new Error(`plumbline ${args.join(' ')} ended with ${code}: ${err}${out}`));
    });
  });
}
