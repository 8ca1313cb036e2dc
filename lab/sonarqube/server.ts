import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import { type LabContext, labDirectory } from '../context.ts';
import { withLock } from '../lock.ts';
import { endProcesses, isAlive, listProcesses, pause } from '../processes.ts';
import { ensureAdminPassword, ensureTokens, type LabTokens } from './access.ts';
import { belongsTo, ownMark } from './command-line.ts';
import { consoleLog, launch, type StartOptions } from './launch.ts';
import { type LabRecord, readRecord, writeExample, writeRecord } from './record.ts';
import { isLabVersion, type LabVersion, labVersions } from './releases.ts';
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

/** 30 to 60 s on an idle machine with two cores; 300 s were seen on one with a load of ten. */
const startLimitMs = 600_000;
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
    await writeExample(directory, record);
    const { url, release, java, pid = 0 } = record;
    return { version: options.version, release, url, directory, java, pid, admin, tokens, adopted };
  });
}

async function ensureRunning(
  context: LabContext,
  start: { directory: string; options: StartOptions },
): Promise<{ record: LabRecord; adopted: boolean }> {
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
