import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import { type LabContext, labDirectory } from '../context.ts';
import { withLock } from '../lock.ts';
import { choosePorts, isFree } from '../ports.ts';
import { endProcesses, isAlive, listProcesses, pause, spawnDetached } from '../processes.ts';
import { readRecord, recordFile, type Wanted, writeRecord } from './record.ts';

export interface BitbucketServer {
  url: string;
  version: Wanted['version'];
  directory: string;
  pid: number;
  /** True when it was running already, as it was asked for. */
  adopted: boolean;
}

const preferredPort = 7990;
const startLimitMs = 60_000;
const directoryOf = (context: LabContext): string => labDirectory(context, 'bitbucket-server');
const consoleLog = (directory: string): string => join(directory, 'console.log');

/** Starts the simulator, or adopts the running one when it plays the same version on the same port. */
export async function startBitbucketServer(
  context: LabContext,
  { version, port }: { version: Wanted['version']; port?: number | undefined },
): Promise<BitbucketServer> {
  const directory = directoryOf(context);
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const waiting = (pid: number): void => context.note(`Process ${pid} is working on this server; waiting for it.`);
  return withLock(directory, { waitMs: 60_000, waiting }, async () => {
    const kept = await readRecord(directory);
    const running = await processOf(directory);
    const wanted = await placeFor(port ?? kept?.port, running !== undefined && (port ?? kept?.port) === kept?.port);
    const record: Wanted = { version, port: wanted, url: `http://127.0.0.1:${wanted}` };
    if (running !== undefined && kept?.version === version && kept.port === wanted)
      return { ...record, directory, pid: running, adopted: true };
    if (running !== undefined) await endProcesses([running], { graceMs: 10_000 });
    await writeRecord(directory, record);
    const pid = await spawnDetached({
      executable: process.execPath,
      args: [new URL('serve.ts', import.meta.url).pathname, recordFile(directory)],
      directory,
      env: { PATH: context.env['PATH'] ?? '/usr/bin:/bin', HOME: directory },
      log: consoleLog(directory),
    });
    await untilReady(directory, pid);
    return { ...record, directory, pid, adopted: false };
  });
}

async function placeFor(wanted: number | undefined, isOurs: boolean): Promise<number> {
  if (wanted === undefined) return (await choosePorts({ web: preferredPort })).web;
  if (!isOurs && !(await isFree(wanted)))
    throw new PlumblineError('lab_port_taken', { message: `Another program listens on 127.0.0.1:${wanted}.` });
  return wanted;
}

/** Ready when its repositories are filled, which comes after it answers. */
async function untilReady(directory: string, pid: number): Promise<void> {
  const started = Date.now();
  for (;;) {
    const words = await readFile(consoleLog(directory), 'utf8').catch(() => '');
    if (words.includes('ready ')) return;
    if (!(await isAlive(pid)) || Date.now() - started > startLimitMs)
      throw new PlumblineError('lab_start_failed', {
        message: 'The Bitbucket Server simulator did not start.',
        remedy: `It needs git 2.38 or newer. Read ${consoleLog(directory)}, then start it again.`,
        upstream: words.trim().slice(-300),
      });
    await pause(50);
  }
}

/** Found by its file: a pid kept in a file may belong to another program by now. */
async function processOf(directory: string): Promise<number | undefined> {
  const mark = `serve.ts ${recordFile(directory)}`;
  return (await listProcesses()).find(({ commandLine }) => commandLine.endsWith(mark))?.pid;
}

/** False when it was not running. What it held is gone. */
export async function stopBitbucketServer(context: LabContext): Promise<boolean> {
  const running = await processOf(directoryOf(context));
  if (running === undefined) return false;
  await endProcesses([running], { graceMs: 10_000 });
  return true;
}

/** Undefined when none was ever started here. */
export async function bitbucketServerState(
  context: LabContext,
): Promise<(Wanted & { directory: string; pid: number | undefined }) | undefined> {
  const directory = directoryOf(context);
  const record = await readRecord(directory);
  return record === undefined ? undefined : { ...record, directory, pid: await processOf(directory) };
}
