import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { type ProgramResult, runProgram } from './program.ts';

export const superuser = 'plumbline';

export interface Cluster {
  binaries: Binaries;
  /** PGDATA. */
  dataDirectory: string;
  logFile: string;
  account: Account | undefined;
}

/** Makes a data directory: UTF-8, sorting that never depends on the host, passwords asked for on every door. */
export async function initCluster(
  cluster: Cluster,
  options: { password: string; sync: boolean; settings?: Record<string, string> },
): Promise<ProgramResult> {
  const parent = dirname(cluster.dataDirectory);
  const passwordFile = join(parent, `.initial-password-${process.pid}`);
  await mkdir(cluster.dataDirectory, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  if (cluster.account !== undefined) {
    await chown(cluster.dataDirectory, cluster.account.uid, cluster.account.gid);
    await chown(passwordFile, cluster.account.uid, cluster.account.gid);
  }
  const args = [
    `--pgdata=${cluster.dataDirectory}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(options.sync ? [] : ['--no-sync']),
    ...Object.entries(options.settings ?? {}).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  try {
    return await runProgram({ file: cluster.binaries.initdb, args, cwd: parent, account: cluster.account });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

export interface ServerSettings {
  port: number;
  socketDirectory: string | undefined;
  /** Any postgresql.conf settings. */
  settings: Record<string, string>;
}

/** Starts the server in its own session and waits until it accepts connections. */
export async function startServer(cluster: Cluster, server: ServerSettings): Promise<ProgramResult> {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(server.port),
    unix_socket_directories: server.socketDirectory ?? '',
    unix_socket_permissions: '0700',
    ...server.settings,
  };
  const options = Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${quoteForShell(value)}`)
    .join(' ');
  const args = ['start', '--wait', '--timeout=120', '--silent', '-D', cluster.dataDirectory, '-l', cluster.logFile];
  return runProgram({
    ...withMemoryLimit(cluster.binaries.pgCtl, [...args, '-o', options]),
    cwd: cluster.dataDirectory,
    account: cluster.account,
  });
}

/** Of one process, with the 256 MB that all share: three times what the hub's own statements need. */
const processKilobytes = 1024 * 1024;

/**
 * PostgreSQL has no limit for what one statement takes. With the system's, it fails with `out of memory` instead of
 * taking the machine's. Elsewhere than on Linux the limit would count reserved addresses too.
 */
function withMemoryLimit(file: string, args: readonly string[]): { file: string; args: readonly string[] } {
  if (process.platform !== 'linux') return { file, args };
  const script = `ulimit -v ${processKilobytes} 2>/dev/null; exec "$0" "$@"`;
  return { file: '/bin/sh', args: ['-c', script, file, ...args] };
}

/** Ends sessions and stops; `immediate` also skips the last checkpoint. */
export async function stopServer(
  cluster: Cluster,
  mode: 'fast' | 'immediate' = 'fast',
  seconds = 120,
): Promise<ProgramResult> {
  const args = ['stop', '--wait', `--timeout=${seconds}`, '--silent', '-m', mode, '-D', cluster.dataDirectory];
  return runProgram({ file: cluster.binaries.pgCtl, args, cwd: cluster.dataDirectory, account: cluster.account });
}

/** pg_ctl hands `-o` to a shell. */
function quoteForShell(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A port of 127.0.0.1 nobody listens on: `preferred` when it is free. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await canListen(preferred)) !== undefined) return preferred;
  const port = await canListen(0);
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return port;
}

async function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(taken));
    });
  });
}

/** What postmaster.pid says: https://www.postgresql.org/docs/18/storage-file-layout.html */
export interface Postmaster {
  pid: number;
  dataDirectory: string;
  port: number;
}

export async function readPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const postmaster = { pid: Number(lines[0]), dataDirectory: lines[1] ?? '', port: Number(lines[3]) };
  return Number.isInteger(postmaster.pid) && postmaster.pid > 0 ? postmaster : undefined;
}
