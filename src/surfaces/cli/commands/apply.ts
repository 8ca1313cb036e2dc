import { PlumblineError } from '../../../platform/errors/index.ts';
import { sections } from '../apply/index.ts';
import { worstCode } from '../apply/integrations.ts';
import type { ApplyRun, ApplySection } from '../apply/section.ts';
import type { CliCommand, CommandContext } from '../context.ts';
import { type PlumblineYaml, readPlumblineYaml } from '../plumbline-yaml.ts';

interface Options {
  file: string;
  dryRun: boolean;
  json: boolean;
}

/** `plumbline apply -f plumbline.yaml [--dry-run]`: applying twice changes nothing. */
export const applyCommand: CliCommand = (program, context, run) => {
  program
    .command('apply')
    .description('make the installation what a plumbline.yaml says')
    .requiredOption('-f, --file <path>', 'the file')
    .option('--dry-run', 'say what would change and change nothing', false)
    .option('--json', 'print as JSON', false)
    .action((options: Options) => run(() => apply(options, context)));
};

/** Applies each section that the file names, in order; ends with the worst of their codes. */
export async function apply(
  { file, dryRun, json }: Options,
  { api, terminal, secretSources }: CommandContext,
  known: readonly ApplySection<unknown>[] = sections,
): Promise<number> {
  const wanted = await readPlumblineYaml(file, secretSources, known);
  const run: ApplyRun = { api, terminal, dryRun, json };
  const named = known.filter(({ name }) => wanted[name] !== undefined);
  await requireSensible(named, wanted, file, run);
  const codes: number[] = [];
  const results: unknown[] = [];
  for (const section of named) {
    const outcome = await section.apply(wanted[section.name], run);
    codes.push(outcome.code);
    results.push(...outcome.results);
  }
  if (json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
  return worstCode(codes);
}

/** Asks for everything before anything is changed: a file with a mistake changes nothing. Throws `config_invalid`. */
async function requireSensible(
  named: readonly ApplySection<unknown>[],
  wanted: PlumblineYaml,
  file: string,
  run: ApplyRun,
): Promise<void> {
  const problems: string[] = [];
  for (const section of named) problems.push(...((await section.problems?.(wanted[section.name], run)) ?? []));
  if (problems.length === 0) return;
  throw new PlumblineError('config_invalid', {
    message: `${file} cannot be applied. ${problems.join(' ')}`,
    remedy:
      'Correct the entries named; nothing was changed. docs/sonarqube.md and docs/registries.md list the settings.',
  });
}
