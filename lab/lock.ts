import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../src/platform/errors/index.ts';
import { isAlive, pause } from './processes.ts';

/** Runs `work` while holding `<directory>/.lock`; waits for another holder, and takes over from one that died. */
export async function withLock<T>(
  directory: string,
  { waitMs, waiting }: { waitMs: number; waiting: (pid: number) => void },
  work: () => Promise<T>,
): Promise<T> {
  const file = join(directory, '.lock');
  const deadline = Date.now() + waitMs;
  let told = false;
  while (!(await take(file))) {
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && !(await isAlive(holder))) {
      await rm(file, { force: true });
      continue;
    }
    if (!told) waiting(holder);
    told = true;
    if (Date.now() > deadline) {
      throw new PlumblineError('lab_busy', { message: `Process ${holder} is working on ${directory}.` });
    }
    await pause(300);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  return writeFile(file, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}
