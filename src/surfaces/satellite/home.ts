import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

export interface Home {
  /** What this satellite calls itself. */
  instance: string;
  /** Where what the hub cannot take waits. */
  spool: string;
  leave(): Promise<void>;
}

const mostOnOneMachine = 32;

/**
 * A place of its own for each process of a machine: of several with one file each has its own name and its own buffer,
 * and one that was killed finds its own again.
 */
export async function enterHome(directory: string): Promise<Home> {
  const machine = hostname().replace(/[^A-Za-z0-9.-]/g, '-');
  for (let number = 1; number <= mostOnOneMachine; number += 1) {
    const own = join(directory, `${machine}-${number}`);
    await mkdir(own, { recursive: true, mode: 0o700 });
    const lock = join(own, 'pid');
    if (!(await take(lock))) continue;
    return { instance: await instanceIn(own), spool: join(own, 'spool'), leave: () => rm(lock, { force: true }) };
  }
  throw new Error(`${mostOnOneMachine} satellites run on this machine already`);
}

async function take(lock: string): Promise<boolean> {
  for (;;) {
    try {
      const handle = await open(lock, 'wx', 0o600);
      await handle.writeFile(String(process.pid));
      await handle.close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    // A process with our own number is an earlier one: in a container every one is the first.
    if (holder !== process.pid && lives(holder)) return false;
    await rm(lock, { force: true });
  }
}

function lives(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function instanceIn(own: string): Promise<string> {
  const file = join(own, 'instance');
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (/^[A-Za-z0-9-]{8,64}$/.test(known)) return known;
  const made = randomUUID();
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}
