import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../telemetry/log.ts';
import { describeServer } from './answers.ts';
import { type Cluster, type Postmaster, readPostmaster, stopServer, superuser } from './cluster.ts';
import { readDataId } from './layout.ts';
import { describeProblem } from './problem.ts';
import { identityOf, isOne } from './directory-identity.ts';
import { isAlive, processesIn, worksIn } from './processes.ts';

/** Long enough for crash recovery of a full WAL on a slow disk. */
export const patienceMs = 120_000;

export interface Known {
  dataId: string;
  password: string;
  log: Log;
}

/** Waits until what postmaster.pid names is either a server that runs or certainly gone; then the file is too. */
export async function settle(cluster: Cluster, log: Log): Promise<Postmaster | undefined> {
  const { dataDirectory } = cluster;
  const postmaster = await readPostmaster(dataDirectory);
  if (postmaster === undefined) return undefined;
  if ((await isAlive(postmaster.pid)) && (await worksIn(postmaster.pid, dataDirectory))) return postmaster;
  log.warn({ pid: postmaster.pid }, 'the database was killed; it recovers now');
  await endOrphans(dataDirectory);
  await rm(join(dataDirectory, 'postmaster.pid'), { force: true });
  return undefined;
}

/** Back ends of a killed postmaster end by themselves, but only after their statement; what they do is lost anyway. */
async function endOrphans(dataDirectory: string): Promise<void> {
  const signals: NodeJS.Signals[] = ['SIGQUIT', 'SIGKILL'];
  for (let round = 0; ; round++) {
    const orphans = await processesIn(dataDirectory);
    if (orphans.length === 0) return;
    const signal = round === 20 ? signals.shift() : undefined;
    for (const pid of signal === undefined ? [] : orphans) kill(pid, signal);
    if (signal !== undefined) round = 0;
    await sleep(50);
  }
}

function kill(pid: number, signal: NodeJS.Signals | undefined): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile.
  }
}

/** True when the running server is to be kept. False when it ended, or was stopped because it cannot be kept. */
export async function answersAsOurs(
  cluster: Cluster,
  running: Postmaster,
  { dataId, password, log }: Known,
): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  const release = cluster.binaries.version.split('-')[0]?.replace(/\.0$/, '') ?? '';
  while (await isAlive(running.pid)) {
    const seen = await describeServer({ host: '127.0.0.1', port: running.port, user: superuser, password });
    const ours =
      seen !== undefined && (await servesThis(cluster, running, seen.directory)) && (await hasId(cluster, dataId));
    if (ours && seen.version === release) return true;
    // Of another release: after an update the files the old programs would load are no longer there.
    if (ours || Date.now() > deadline) {
      log.info({ pid: running.pid }, 'restarting the database');
      const stopped = await stopServer(cluster);
      if (stopped.status !== 0) throw await describeProblem(cluster, 'stopped', stopped);
      return false;
    }
    await sleep(100);
  }
  return false;
}

const hasId = async ({ dataDirectory }: Cluster, dataId: string): Promise<boolean> =>
  (await readDataId(dataDirectory)) === dataId;

/** The path it was started with may lead nowhere since the directory was moved; then where its process works counts. */
async function servesThis({ dataDirectory }: Cluster, running: Postmaster, started: string): Promise<boolean> {
  if (started === dataDirectory) return true;
  const there = await identityOf(started);
  if (there !== undefined) return isOne(there, await identityOf(dataDirectory));
  return worksIn(running.pid, dataDirectory);
}
