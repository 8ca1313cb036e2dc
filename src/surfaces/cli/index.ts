import { Command, CommanderError } from 'commander';
import { isPlumblineError } from '../../platform/errors/index.ts';
import { ApiFailure, createApiClient, type HubAddress } from './api-client.ts';
import { applyCommand } from './commands/apply.ts';
import { auditCommand } from './commands/audit.ts';
import { backupCommand } from './commands/backup.ts';
import { deploymentCommands } from './commands/deployment.ts';
import { doctorCommand } from './commands/doctor.ts';
import { environmentCommands } from './commands/environment.ts';
import { heldCommands } from './commands/held.ts';
import { integrationCommands } from './commands/integration.ts';
import { installationCommands } from './commands/installation.ts';
import { peopleCommands } from './commands/people.ts';
import { policyCommands } from './commands/policy.ts';
import { pullRequestCommands } from './commands/pull-request.ts';
import { runCommands } from './commands/runs.ts';
import { secretsCommands } from './commands/secrets.ts';
import { sqlCommand } from './commands/sql.ts';
import { syncCommand } from './commands/sync.ts';
import { serviceAccountCommands } from './commands/service-account.ts';
import { tokenCommands } from './commands/token.ts';
import { runningCommand } from './commands/running.ts';
import { traceCommand } from './commands/trace.ts';
import type { CliCommand, CommandContext } from './context.ts';
import { exitCodes, type Terminal } from './output.ts';
import type { SecretSources } from './apply/references.ts';

export type { HubAddress } from './api-client.ts';
export { exitCodes } from './output.ts';

export interface CliOptions {
  hub: HubAddress;
  terminal: Terminal;
  secretSources: SecretSources;
  version: string;
  examineThisMachine: CommandContext['examineThisMachine'];
}

const commands: readonly CliCommand[] = [
  applyCommand,
  integrationCommands,
  syncCommand,
  runCommands,
  auditCommand,
  heldCommands,
  sqlCommand,
  secretsCommands,
  backupCommand,
  installationCommands,
  doctorCommand,
  tokenCommands,
  peopleCommands,
  serviceAccountCommands,
  policyCommands,
  pullRequestCommands,
  environmentCommands,
  deploymentCommands,
  traceCommand,
  runningCommand,
];

/** Carries out one command over the REST API; returns the exit code (section “Exit codes” of the CLI page). */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<number> {
  const context: CommandContext = {
    api: createApiClient(options.hub),
    terminal: options.terminal,
    secretSources: options.secretSources,
    examineThisMachine: options.examineThisMachine,
  };
  const program = new Command('plumbline');
  program
    .description('Follows a commit’s quality verdict from pull request to production.')
    .version(options.version)
    .exitOverride();
  program.configureOutput({
    writeOut: (text) => options.terminal.out(text),
    writeErr: (text) => options.terminal.err(text),
  });
  // Served by main.ts before it comes here; listed so that help is complete.
  program.command('up', { hidden: false }).description('start the hub (--role all|web|worker, --port N)');
  program
    .command('restore')
    .description('load a backup while the hub is stopped (FILE, --replace what is there, --check only)');
  program
    .command('satellite')
    .description('read for the hub what it cannot reach (run|check --config satellite.yml, encrypt, decrypt)');
  program.command('lab').description('start outside systems on this machine (lab up|down|status sonarqube)');
  let exitCode: number = exitCodes.good;
  const run = async (action: () => Promise<number>): Promise<void> => {
    exitCode = await action();
  };
  for (const add of commands) add(program, context, run);
  program.commands.forEach(inheritOutput);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, options.terminal);
  }

  function inheritOutput(command: Command): void {
    command.exitOverride().copyInheritedSettings(program);
    command.commands.forEach(inheritOutput);
  }
}

function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.good : exitCodes.failed;
  if (error instanceof ApiFailure) {
    terminal.err(`${error.code}: ${error.message}\n`);
    if (error.upstream !== null) terminal.err(`  the other side said: ${error.upstream}\n`);
    terminal.err(`  ${error.remedy}\n`);
    return exitCodes.failed;
  }
  if (isPlumblineError(error)) {
    terminal.err(`${error.code}: ${error.message}\n  ${error.remedy}\n`);
    return error.code === 'config_invalid' ? exitCodes.configuration : exitCodes.failed;
  }
  throw error;
}
