import type { DoctorCheck } from '../../features/operations/contract.ts';
import type { ApiClient } from './api-client.ts';
import type { Terminal } from './output.ts';
import type { SecretSources } from './apply/references.ts';

/** What every command gets. A command returns its exit code. */
export interface CommandContext {
  api: ApiClient;
  terminal: Terminal;
  secretSources: SecretSources;
  /** What `doctor` finds without a hub. */
  examineThisMachine(): Promise<DoctorCheck[]>;
}

export interface CliCommand {
  /** Adds the command to commander's program; `run` records its exit code. */
  (
    program: import('commander').Command,
    context: CommandContext,
    run: (action: () => Promise<number>) => Promise<void>,
  ): void;
}
