import { readFile } from 'node:fs/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { isPlumblineError } from '../src/platform/errors/index.ts';
import { type LabContext, labContext } from './context.ts';
import {
  exampleFile as registryExample,
  type Registry,
  type RegistryStart,
  registryState,
  startRegistry,
  stopRegistry,
} from './registry/server.ts';
import { openImageStore, replayImages } from './registry/replay.ts';
import { feedSonarqube } from './sonarqube/feed/feed.ts';
import type { Seed } from './sonarqube/feed/model.ts';
import { exampleFile } from './sonarqube/record.ts';
import { isLabVersion, type LabVersion, labVersions, newestVersion } from './sonarqube/releases.ts';
import { listSonarqubes, type Sonarqube, startSonarqube, stopSonarqube } from './sonarqube/server.ts';

/** Where a command's words go. `process.stdout`, `process.stderr` and `process.env` fit. */
export interface LabIo {
  stdout: { write(text: string): unknown; isTTY?: boolean };
  stderr: { write(text: string): unknown };
  env: Readonly<Record<string, string | undefined>>;
}

/** What `lab` can start; without a name `up` starts the first. */
const labSystems = ['sonarqube', 'registry'];
const upDefault = labSystems.slice(0, 1);

interface UpOptions {
  version: LabVersion;
  port?: number;
  seed: Seed;
  notify?: string;
  secretFile?: string;
  replay?: true;
}

/**
 * `plumbline lab up|down|status`; `argv` is what follows `lab`. Returns the exit code: 0 done, 1 could not be done.
 * Words for people go to stderr while it works; the outcome goes to stdout.
 */
export async function runLab(argv: readonly string[], io: LabIo): Promise<number> {
  const command = labCommand(io);
  try {
    await command.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (!isPlumblineError(error)) throw error;
    const upstream = error.upstream ? `\n  ${error.upstream}` : '';
    io.stderr.write(`${error.code}: ${error.message}${upstream}\n  ${error.remedy}\n`);
    return 1;
  }
}

function labCommand(io: LabIo): Command {
  const context = labContext(io.env, {
    // On a terminal it takes the place of the progress line.
    note: (line) => io.stderr.write(io.stdout.isTTY === true ? `\r${line}\u001b[K\n` : `${line}\n`),
    progress: (title) => progressLine(title, io),
  });
  const say = (line: string): void => void io.stdout.write(`${line}\n`);
  const lab = new Command('plumbline lab')
    .description('Outside systems that run on this machine, to try Plumbline with.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  lab
    .command('up')
    .description('start (or adopt) a server, give it tokens and feed it')
    .argument('[systems...]', `which: ${labSystems.join(', ')}`, systems, upDefault)
    .option('--version <version>', `SonarQube: one of ${labVersions.join(', ')}`, version, newestVersion)
    .option('--port <port>', 'web port (default: the one kept from before, else a free one)', port)
    .option('--seed <seed>', 'SonarQube: none, small, or full (adds 30,000 issues in one file)', seedName, 'small')
    .option(
      '--notify <url>',
      'registry: where it tells of pushes, an address of the hub’s Inbox page; kept for later starts, “off” ends it',
      webAddress,
    )
    .option('--secret-file <file>', 'registry: file with the secret of that address')
    .option('--replay', 'registry: push the images of the provenance tests')
    .action(async (wanted: string[], options: UpOptions) => {
      if (wanted.includes('sonarqube')) await up(context, { say, options });
      if (wanted.includes('registry')) await upRegistry(context, { say, options });
    });
  lab
    .command('down')
    .description('stop servers; their data stay')
    .argument('[systems...]', `which: ${labSystems.join(', ')}`, systems, labSystems)
    .option('--version <version>', `SonarQube: only this one of ${labVersions.join(', ')}`, version)
    .action(async (wanted: string[], options: { version?: LabVersion }) =>
      down(context, { say, only: options.version, wanted }),
    );
  lab
    .command('status')
    .description('which servers there are and whether they run')
    .argument('[systems...]', `which: ${labSystems.join(', ')}`, systems, labSystems)
    .option('--json', 'as JSON')
    .action(async (wanted: string[], options: { json?: true }) =>
      status(context, { say, json: options.json === true, wanted }),
    );
  return lab;
}

interface Up {
  say: (line: string) => void;
  options: UpOptions;
}

async function up(context: LabContext, { say, options }: Up): Promise<void> {
  const server = await startSonarqube(context, {
    version: options.version,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  await feedSonarqube(context, server, options.seed);
  for (const line of describe(server)) say(line);
}

function describe(server: Sonarqube): string[] {
  const file = (name: string): string => `${server.directory}/${name}`;
  return [
    `SonarQube ${server.release} ${server.adopted ? 'was running already' : 'is running'}: ${server.url}`,
    `  administrator  admin, password in ${file('admin.password')}`,
    `  user token     ${file('user.token')}    (administrator's)`,
    `  scan token     ${file('scan.token')}    (global analysis token)`,
    `  browse token   ${file('browse.token')}  (a user with Browse only)`,
    `  logs           ${file('server/logs')}`,
    `  connect        plumbline apply -f ${file(exampleFile)}`,
    `  stop           plumbline lab down sonarqube --version ${server.version}`,
  ];
}

async function upRegistry(context: LabContext, { say, options }: Up): Promise<void> {
  const registry = await startRegistry(context, { port: options.port, notifications: await notificationsOf(options) });
  if (options.replay === true) {
    const folder = new URL('../test/fixtures/provenance/store', import.meta.url).pathname;
    say(`Pushed ${await replayImages(await openImageStore(folder), registry.url)} references.`);
  }
  for (const line of describeRegistry(registry)) say(line);
}

/** The secret comes from a file: it must not stand in a list of processes. */
async function notificationsOf({ notify, secretFile }: UpOptions): Promise<RegistryStart['notifications']> {
  if (notify === undefined || notify === 'off') return notify;
  if (secretFile === undefined) throw new InvalidArgumentError('Name the file with its secret: --secret-file.');
  const secret = (await readFile(secretFile, 'utf8')).trim();
  if (!/^[\x21-\x7e]+$/.test(secret)) throw new InvalidArgumentError('The file holds no secret in one line.');
  return { url: notify, secret };
}

function describeRegistry({ url, directory, adopted }: Registry): string[] {
  return [
    `Registry ${adopted ? 'was running already' : 'is running'}: ${url}`,
    `  push           docker push ${new URL(url).host}/<repository>:<tag>, or start it with --replay`,
    `  notifications  start it with --notify and --secret-file; the hub’s Inbox page has both`,
    `  connect        plumbline apply -f ${directory}/${registryExample}`,
    `  stop           plumbline lab down registry`,
  ];
}

async function down(
  context: LabContext,
  { say, only, wanted }: { say: Up['say']; only: LabVersion | undefined; wanted: string[] },
): Promise<void> {
  const hasRegistry = wanted.includes('registry') && (await registryState(context)) !== undefined;
  if (hasRegistry)
    say((await stopRegistry(context)) ? 'Registry stopped; its images stay.' : 'Registry was not running.');
  if (!wanted.includes('sonarqube')) return;
  const versions = only === undefined ? (await listSonarqubes(context)).map(({ version: one }) => one) : [only];
  for (const one of versions) {
    const stopped = await stopSonarqube(context, one);
    say(stopped ? `SonarQube ${one} stopped; its data stay.` : `SonarQube ${one} was not running.`);
  }
  if (versions.length === 0 && !hasRegistry) say('No lab server was ever started here.');
}

async function status(
  context: LabContext,
  { say, json, wanted }: { say: Up['say']; json: boolean; wanted: string[] },
): Promise<void> {
  const servers = wanted.includes('sonarqube') ? await listSonarqubes(context) : [];
  const registry = wanted.includes('registry') ? await registryState(context) : undefined;
  if (json) {
    const rows = servers.map(({ version: one, pid, status: word, record, directory }) => ({
      system: 'sonarqube',
      version: one,
      url: record?.url ?? null,
      running: pid !== undefined,
      status: word ?? null,
      pid: pid ?? null,
      fed: record?.fed ?? [],
      directory,
    }));
    const found = registry && { system: 'registry', url: registry.url, running: registry.pid !== undefined };
    const others =
      found === undefined ? [] : [{ ...found, pid: registry?.pid ?? null, directory: registry?.directory }];
    say(JSON.stringify([...rows, ...others], undefined, 2));
    return;
  }
  if (servers.length === 0 && registry === undefined) say('No lab server was ever started here.');
  if (registry !== undefined) {
    const state = registry.pid === undefined ? 'stopped' : `pid ${registry.pid}`;
    say(`registry  ${state}  ${registry.url}  ${registry.directory}`);
  }
  for (const { version: one, pid, status: word, record, directory } of servers) {
    const state = pid === undefined ? 'stopped' : `${word ?? 'not answering'}, pid ${pid}`;
    say(`sonarqube ${one}  ${state}  ${record?.url ?? ''}  ${record?.fed.length ?? 0} projects fed  ${directory}`);
  }
}

/** Names given take the place of the default, which is handed in as if it had been given. */
function systems(name: string, previous: unknown): string[] {
  if (!labSystems.includes(name)) throw new InvalidArgumentError(`The lab has: ${labSystems.join(', ')}.`);
  const given = Array.isArray(previous) && !isDefault(previous) ? (previous as string[]) : [];
  return [...new Set([...given, name])];
}

const isDefault = (names: readonly string[]): boolean => names === upDefault || names === labSystems;

function webAddress(text: string): string {
  if (text === 'off') return text;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('It is an http or https address.');
  return url.href;
}

function version(text: string): LabVersion {
  if (!isLabVersion(text)) throw new InvalidArgumentError(`It is one of ${labVersions.join(', ')}.`);
  return text;
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw new InvalidArgumentError('It is 1 to 65535.');
  return number;
}

function seedName(text: string): Seed {
  if (text !== 'none' && text !== 'small' && text !== 'full')
    throw new InvalidArgumentError('It is none, small or full.');
  return text;
}

/** A line that is rewritten on a terminal; elsewhere one line every ten seconds. */
function progressLine(title: string, { stderr, stdout }: LabIo): ReturnType<LabContext['progress']> {
  const terminal = stdout.isTTY === true;
  let last = 0;
  return (done, total) => {
    const now = Date.now();
    if (now - last < (terminal ? 250 : 10_000)) return;
    last = now;
    const text =
      total === undefined
        ? `${title} … ${Math.round(done / 1000)} s`
        : `${title} ${Math.round((done / total) * 100)} %`;
    stderr.write(terminal ? `\r${text}\u001b[K` : `${text}\n`);
  };
}
