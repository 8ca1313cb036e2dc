import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import { type LabContext, labDirectory } from '../context.ts';
import { withLock } from '../lock.ts';
import { choosePorts, isFree } from '../ports.ts';
import { endProcesses, isAlive, listProcesses, pause, spawnDetached } from '../processes.ts';
import { readRecord, recordFile, type Wanted, writeRecord } from './record.ts';

/** A system that the lab plays, in a process of its own. */
export interface Simulated<Version extends string> {
  /** Of its directory. */
  name: string;
  title: string;
  preferredPort: number;
  versions: readonly Version[];
  /** Its process; the only argument is `lab.json`. It says `ready <url>` once it is filled. */
  serve: URL;
  /** What it cannot start without, as a sentence. */
  needs?: string;
}

export interface SimulatedServer<Version extends string> extends Wanted<Version> {
  directory: string;
  pid: number;
  /** True when it was running already, as it was asked for. */
  adopted: boolean;
}

const startLimitMs = 60_000;
const directoryOf = (context: LabContext, { name }: Simulated<string>): string => labDirectory(context, name);
const consoleLog = (directory: string): string => join(directory, 'console.log');

/** Starts the simulator, or adopts the running one when it plays the same version on the same port. */
export async function startSimulated<Version extends string>(
  context: LabContext,
  system: Simulated<Version>,
  { version, port }: { version: Version; port?: number | undefined },
): Promise<SimulatedServer<Version>> {
  const directory = directoryOf(context, system);
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const waiting = (pid: number): void => context.note(`Process ${pid} is working on this server; waiting for it.`);
  return withLock(directory, { waitMs: 60_000, waiting }, async () => {
    const kept = await readRecord(directory, system.versions);
    const running = await processOf(directory);
    const asked = port ?? kept?.port;
    const place = await placeFor(asked, {
      preferred: system.preferredPort,
      isOurs: running !== undefined && asked === kept?.port,
    });
    const record = { version, port: place, url: `http://127.0.0.1:${place}` };
    if (running !== undefined && kept?.version === version && kept.port === place)
      return { ...record, directory, pid: running, adopted: true };
    if (running !== undefined) await endProcesses([running], { graceMs: 10_000 });
    await writeRecord(directory, record);
    const pid = await spawnDetached({
      executable: process.execPath,
      args: [fileURLToPath(system.serve), recordFile(directory)],
      directory,
      env: { PATH: context.env['PATH'] ?? '/usr/bin:/bin', HOME: directory },
      log: consoleLog(directory),
    });
    await untilReady(directory, pid, system);
    return { ...record, directory, pid, adopted: false };
  });
}

async function placeFor(
  wanted: number | undefined,
  { preferred, isOurs }: { preferred: number; isOurs: boolean },
): Promise<number> {
  if (wanted === undefined) return (await choosePorts({ web: preferred })).web;
  if (!isOurs && !(await isFree(wanted)))
    throw new PlumblineError('lab_port_taken', { message: `Another program listens on 127.0.0.1:${wanted}.` });
  return wanted;
}

/** Ready when it is filled, which comes after it answers. */
async function untilReady(directory: string, pid: number, { title, needs }: Simulated<string>): Promise<void> {
  const started = Date.now();
  for (;;) {
    const words = await readFile(consoleLog(directory), 'utf8').catch(() => '');
    if (words.includes('ready ')) return;
    if (!(await isAlive(pid)) || Date.now() - started > startLimitMs)
      throw new PlumblineError('lab_start_failed', {
        message: `The ${title} simulator did not start.`,
        remedy: `${needs === undefined ? '' : `${needs} `}Read ${consoleLog(directory)}, then start it again.`,
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
export async function stopSimulated(context: LabContext, system: Simulated<string>): Promise<boolean> {
  const running = await processOf(directoryOf(context, system));
  if (running === undefined) return false;
  await endProcesses([running], { graceMs: 10_000 });
  return true;
}

/** Undefined when none was ever started here. */
export async function simulatedState<Version extends string>(
  context: LabContext,
  system: Simulated<Version>,
): Promise<(Wanted<Version> & { directory: string; pid: number | undefined }) | undefined> {
  const directory = directoryOf(context, system);
  const record = await readRecord(directory, system.versions);
  return record === undefined ? undefined : { ...record, directory, pid: await processOf(directory) };
}
