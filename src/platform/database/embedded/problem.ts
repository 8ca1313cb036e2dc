import { readFile, statfs } from 'node:fs/promises';
import { PlumblineError } from '../../errors/index.ts';
import type { Cluster } from './cluster.ts';
import type { ProgramResult } from './program.ts';

/** Turns what initdb or pg_ctl said, and the end of the server's log, into an error with a remedy. */
export async function describeProblem(cluster: Cluster, doing: string, result: ProgramResult): Promise<PlumblineError> {
  const log = await readFile(cluster.logFile, 'utf8').catch(() => '');
  const tail = log.trimEnd().split('\n').slice(-12);
  const words = `${result.output}\n${tail.join('\n')}`;
  if (/No space left on device|Disk quota exceeded|could not extend file/i.test(words)) return diskFull(cluster);
  const telling = tail.filter((line) => /(FATAL|PANIC|ERROR|HINT):/.test(line)).join(' ');
  return new PlumblineError('embedded_database_unavailable', {
    message: `The embedded PostgreSQL could not be ${doing}.`,
    upstream: telling === '' ? result.output : telling,
    remedy: `Read ${cluster.logFile}, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
  });
}

async function diskFull(cluster: Cluster): Promise<PlumblineError> {
  const space = await statfs(cluster.dataDirectory).catch(() => undefined);
  const left = space === undefined ? '' : ` (${Math.round((space.bavail * space.bsize) / 1_048_576)} MB left)`;
  return new PlumblineError('disk_full', {
    message: `There is no space left for the database in ${cluster.dataDirectory}${left}.`,
  });
}
