import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { isPlumblineError } from '../src/platform/errors/index.ts';
import { type LabContext, labContext } from './context.ts';
import { isLabVersion, type LabVersion, labVersions } from './sonarqube/releases.ts';
import type { LabSystem } from './system.ts';
import { labSystems } from './systems.ts';

/** Where a command's words go. `process.stdout`, `process.stderr` and `process.env` fit. */
export interface LabIo {
  stdout: { write(text: string): unknown; isTTY?: boolean };
  stderr: { write(text: string): unknown };
  env: Readonly<Record<string, string | undefined>>;
}

const names = labSystems.map(({ name }) => name);
const upDefault = names.slice(0, 1);
const versions = labSystems.flatMap((system) => system.versions);
const versionsOf = labSystems
  .filter((system) => system.versions.length > 0)
  .map((system) => `${system.title}: one of ${system.versions.join(', ')}`)
  .join('; ');
const nothing = 'No lab server was ever started here.';

/**
 * `plumbline lab up|down|first-answer|status`; `argv` is what follows `lab`. Returns the exit code: 0 done, 1 could not be done.
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
  const say = (lines: readonly string[]): void => lines.forEach((line) => io.stdout.write(`${line}\n`));
  const lab = new Command('plumbline lab')
    .description('Outside systems that run on this machine, to try Plumbline with.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  const up = lab
    .command('up')
    .description('start (or adopt) a server, give it tokens and feed it')
    .argument('[systems...]', `which: ${names.join(', ')}`, systems, upDefault)
    .option('--version <version>', `${versionsOf} (default: the newest)`, version)
    .option('--port <port>', 'web port (default: the one kept from before, else a free one)', port);
  for (const option of labSystems.flatMap((system) => system.options)) up.addOption(option);
  up.action(async (wanted: string[], { version: asked, port: at, ...options }: UpOptions) => {
    for (const system of chosen(wanted)) say(await system.up(context, { version: asked, port: at, options }));
  });
  lab
    .command('down')
    .description('stop servers; their data stay')
    .argument('[systems...]', `which: ${names.join(', ')}`, systems, names)
    .option('--version <version>', `only this one; ${versionsOf}`, version)
    .action(async (wanted: string[], { version: only }: { version?: string }) => {
      const lines: string[] = [];
      for (const system of chosen(wanted)) lines.push(...(await system.down(context, only)));
      say(lines.length === 0 ? [nothing] : lines);
    });
  lab
    .command('first-answer')
    .description('measure the time from an empty hub to its first answer of what runs with a failed gate')
    .option(
      '--sonarqube <version>',
      `a real SonarQube instead of the simulated one: ${labVersions.join(', ')}`,
      sonarqube,
    )
    .action(async (options: { sonarqube?: LabVersion }) => {
      const { firstAnswer } = await import('./first-answer/run.ts');
      await firstAnswer(context, options, (line) => say([line]));
    });
  lab
    .command('status')
    .description('which servers there are and whether they run')
    .argument('[systems...]', `which: ${names.join(', ')}`, systems, names)
    .option('--json', 'as JSON')
    .action(async (wanted: string[], { json }: { json?: true }) => {
      const servers = (await Promise.all(chosen(wanted).map((system) => system.servers(context)))).flat();
      if (json === true)
        return say([
          JSON.stringify(
            servers.map(({ row }) => row),
            undefined,
            2,
          ),
        ]);
      say(servers.length === 0 ? [nothing] : servers.map(({ line }) => line));
    });
  return lab;
}

interface UpOptions extends Record<string, unknown> {
  version?: string;
  port?: number;
}

/** In the order of the list, whatever the order in which they were named. */
const chosen = (wanted: readonly string[]): LabSystem[] => labSystems.filter(({ name }) => wanted.includes(name));

/** Names given take the place of the default, which is handed in as if it had been given. */
function systems(name: string, previous: unknown): string[] {
  if (!names.includes(name)) throw new InvalidArgumentError(`The lab has: ${names.join(', ')}.`);
  const given = Array.isArray(previous) && !isDefault(previous) ? (previous as string[]) : [];
  return [...new Set([...given, name])];
}

const isDefault = (list: readonly string[]): boolean => list === upDefault || list === names;

function version(text: string): string {
  if (!versions.includes(text)) throw new InvalidArgumentError(`It is one of ${versions.join(', ')}.`);
  return text;
}

function sonarqube(text: string): LabVersion {
  if (!isLabVersion(text)) throw new InvalidArgumentError(`It is one of ${labVersions.join(', ')}.`);
  return text;
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) throw new InvalidArgumentError('It is 1 to 65535.');
  return number;
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
