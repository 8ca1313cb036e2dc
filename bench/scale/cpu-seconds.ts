import { readdir, readFile } from 'node:fs/promises';
import type { Database } from '../../src/platform/database/index.ts';

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100;

interface ProcessTimes {
  parent: number;
  /** Seconds of the process itself. */
  own: number;
  /** Seconds of its children that have ended. */
  ended: number;
}

async function timesOf(pid: number | string): Promise<ProcessTimes> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; the fields after it do not.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (position: number): number => Number(fields[position]);
  return {
    parent: number(1),
    own: (number(11) + number(12)) / ticksPerSecond,
    ended: (number(13) + number(14)) / ticksPerSecond,
  };
}

/** Processor seconds that a process has used so far; 0 when it has ended. */
export async function cpuOf(pid: number): Promise<number> {
  return (await timesOf(pid).catch(() => null))?.own ?? 0;
}

/** Processor seconds that all processes of the PostgreSQL behind this connection have used so far. */
export async function cpuOfServer(db: Database): Promise<number> {
  const { pid } = await db.one<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = (await timesOf(pid)).parent;
  const { own, ended } = await timesOf(postmaster);
  let seconds = own + ended;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const times = await timesOf(entry).catch(() => null);
    if (times?.parent === postmaster) seconds += times.own;
  }
  return seconds;
}
