import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Database } from '../../src/platform/database/index.ts';
import { isAlive } from '../../src/platform/database/embedded/processes.ts';
import { silentLog } from '../../src/platform/telemetry/log.ts';
import type { Product } from './product.ts';

/** A connection of a test's own to the embedded database; its parts are in files of the state directory. */
export async function connectEmbedded(product: Product): Promise<Database> {
  const { port } = JSON.parse(await readFile(join(product.home, 'cluster.json'), 'utf8')) as { port: number };
  const password = (await readFile(join(product.home, 'database.password'), 'utf8')).trim();
  const connectionString = `postgres://plumbline:${password}@127.0.0.1:${port}/plumbline`;
  return connect({ connectionString, applicationName: 'test', maxConnections: 2, log: silentLog });
}

export async function postmasterPid(product: Product): Promise<number | undefined> {
  const { home } = JSON.parse(await readFile(join(product.home, 'cluster.json'), 'utf8')) as { home: string };
  const text = await readFile(resolve(product.home, home, 'data', 'postmaster.pid'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split('\n')[0]);
}

/** SIGKILL to the postmaster, and waits for its end: its children notice and die without a checkpoint. */
export async function killPostgres(product: Product): Promise<void> {
  const pid = await postmasterPid(product);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  while (await isAlive(pid)) await delay(20);
}
