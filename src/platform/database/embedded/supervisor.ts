import { readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../../errors/index.ts';
import type { Log } from '../../telemetry/log.ts';
import { databaseName, ensureDatabase } from './answers.ts';
import { type Cluster, freePort, startServer, stopServer, superuser } from './cluster.ts';
import { type Found, findOrMake } from './find-data.ts';
import { keepRunning } from './keep-running.ts';
import { writeRecord } from './layout.ts';
import { describeProblem } from './problem.ts';
import { answersAsOurs, type Known, patienceMs, settle } from './running.ts';
import { lockStateDirectory, type StateLock } from './state-lock.ts';

export interface EmbeddedPostgres {
  /** Of the superuser `plumbline` to database `plumbline`, over 127.0.0.1. Secret. */
  connectionString: string;
  port: number;
  /** True when a server that a killed hub left behind was taken over. */
  adopted: boolean;
  /** Of these data: a copy of them is given another. */
  dataId: string;
  /** Tells a second start of the same state directory where we listen. */
  announce: (address: string) => void;
  stop: () => Promise<void>;
}

export interface EmbeddedOptions {
  /** Exists already; see `prepareStateDirectory`. */
  stateDirectory: string;
  log: Log;
  /** False: does not wait for the disk when making the cluster. For tests, which make many and lose them. */
  sync?: boolean;
}

/** For sessions to end and the last checkpoint to be written. */
const gracefulSeconds = 20;
const largestLog = 10 * 1024 * 1024;
/** A Unix socket's address has 108 bytes on Linux, 104 elsewhere. */
const longestSocketPath = 100;

// One machine that also runs the hub, a few million rows. Values and parameters are never written to the server's log.
const settings: Record<string, string> = {
  max_connections: '80',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  synchronous_commit: 'on',
  random_page_cost: '1.1',
  jit: 'off',
  autovacuum_naptime: '30s',
  log_line_prefix: '%m [%p] %a ',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/**
 * Brings up the embedded PostgreSQL of a state directory: makes it on the first start, takes over one that a killed
 * hub left running, else starts it. Throws `already_running`, `database_major_mismatch`, `disk_full`,
 * `embedded_database_lost`, `embedded_database_unavailable`.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const lock = await lockStateDirectory(options.stateDirectory);
  try {
    return await bringUp(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function bringUp(options: EmbeddedOptions, lock: StateLock): Promise<EmbeddedPostgres> {
  const found = await findOrMake(options);
  try {
    return await serve(options, found, lock);
  } catch (error) {
    await found.lock.release();
    throw error;
  }
}

async function serve(
  { stateDirectory, log }: EmbeddedOptions,
  { cluster, record, password, lock: dataLock }: Found,
  lock: StateLock,
): Promise<EmbeddedPostgres> {
  const { dataId } = record;
  const { port, adopted } = await adoptOrStart(cluster, record.port, { dataId, password, log });
  if (port !== record.port) await writeRecord(stateDirectory, { ...record, port });
  await ensureDatabase({ host: '127.0.0.1', port, user: superuser, password });
  log.info({ port, adopted, directory: cluster.dataDirectory }, 'embedded database ready');
  // At the same port, which the hub's connections know.
  const kept = keepRunning(cluster, () => startAgain(cluster, port, log), log);
  return {
    connectionString: `postgres://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`,
    port,
    adopted,
    dataId,
    announce: (address) => {
      lock.setAddress(address);
      dataLock.setAddress(address);
    },
    stop: async () => {
      await kept.stop();
      let stopped = await stopServer(cluster, 'fast', gracefulSeconds);
      if (stopped.status !== 0) {
        // A function that PostgreSQL cannot interrupt outlives every request to end; the data recover at the next start.
        log.warn({ seconds: gracefulSeconds }, 'embedded database does not stop; ending it at once');
        stopped = await stopServer(cluster, 'immediate');
      }
      if (stopped.status !== 0) log.warn({ output: stopped.output }, 'embedded database did not stop');
      await dataLock.release();
      await lock.release();
    },
  };
}

async function adoptOrStart(
  cluster: Cluster,
  preferredPort: number,
  known: Known,
): Promise<{ port: number; adopted: boolean }> {
  for (;;) {
    const running = await settle(cluster, known.log);
    if (running === undefined) return { port: await start(cluster, preferredPort), adopted: false };
    if (await answersAsOurs(cluster, running, known)) return { port: running.port, adopted: true };
  }
}

/** As at a start of the hub, but at this port only: somebody who took it meanwhile is waited for. */
async function startAgain(cluster: Cluster, port: number, log: Log): Promise<void> {
  if ((await settle(cluster, log)) !== undefined) return;
  if ((await freePort(port)) !== port) {
    throw new PlumblineError('embedded_database_unavailable', {
      message: `Another program listens at port ${port}, where the database was.`,
    });
  }
  if ((await start(cluster, port)) === port) return;
  await stopServer(cluster);
  throw new PlumblineError('embedded_database_unavailable', { message: `Port ${port} was taken meanwhile.` });
}

async function start(cluster: Cluster, preferredPort: number): Promise<number> {
  await rotateLog(cluster.logFile);
  const socket = dirname(cluster.dataDirectory);
  await removeSockets(socket);
  const sharedMemory = await settingsForSharedMemory();
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const port = await freePort(preferredPort);
    const fits = Buffer.byteLength(join(socket, `.s.PGSQL.${port}.lock`)) <= longestSocketPath;
    const socketDirectory = fits ? socket : undefined;
    const started = await startServer(cluster, { port, socketDirectory, settings: { ...settings, ...sharedMemory } });
    if (started.status === 0) return port;
    const log = (await readFile(cluster.logFile, 'utf8').catch(() => '')).slice(-2_000);
    // Somebody took the port meanwhile, or a killed server's memory is still being freed.
    const passing = /could not bind|Address already in use|still in use/.test(log);
    if (!passing || Date.now() > deadline) throw await describeProblem(cluster, 'started', started);
    await sleep(200);
  }
}

/** Containers often have 64 MB of /dev/shm, in which a parallel query fails; System V memory has no such limit. */
async function settingsForSharedMemory(): Promise<Record<string, string>> {
  const space = await statfs('/dev/shm').catch(() => undefined);
  const enough = space !== undefined && space.blocks * space.bsize >= 512 * 1024 * 1024;
  return enough || process.platform !== 'linux' ? {} : { dynamic_shared_memory_type: 'sysv' };
}

/** A killed server leaves its socket's own lock file, which PostgreSQL believes while the process id means anything. */
async function removeSockets(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith('.s.PGSQL.'));
  for (const name of names) await rm(join(directory, name), { force: true });
}

async function rotateLog(file: string): Promise<void> {
  const size = await stat(file).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size > largestLog) await rename(file, `${file}.1`);
}
