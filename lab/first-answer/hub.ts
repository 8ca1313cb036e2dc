import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { LabContext } from '../context.ts';
import { endProcesses, pause } from '../processes.ts';
import type { Endings } from './endings.ts';

export interface Outcome {
  status: number;
  out: string;
  err: string;
}

/** The hub as people run it, in a process of its own. */
export interface Hub {
  url: string;
  /** `plumbline <args>` on its machine; never throws for an exit code. */
  plumbline(args: readonly string[]): Promise<Outcome>;
  /** The answer of its API at this path, without a leading slash. */
  get<T>(path: string): Promise<T>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'src/main.ts');

/** The first start builds the pages, where this version never did on this machine. */
const startLimitMs = 300_000;

/** Starts it in `home`, which is empty: with a database of its own, on a free port, and nothing that is set elsewhere. */
export async function startHub(home: string, env: LabContext['env'], endings: Endings): Promise<Hub> {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('PLUMBLINE_') && name !== 'DATABASE_URL');
  const own = { ...Object.fromEntries(kept), PLUMBLINE_HOME: home };
  const child = spawn(process.execPath, [program, 'up'], {
    cwd: root,
    env: { ...own, PLUMBLINE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const fault = new Promise<Error>((resolve) => child.once('error', resolve));
  // A command that dies must not leave a hub behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  await endings.add(async () => {
    if (child.pid !== undefined) await endProcesses([child.pid], { graceMs: 60_000 });
    process.off('exit', kill);
  });
  const url = await Promise.race([announced(child, () => words), fault]);
  if (typeof url !== 'string')
    throw new PlumblineError('lab_first_answer_failed', {
      message: 'The hub did not start.',
      upstream: (url?.message ?? words).trim().slice(-2000),
    });
  return {
    url,
    plumbline: (args) => command(args, own),
    async get<T>(path: string): Promise<T> {
      const token = (await readFile(join(home, 'local.token'), 'utf8')).trim();
      const answer = await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } });
      if (answer.ok) return (await answer.json()) as T;
      throw new PlumblineError('lab_first_answer_failed', {
        message: `The hub answered ${path} with status ${answer.status}.`,
        upstream: (await answer.text()).slice(0, 2000),
      });
    },
  };
}

/** Where it listens; undefined when it ended, or did not say so in time. */
async function announced(child: { exitCode: number | null }, words: () => string): Promise<string | undefined> {
  const until = Date.now() + startLimitMs;
  while (Date.now() < until && child.exitCode === null) {
    const url = /Plumbline is running at (\S+)/.exec(words())?.[1];
    if (url !== undefined) return url;
    await pause(50);
  }
  return undefined;
}

function command(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 128, out, err }));
  });
}
