import { appendFile, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { serverAccount } from '../../src/platform/database/embedded/account.ts';
import { findBinaries } from '../../src/platform/database/embedded/binaries.ts';
import { type Cluster, freePort, startServer, stopServer } from '../../src/platform/database/embedded/cluster.ts';
import type { TestCluster } from './cluster.ts';

export interface Replica {
  port: number;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/** A streaming replica of a test cluster, made from a copy of its files as any base backup is. */
export async function startReplica(of: TestCluster): Promise<Replica> {
  const account = await serverAccount(false);
  const home = await mkdtemp(join(tmpdir(), 'plumbline-replica-'));
  if (account !== undefined) await chown(home, account.uid, account.gid);
  const binaries = await findBinaries({ copyTo: home, account });
  const cluster: Cluster = { binaries, dataDirectory: join(home, 'data'), logFile: join(home, 'log'), account };
  await copyData(of, cluster);
  const port = await freePort();
  const start = async (): Promise<void> => {
    const started = await startServer(cluster, {
      port,
      socketDirectory: undefined,
      settings: { max_connections: '200' },
    });
    if (started.status !== 0) throw new Error(`the replica did not start: ${started.output}`);
  };
  const stop = async (): Promise<void> => void (await stopServer(cluster, 'immediate'));
  await start();
  return {
    port,
    start,
    stop,
    async close() {
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function copyData(of: TestCluster, { dataDirectory, account }: Cluster): Promise<void> {
  const url = `postgres://${of.user}:${encodeURIComponent(of.password)}@${of.host}:${of.port}/postgres`;
  // No pool: a base backup belongs to the session that began it, and a pool ends one that is idle while files are copied.
  const session = new pg.Client({ connectionString: url, application_name: 'test' });
  await session.connect();
  try {
    const { rows: settings } = await session.query<{ source: string }>(
      `select current_setting('data_directory') as source`,
    );
    const source = settings[0]?.source ?? '';
    await session.query(`select pg_backup_start('replica', true)`);
    await cp(source, dataDirectory, {
      recursive: true,
      filter: (path) => !path.startsWith(join(source, 'pg_wal/')) && !path.endsWith('postmaster.pid'),
    });
    const { rows: labels } = await session.query<{ label: string }>(
      'select labelfile as label from pg_backup_stop(false)',
    );
    await writeFile(join(dataDirectory, 'backup_label'), labels[0]?.label ?? '');
    await writeFile(join(dataDirectory, 'standby.signal'), '');
    const conninfo = `host=${of.host} port=${of.port} user=${of.user} password=${of.password}`;
    // In a file, because arguments are seen by everybody.
    await appendFile(join(dataDirectory, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`, {
      mode: 0o600,
    });
  } finally {
    await session.end();
  }
  if (account !== undefined) await giveAway(dataDirectory, account);
}

async function giveAway(directory: string, account: { uid: number; gid: number }): Promise<void> {
  const { readdir, chmod } = await import('node:fs/promises');
  await chmod(directory, 0o700);
  await chown(directory, account.uid, account.gid);
  for (const entry of await readdir(directory, { recursive: true }))
    await chown(join(directory, entry), account.uid, account.gid);
}
