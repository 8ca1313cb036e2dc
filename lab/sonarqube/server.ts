import { spawn } from 'node:child_process';
import { chown, lstat, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import type { Account } from '../account.ts';
import { labAccount, makeReachable } from '../account.ts';
import { type LabContext, labDirectory } from '../context.ts';
import { withLock } from '../lock.ts';
import { fetchArtifact, mavenRepository } from '../maven.ts';
import { choosePorts, isFree } from '../ports.ts';
import { endProcesses, isAlive, listProcesses, pause } from '../processes.ts';
import { unpack } from '../unpack.ts';
import { ensureAdminPassword, ensureTokens, type LabTokens } from './access.ts';
import { belongsTo, ownMark, serverArguments } from './command-line.ts';
import { findJava } from './java.ts';
import { type LabRecord, readRecord, writeRecord } from './record.ts';
import {
  isLabVersion,
  type LabVersion,
  labVersions,
  type Ports,
  type Release,
  releaseOf,
  serverArtifact,
} from './releases.ts';
import { type ApiAccess, serverStatus } from './web-api.ts';

/** A running server with everything a test or a feeder needs of it. */
export interface Sonarqube {
  version: LabVersion;
  release: string;
  /** Without trailing slash. */
  url: string;
  /** `lab/sonarqube-<version>` of the state directory. */
  directory: string;
  /** The `java` that runs it. */
  java: string;
  pid: number;
  admin: ApiAccess;
  tokens: LabTokens;
  /** True when it was running already. */
  adopted: boolean;
}

export interface StartOptions {
  version: LabVersion;
  /** The web port; without it the kept one, else the version's usual one, else any free one. */
  port?: number;
  /** Further `sonar.` properties of a first or repeated start; a running server keeps what it was started with. */
  properties?: Readonly<Record<string, string>>;
}

/** A busy machine with two cores needs about 100 s. */
const startLimitMs = 360_000;
const busyWaitMs = 900_000;

/** Starts the server, or adopts the running one, and sees to its password and tokens. Data of earlier starts stay. */
export async function startSonarqube(context: LabContext, options: StartOptions): Promise<Sonarqube> {
  const directory = labDirectory(context, `sonarqube-${options.version}`);
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const waiting = (pid: number): void => context.note(`Process ${pid} is working on this server; waiting for it.`);
  return withLock(directory, { waitMs: busyWaitMs, waiting }, async () => {
    const { record, adopted } = await ensureRunning(context, { directory, options });
    const admin = await ensureAdminPassword(record.url, directory);
    const tokens = await ensureTokens(admin, directory);
    const { url, release, java, pid = 0 } = record;
    return { version: options.version, release, url, directory, java, pid, admin, tokens, adopted };
  });
}

interface Start {
  directory: string;
  options: StartOptions;
}

async function ensureRunning(context: LabContext, start: Start): Promise<{ record: LabRecord; adopted: boolean }> {
  const { directory, options } = start;
  const kept = await readRecord(directory);
  const pid = await mainProcess(directory);
  const samePort = options.port === undefined || options.port === kept?.ports.web;
  if (kept !== undefined && pid !== undefined && samePort) {
    await untilOperational(context, { directory, record: { ...kept, pid } });
    return { record: { ...kept, pid }, adopted: true };
  }
  if (pid !== undefined) context.note('It runs on another port: starting it again.');
  await endAll(directory);
  const record = await launch(context, { ...start, kept });
  await untilOperational(context, { directory, record });
  return { record, adopted: false };
}

async function launch(context: LabContext, { directory, options, kept }: Start & { kept: LabRecord | undefined }) {
  const release = releaseOf(options.version);
  const account = await labAccount();
  const java = await findJava(release.java, { env: context.env, account });
  const home = join(directory, 'server');
  await ensureUnpacked(context, { home, release });
  await makeReachable(directory, { ours: context.stateDirectory, account });
  await ownWritable(home, account);
  const ports = await portsFor(release, { wanted: options.port, kept: kept?.ports });
  const args = serverArguments({ home, release, ports, properties: options.properties ?? {} });
  context.note(`Starting SonarQube ${release.release} on port ${ports.web} with ${java.executable}`);
  const pid = await spawnServer({ executable: java.executable, args, home, account, log: consoleLog(directory) });
  const record: LabRecord = {
    version: options.version,
    release: release.release,
    ports,
    url: `http://127.0.0.1:${ports.web}${options.properties?.['sonar.web.context'] ?? ''}`,
    pid,
    java: java.executable,
    startedAt: new Date().toISOString(),
    fed: kept?.fed ?? [],
  };
  await writeRecord(directory, record);
  return record;
}

async function ensureUnpacked(
  context: LabContext,
  { home, release }: { home: string; release: Release },
): Promise<void> {
  if (await lstat(home).catch(() => undefined)) return;
  const archive = await fetchArtifact(serverArtifact(release), {
    cacheDirectory: context.cacheDirectory,
    repository: await mavenRepository(context.env),
    progress: context.progress(`Downloading SonarQube ${release.release}`),
    note: context.note,
  });
  context.note(`Unpacking SonarQube ${release.release}`);
  await unpack(archive, home);
}

/** The program itself stays ours; the server's user gets only the folders that it writes to. */
async function ownWritable(home: string, account: Account | undefined): Promise<void> {
  if (account === undefined) return;
  const own = async (path: string): Promise<void> => {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) return;
    if (found.uid !== account.uid) await chown(path, account.uid, account.gid);
    if (!found.isDirectory()) return;
    for (const name of await readdir(path)) await own(join(path, name));
  };
  for (const folder of ['data', 'logs', 'temp', 'extensions']) {
    await mkdir(join(home, folder), { recursive: true });
    await own(join(home, folder));
  }
}

/** The web port is kept at any price, because integrations point to it; the two inner ones may change. */
async function portsFor(release: Release, { wanted, kept }: { wanted: number | undefined; kept: Ports | undefined }) {
  const web = wanted ?? kept?.web;
  if (web !== undefined && !(await isFree(web))) {
    throw new PlumblineError('lab_port_taken', { message: `Another program listens on 127.0.0.1:${web}.` });
  }
  const preferred = kept ?? release.preferredPorts;
  return choosePorts({ web: web ?? preferred.web, search: preferred.search, database: preferred.database });
}

interface Launch {
  executable: string;
  args: readonly string[];
  home: string;
  account: Account | undefined;
  log: string;
}

/** In a session of its own, so that it outlives the command and a Ctrl-C in its terminal. */
async function spawnServer({ executable, args, home, account, log }: Launch): Promise<number> {
  const output = await open(log, 'w', 0o644);
  try {
    const child = spawn(executable, args, {
      cwd: home,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: join(home, 'temp'), SONAR_JAVA_PATH: executable },
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', () => {
        child.unref();
        resolve(child.pid ?? 0);
      });
    });
  } finally {
    await output.close();
  }
}

function consoleLog(directory: string): string {
  return join(directory, 'console.log');
}

/** UP comes before the engine that processes analyses is ready; only the console says when that is. */
async function untilOperational(
  context: LabContext,
  { directory, record }: { directory: string; record: LabRecord },
): Promise<void> {
  const started = Date.now();
  const progress = context.progress('Waiting for SonarQube');
  for (;;) {
    const elapsedMs = Date.now() - started;
    const output = await readFile(consoleLog(directory), 'utf8').catch(() => '');
    if (output.includes('SonarQube is operational') && (await serverStatus(record.url)) === 'UP') return;
    if (record.pid === undefined || !(await isAlive(record.pid)) || elapsedMs > startLimitMs) {
      const words = output.split('\n').filter((line) => / (ERROR|WARN) |rror:|xception/.test(line));
      throw new PlumblineError('lab_start_failed', {
        message: `SonarQube ${record.release} did not get ready within ${Math.round(elapsedMs / 1000)} s.`,
        remedy: `Read ${consoleLog(directory)} and ${join(directory, 'server/logs')}, then start it again.`,
        upstream: words.slice(-3).join(' | '),
      });
    }
    progress(elapsedMs, undefined);
    await pause(500);
  }
}

/** The pid of our main process, found by its mark: a pid kept in a file may belong to another program by now. */
async function mainProcess(directory: string): Promise<number | undefined> {
  const mark = `${ownMark(join(directory, 'server'))} `;
  return (await listProcesses()).find(({ commandLine }) => commandLine.includes(mark))?.pid;
}

/** The main process first, which ends its children in order; then whatever a killed one left behind. */
async function endAll(directory: string): Promise<boolean> {
  const main = await mainProcess(directory);
  if (main !== undefined) await endProcesses([main], { graceMs: 90_000 });
  const home = join(directory, 'server');
  const left = (await listProcesses()).filter(({ commandLine }) => belongsTo(home, commandLine));
  if (left.length > 0)
    await endProcesses(
      left.map(({ pid }) => pid),
      { graceMs: 30_000 },
    );
  return main !== undefined || left.length > 0;
}

/** Stops the server; false when it was not running. Its data stay. */
export async function stopSonarqube(context: LabContext, version: LabVersion): Promise<boolean> {
  const directory = labDirectory(context, `sonarqube-${version}`);
  const ended = await endAll(directory);
  const record = await readRecord(directory);
  if (record?.pid !== undefined) {
    const { pid: _ended, ...rest } = record;
    await writeRecord(directory, rest);
  }
  return ended;
}

export interface SonarqubeState {
  version: LabVersion;
  directory: string;
  record: LabRecord | undefined;
  /** Undefined when it does not run. */
  pid: number | undefined;
  /** What the server says of itself, e.g. UP; undefined when it does not answer. */
  status: string | undefined;
}

/** Every version that was ever started below this state directory. */
export async function listSonarqubes(context: LabContext): Promise<SonarqubeState[]> {
  const names = await readdir(labDirectory(context, '')).catch(() => []);
  const versions = names.map((name) => name.replace(/^sonarqube-/, '')).filter(isLabVersion);
  const sorted = labVersions.filter((version) => versions.includes(version));
  return Promise.all(
    sorted.map(async (version) => {
      const directory = labDirectory(context, `sonarqube-${version}`);
      const [record, pid] = [await readRecord(directory), await mainProcess(directory)];
      const status = record === undefined || pid === undefined ? undefined : await serverStatus(record.url);
      return { version, directory, record, pid, status };
    }),
  );
}
