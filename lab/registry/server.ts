import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PlumblineError } from '../../src/platform/errors/index.ts';
import { type LabContext, labDirectory } from '../context.ts';
import { withLock } from '../lock.ts';
import { choosePorts, isFree } from '../ports.ts';
import { endProcesses, isAlive, listProcesses, pause, spawnDetached } from '../processes.ts';
import { type Notifications, renderConfiguration } from './configuration.ts';
import { ensureRegistry } from './program.ts';

/** A running registry. */
export interface Registry {
  url: string;
  directory: string;
  pid: number;
  /** True when it was running already, as it was asked for. */
  adopted: boolean;
}

export interface RegistryStart {
  port?: number | undefined;
  /** Left out: those of the start before; `off`: none. */
  notifications?: Notifications | 'off' | undefined;
}

const preferredPort = 5100;
const startLimitMs = 30_000;

/** `lab.json`: what must survive the command that started the registry. Holds no secret. */
const Record = z.object({ port: z.number(), url: z.string(), startedAt: z.string() });
type Record = z.infer<typeof Record>;

const directoryOf = (context: LabContext): string => labDirectory(context, 'registry');
const configurationFile = (directory: string): string => join(directory, 'config.yml');
const consoleLog = (directory: string): string => join(directory, 'console.log');
export const exampleFile = 'plumbline.yaml';

/** Starts the registry, or adopts the running one when it is configured the same. Images of earlier starts stay. */
export async function startRegistry(context: LabContext, start: RegistryStart = {}): Promise<Registry> {
  const directory = directoryOf(context);
  await mkdir(join(directory, 'data'), { recursive: true, mode: 0o755 });
  const waiting = (pid: number): void => context.note(`Process ${pid} is working on this registry; waiting for it.`);
  return withLock(directory, { waitMs: 60_000, waiting }, async () => {
    const program = await ensureRegistry(context);
    const kept = await readRecord(directory);
    const running = await processOf(directory);
    const isOurs = running !== undefined && (start.port === undefined || start.port === kept?.port);
    const port = await portFor(start.port ?? kept?.port, isOurs);
    const notifications = await notificationsFor(directory, start.notifications);
    const configuration = renderConfiguration({ storage: join(directory, 'data'), port, notifications });
    const same = (await readFile(configurationFile(directory), 'utf8').catch(() => '')) === configuration;
    const url = `http://127.0.0.1:${port}`;
    if (running !== undefined && same) return { url, directory, pid: running, adopted: true };
    if (running !== undefined) await endProcesses([running], { graceMs: 10_000 });
    // The secret of the notifications stands in it.
    await writeFile(configurationFile(directory), configuration, { mode: 0o600 });
    const pid = await spawnDetached({
      executable: program,
      args: ['serve', configurationFile(directory)],
      directory,
      env: { PATH: '/usr/bin:/bin', HOME: directory, OTEL_TRACES_EXPORTER: 'none' },
      log: consoleLog(directory),
    });
    await writeRecord(directory, { port, url, startedAt: new Date().toISOString() });
    await writeExample(directory, url);
    await untilItAnswers(url, directory, pid);
    return { url, directory, pid, adopted: false };
  });
}

const Kept = z.object({ url: z.string(), secret: z.string() });

/** What is wanted, kept for later starts; it holds a secret. */
async function notificationsFor(
  directory: string,
  wanted: RegistryStart['notifications'],
): Promise<Notifications | undefined> {
  const file = join(directory, 'notifications.json');
  if (wanted === undefined) {
    const text = await readFile(file, 'utf8').catch(() => 'null');
    try {
      return Kept.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }
  const kept = wanted === 'off' ? undefined : wanted;
  await writeFile(file, JSON.stringify(kept ?? null), { mode: 0o600 });
  return kept;
}

async function portFor(wanted: number | undefined, isOurs: boolean): Promise<number> {
  if (wanted === undefined) return (await choosePorts({ web: preferredPort })).web;
  if (!isOurs && !(await isFree(wanted)))
    throw new PlumblineError('lab_port_taken', { message: `Another program listens on 127.0.0.1:${wanted}.` });
  return wanted;
}

async function untilItAnswers(url: string, directory: string, pid: number): Promise<void> {
  const started = Date.now();
  for (;;) {
    const status = await fetch(`${url}/v2/`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    if (!(await isAlive(pid)) || Date.now() - started > startLimitMs) {
      const words = await readFile(consoleLog(directory), 'utf8').catch(() => '');
      throw new PlumblineError('lab_start_failed', {
        message: 'The registry did not start.',
        remedy: `Read ${consoleLog(directory)}, then start it again.`,
        upstream: words.trim().slice(-300),
      });
    }
    await pause(50);
  }
}

/** Found by its configuration file: a pid kept in a file may belong to another program by now. */
async function processOf(directory: string): Promise<number | undefined> {
  const mark = `serve ${configurationFile(directory)}`;
  return (await listProcesses()).find(({ commandLine }) => commandLine.endsWith(mark))?.pid;
}

/** Stops the registry; false when it was not running. Its images stay. */
export async function stopRegistry(context: LabContext): Promise<boolean> {
  const running = await processOf(directoryOf(context));
  if (running === undefined) return false;
  await endProcesses([running], { graceMs: 10_000 });
  return true;
}

export interface RegistryState {
  directory: string;
  url: string;
  /** Undefined when it does not run. */
  pid: number | undefined;
}

/** Undefined when none was ever started here. */
export async function registryState(context: LabContext): Promise<RegistryState | undefined> {
  const directory = directoryOf(context);
  const record = await readRecord(directory);
  return record === undefined ? undefined : { directory, url: record.url, pid: await processOf(directory) };
}

async function readRecord(directory: string): Promise<Record | undefined> {
  const text = await readFile(join(directory, 'lab.json'), 'utf8').catch(() => '{}');
  try {
    return Record.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed: a reader never sees half of it. */
async function writeRecord(directory: string, record: Record): Promise<void> {
  const file = join(directory, 'lab.json');
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o644 });
  await rename(`${file}.${process.pid}`, file);
}

/** A file for `plumbline apply` with the address this registry really has. */
async function writeExample(directory: string, url: string): Promise<void> {
  const lines = [
    '# Written by `plumbline lab up registry`: use it with `plumbline apply -f`.',
    'integrations:',
    '  - name: registry-lab',
    '    kind: oci-registry',
    '    tags: [lab]',
    `    settings: { url: "${url}", repositories: [] }`,
    '    secrets: {}',
  ];
  await writeFile(join(directory, exampleFile), `${lines.join('\n')}\n`, { mode: 0o644 });
}
