import { readFile, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';

export interface MachineFacts {
  rssBytes: number;
  /** Of the container where there is a limit, else of the machine. */
  memoryLimitBytes: number;
  /** Of the disk the directory is on. */
  freeDiskBytes: number;
  diskBytes: number;
}

/** Memory and disk as this process sees them. */
export async function machineFacts(directory: string): Promise<MachineFacts> {
  const disk = await statfs(directory);
  return {
    rssBytes: process.memoryUsage.rss(),
    memoryLimitBytes: Math.min(totalmem(), await containerLimit()),
    freeDiskBytes: disk.bavail * disk.bsize,
    diskBytes: disk.blocks * disk.bsize,
  };
}

/** Control groups, version 2 and 1; no limit is written as `max` or as an enormous number. */
async function containerLimit(): Promise<number> {
  for (const file of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    const bytes = Number((await readFile(file, 'utf8').catch(() => '')).trim());
    if (bytes > 0) return bytes;
  }
  return Number.POSITIVE_INFINITY;
}
