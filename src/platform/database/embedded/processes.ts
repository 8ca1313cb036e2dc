import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True for a process that still does something: one that ended and was not reaped yet counts as gone. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name, in parentheses, may hold anything; the state is the letter after it.
  return stat === undefined || !/^\)\s+[ZX]\s/.test(stat.slice(stat.lastIndexOf(')')));
}

/**
 * Whether a live process is a PostgreSQL of this data directory, where every one of its processes works. A process id
 * in a file says little: after a crash it may be anybody's. When in doubt, true.
 */
export async function worksIn(pid: number, directory: string): Promise<boolean> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
    return stdout.includes('postgres');
  }
  try {
    return (await workingDirectory(pid)) === (await nameOf(directory));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' && (await looksLikePostgres(pid));
  }
}

/** By device and inode: the path under which a process knows its directory is another after a move or through a mount. */
async function workingDirectory(pid: number): Promise<string> {
  // Tells apart what may not be looked at from what is gone, which following the link does not.
  await readlink(`/proc/${pid}/cwd`);
  return nameOf(`/proc/${pid}/cwd`);
}

async function nameOf(directory: string): Promise<string> {
  const { dev, ino } = await stat(directory, { bigint: true });
  return `${dev}:${ino}`;
}

async function looksLikePostgres(pid: number): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('postgres');
}

/** Live processes that certainly work in `directory`; none where the system does not tell. */
export async function processesIn(directory: string): Promise<number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const wanted = await nameOf(directory).catch(() => undefined);
  const found: number[] = [];
  if (wanted === undefined) return found;
  for (const pid of entries.map(Number).filter((entry) => Number.isInteger(entry))) {
    const cwd = await workingDirectory(pid).catch(() => '');
    if (cwd === wanted && (await isAlive(pid))) found.push(pid);
  }
  return found;
}
