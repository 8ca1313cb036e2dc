import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type ProfileName, profileNames, type Simulator, startSimulator } from './index.ts';
import { recordedAnswers, recordedShop } from './recorded.ts';
import { printRules } from './rules.ts';
import { big, equalIssues, type Scenario, small, twoOrganizations } from './scenarios.ts';

/** Where the command's words go. `process` fits. */
export interface SimulatorIo {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

const scenarioNames = ['small', 'organizations', 'equal', 'one-file', 'big', 'recorded'] as const;
type ScenarioName = (typeof scenarioNames)[number];

interface Options {
  profile: ProfileName;
  port?: number;
  scenario?: ScenarioName;
  issues: number;
  projects: number;
  rules?: true;
}

/**
 * `plumbline lab up sonarqube-simulator`; `argv` is what follows. Starts the simulator, prints address and tokens and
 * returns it, so that the caller decides how long it lives; null when there was nothing to start (`--rules`, `--help`).
 */
export async function startFromArguments(argv: readonly string[], io: SimulatorIo): Promise<Simulator | null> {
  const say = (line: string): void => void io.stdout.write(`${line}\n`);
  const options = parse(argv, io);
  if (options.rules) {
    printRules(say);
    return null;
  }
  const name = options.scenario ?? (options.profile === 'cloud' ? 'organizations' : 'small');
  const simulator = await startSimulator({
    profile: options.profile,
    scenario: scenarioOf(name, options),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(name === 'recorded' ? { before: recordedAnswers('final').before } : {}),
  });
  say(`SonarQube simulator, profile ${options.profile}, scenario ${name}: ${simulator.url}`);
  for (const [owner, token] of Object.entries(simulator.tokens)) say(`  ${owner.padEnd(9)} ${token}`);
  say('  It holds its state in memory. The tokens are good for this simulator only. Ctrl-C stops it.');
  return simulator;
}

/** Runs until a signal ends it. Returns the exit code: 0 done, 1 could not be done. */
export async function runSimulator(argv: readonly string[], io: SimulatorIo = process): Promise<number> {
  try {
    const simulator = await startFromArguments(argv, io);
    if (!simulator) return 0;
    await new Promise<void>((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
    });
    await simulator.close();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (!isListenError(error)) throw error;
    io.stderr.write(`The simulator cannot listen there (${error.code}). Choose another port with --port.\n`);
    return 1;
  }
}

const isListenError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && error.syscall === 'listen';

function parse(argv: readonly string[], io: SimulatorIo): Options {
  const command = new Command('plumbline lab up sonarqube-simulator')
    .description('A server that speaks SonarQube’s Web API and enforces its rules, without SonarQube.')
    .option('--profile <name>', `one of ${profileNames.join(', ')}`, oneOf(profileNames), '26.9')
    .option('--port <port>', 'default: a free one', wholeNumber)
    .option('--scenario <name>', `one of ${scenarioNames.join(', ')}`, oneOf(scenarioNames))
    .option('--issues <count>', 'for equal and one-file: all issues; for big: of each project', wholeNumber, 12_000)
    .option('--projects <count>', 'for big', wholeNumber, 100)
    .option('--rules', 'print the rules it enforces and end')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  command.parse([...argv], { from: 'user' });
  return command.opts<Options>();
}

function oneOf<T extends string>(names: readonly T[]): (value: string) => T {
  return (value) => {
    const found = names.find((name) => name === value);
    if (found === undefined) throw new InvalidArgumentError(`Choose one of ${names.join(', ')}.`);
    return found;
  };
}

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('A whole number, please.');
  return Number(value);
}

function scenarioOf(name: ScenarioName, options: Options): Scenario {
  if (name === 'organizations') return twoOrganizations;
  if (name === 'recorded') return recordedShop;
  if (name === 'equal') return equalIssues(options.issues, { layout: 'directories' });
  if (name === 'one-file') return equalIssues(options.issues, { layout: 'one_file' });
  if (name === 'big') return big({ projects: options.projects, issuesPerProject: options.issues });
  return small;
}
