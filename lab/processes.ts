import { execFile, spawn } from 'node:child_process';
import { open, readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Account } from './account.ts';

const run = promisify(execFile);

export interface RunningProcess {
  pid: number;
  /** Arguments joined by spaces. */
  commandLine: string;
}

/** Every process whose arguments we may read: from /proc where there is one, else from `ps`. */
export async function listProcesses(): Promise<RunningProcess[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  if (pids.length === 0) return listWithPs();
  const read = pids.map(async (pid) => ({
    pid,
    // A process may end between the two reads.
    commandLine: (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').join(' ').trim(),
  }));
  return (await Promise.all(read)).filter((process) => process.commandLine !== '');
}

async function listWithPs(): Promise<RunningProcess[]> {
  const { stdout } = await run('ps', ['-axww', '-o', 'pid=,command='], { maxBuffer: 16 << 20 });
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(.+)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), commandLine: match[2] ?? '' }];
  });
}

export interface Program {
  executable: string;
  args: readonly string[];
  /** Its working directory. */
  directory: string;
  /** All of its environment. */
  env: Readonly<Record<string, string>>;
  /** File for everything that it prints; made anew. */
  log: string;
  /** Who it runs as; ourselves when left out. */
  account?: Account | undefined;
}

/** Starts a program in a session of its own, so that it outlives the command and a Ctrl-C in its terminal. Returns its pid. */
export async function spawnDetached({ executable, args, directory, env, log, account }: Program): Promise<number> {
  const output = await open(log, 'w', 0o644);
  try {
    const child = spawn(executable, args, {
      cwd: directory,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env,
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        child.unref();
        resolve(child.pid ?? 0);
      });
    });
  } finally {
    await output.close();
  }
}

/** False for a pid that ended, or that is a zombie nobody has waited for yet. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) Z/s.test(status);
}

/** Asks each to end and kills what is left after `graceMs`. Resolves when none is alive. */
export async function endProcesses(pids: readonly number[], { graceMs }: { graceMs: number }): Promise<void> {
  signal(pids, 'SIGTERM');
  if (await allEnded(pids, graceMs)) return;
  signal(pids, 'SIGKILL');
  await allEnded(pids, 10_000);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // Already gone.
    }
  }
}

async function allEnded(pids: readonly number[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const alive = await Promise.all(pids.map(isAlive));
    if (!alive.includes(true)) return true;
    if (Date.now() > deadline) return false;
    await pause(200);
  }
}

export async function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
