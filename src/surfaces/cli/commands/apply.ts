import type { AppliedIntegration } from '../../../features/integrations/contract.ts';
import type { CliCommand, CommandContext } from '../context.ts';
import { exitCodes } from '../output.ts';
import { readPlumblineYaml } from '../plumbline-yaml.ts';
import { printChecks } from './integration.ts';

/** `plumbline apply -f plumbline.yaml [--dry-run]`: applying twice changes nothing. */
export const applyCommand: CliCommand = (program, context, run) => {
  program
    .command('apply')
    .description('make the installation what a plumbline.yaml says')
    .requiredOption('-f, --file <path>', 'the file')
    .option('--dry-run', 'say what would change and change nothing', false)
    .option('--json', 'print as JSON', false)
    .action((options: { file: string; dryRun: boolean; json: boolean }) => run(() => apply(options, context)));
};

async function apply(
  options: { file: string; dryRun: boolean; json: boolean },
  context: CommandContext,
): Promise<number> {
  const { api, terminal } = context;
  const wanted = await readPlumblineYaml(options.file, context.secretSources);
  const results: (AppliedIntegration & { name: string })[] = [];
  for (const { name, ...integration } of wanted.integrations) {
    const path = `api/v1/integrations/by-name/${encodeURIComponent(name)}${options.dryRun ? '?dryRun=true' : ''}`;
    const applied = await api.send<AppliedIntegration>('PUT', path, integration);
    results.push({ ...applied, name });
    if (options.json) continue;
    if (applied.report !== null) printChecks(applied.report.checks, terminal, { onlyNotable: true });
    const what = applied.created
      ? 'created'
      : applied.changed
        ? `changed (${applied.changes.join(', ')})`
        : 'unchanged';
    terminal.out(`integration ${name}: ${options.dryRun && applied.changed ? `would be ${what}` : what}\n`);
  }
  if (options.json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
  return exitCodes.good;
}
