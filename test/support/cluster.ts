import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { serverAccount } from '../../src/platform/database/embedded/account.ts';
import { findBinaries } from '../../src/platform/database/embedded/binaries.ts';
import {
  type Cluster,
  freePort,
  initCluster,
  readPostmaster,
  startServer,
  superuser,
} from '../../src/platform/database/embedded/cluster.ts';
import { fastDirectory } from './fast-directory.ts';

export interface TestCluster {
  host: string;
  port: number;
  user: string;
  password: string;
  stop(): Promise<void>;
}

// A cluster that may lose everything: tests never look at it after a power cut.
const unsafe = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '128MB',
  max_connections: '200',
  max_wal_size: '1GB',
  autovacuum_naptime: '60s',
  log_min_messages: 'warning',
};

/**
 * A throw-away PostgreSQL of the embedded kind. It and its files are gone when this process ends, however it ends.
 * Of `settings` and ours the caller’s count. What is measured names a directory on a disk.
 */
export async function startTestCluster(settings: Record<string, string> = {}, parent?: string): Promise<TestCluster> {
  const account = await serverAccount(false);
  const home = await mkdtemp(join(parent ?? (await fastDirectory()), 'plumbline-test-'));
  if (account !== undefined) await chown(home, account.uid, account.gid);
  await chmod(home, 0o700);
  const binaries = await findBinaries({ copyTo: home, account });
  const cluster: Cluster = { binaries, dataDirectory: join(home, 'data'), logFile: join(home, 'log'), account };
  const password = randomBytes(18).toString('base64url');
  // One round instead of 4,096: each test file opens dozens of connections.
  const made = await initCluster(cluster, { password, sync: false, settings: { scram_iterations: '1' } });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.output}`);
  const port = await startOnFreePort(cluster, { ...unsafe, ...settings });
  const stop = watchdog(home, cluster.dataDirectory, (await readPostmaster(cluster.dataDirectory))?.pid);
  return { host: '127.0.0.1', port, user: superuser, password, stop };
}

async function startOnFreePort(cluster: Cluster, settings: Record<string, string>): Promise<number> {
  let output = '';
  for (let attempt = 0; attempt < 3; attempt++) {
    const port = await freePort();
    const started = await startServer(cluster, { port, socketDirectory: undefined, settings });
    if (started.status === 0) return port;
    output = started.output;
  }
  throw new Error(`the test cluster did not start: ${output}`);
}

/**
 * PostgreSQL runs in its own session, so a killed test run would leave it behind. This shell waits for the end of its
 * input, which comes also with our SIGKILL, and cleans up.
 */
function watchdog(home: string, dataDirectory: string, pid: number | undefined): () => Promise<void> {
  // The server removes its pid file last. Its process may stay as a zombie where process 1 reaps slowly.
  const waiting = 'i=0; while [ -e "$1/postmaster.pid" ] && [ $i -lt 400 ]; do i=$((i+1)); sleep 0.05; done';
  const script = `cat >/dev/null; kill -INT "$2"; ${waiting}; rm -rf "$3"`;
  const child = spawn('sh', ['-c', script, 'sh', dataDirectory, String(pid), home], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const done = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return async () => {
    child.ref();
    child.stdin.end();
    await done;
  };
}
