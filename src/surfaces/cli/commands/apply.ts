import type { InboxState, OwnWebhookAnswer, WantWebhookRequest } from '../../../features/inbox/contract.ts';
import type { AppliedIntegration, CheckResultAnswer } from '../../../features/integrations/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { ApiFailure } from '../api-client.ts';
import type { AppliedMappings, MappingInput } from '../../../features/policy/contract.ts';
import type { CliCommand, CommandContext } from '../context.ts';
import { exitCodes } from '../output.ts';
import { type PlumblineYaml, readPlumblineYaml } from '../plumbline-yaml.ts';
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
  await requireSensible(wanted, options.file, context);
  const results: ((AppliedIntegration & { name: string }) | { name: string; error: RefusedByCheck })[] = [];
  let code: number = exitCodes.good;
  let allSetUp = true;
  for (const { name, webhook, ...integration } of wanted.integrations) {
    const path = `api/v1/integrations/by-name/${encodeURIComponent(name)}${options.dryRun ? '?dryRun=true' : ''}`;
    const applied = await api.send<AppliedIntegration>('PUT', path, integration).catch(refusedByCheck);
    if ('checks' in applied) {
      // The others do not depend on it: they are applied all the same.
      code = exitCodes.bad;
      results.push({ name, error: applied });
      if (options.json) continue;
      printChecks(applied.checks, terminal, { onlyNotable: true });
      terminal.err(`integration ${name}: not applied, ${applied.code}: ${applied.message}\n`);
      continue;
    }
    results.push({ ...applied, name });
    if (!options.json) tellApplied(applied, name, options.dryRun, terminal);
    if (webhook === undefined || (options.dryRun && applied.created)) continue;
    const setUp = await applyWebhook(name, webhook, options.dryRun, context);
    if (!setUp) allSetUp = false;
  }
  const mappings = await applyMappings(wanted, options, context);
  if (options.json) {
    const everything = mappings === undefined ? results : [...results, { imageMappings: mappings }];
    terminal.out(`${JSON.stringify(everything, null, 2)}\n`);
  }
  return allSetUp ? code : exitCodes.failed;
}

/** What the hub says of the file itself, whatever outside systems would answer. */
const faultsOfTheFile = new Set(['connector_unknown', 'invalid_request', 'missing_required_field', 'invalid_field']);

/** Asks for every entry before anything is changed: a file with a mistake changes nothing. Throws `config_invalid`. */
async function requireSensible({ integrations }: PlumblineYaml, file: string, { api }: CommandContext): Promise<void> {
  const problems: string[] = [];
  for (const { name, webhook: _, ...integration } of integrations) {
    const path = `api/v1/integrations/by-name/${encodeURIComponent(name)}?dryRun=true`;
    await api.send('PUT', path, integration).catch((error: unknown) => {
      // What else is wrong is said where it is applied.
      if (error instanceof ApiFailure && faultsOfTheFile.has(error.code))
        problems.push(`integration ${name}: ${error.message}`);
    });
  }
  if (problems.length === 0) return;
  throw new PlumblineError('config_invalid', {
    message: `${file} cannot be applied. ${problems.join(' ')}`,
    remedy:
      'Correct the entries named; nothing was changed. docs/sonarqube.md and docs/registries.md list the settings.',
  });
}

interface RefusedByCheck {
  code: string;
  message: string;
  checks: CheckResultAnswer[];
}

/** The hub could be asked, and its answer is that the connection is not good; everything else is thrown on. */
function refusedByCheck(error: unknown): RefusedByCheck {
  const checks = error instanceof ApiFailure ? error.details['checks'] : undefined;
  if (!(error instanceof ApiFailure) || !Array.isArray(checks)) throw error;
  return { code: error.code, message: error.message, checks: checks as CheckResultAnswer[] };
}

function tellApplied(
  applied: AppliedIntegration,
  name: string,
  dryRun: boolean,
  terminal: CommandContext['terminal'],
): void {
  if (applied.report !== null) printChecks(applied.report.checks, terminal, { onlyNotable: true });
  const what = applied.created ? 'created' : applied.changed ? `changed (${applied.changes.join(', ')})` : 'unchanged';
  terminal.out(`integration ${name}: ${dryRun && applied.changed ? `would be ${what}` : what}\n`);
}

/** Sets up the hub's own webhook where it is not as wanted; false when the server refused it. */
async function applyWebhook(
  name: string,
  wanted: WantWebhookRequest,
  dryRun: boolean,
  { api, terminal }: CommandContext,
): Promise<boolean> {
  const path = `api/v1/integrations/${encodeURIComponent(name)}`;
  const present = (await api.get<InboxState>(`${path}/inbox`)).webhooks;
  if (wanted.scope === 'available' ? dryRun && allActive(present) : isAsWanted(present, wanted)) return true;
  if (dryRun) {
    terminal.err(`integration ${name}: its webhook would be set up\n`);
    return true;
  }
  const { webhooks } = await api.send<InboxState>('PUT', `${path}/webhook`, wanted);
  // Where projects may be new, only asking tells; asking again changes nothing.
  if (wanted.scope === 'available' && allActive(present) && sameWebhooks(present, webhooks)) return true;
  const refused = webhooks.filter(({ error }) => error !== null);
  for (const { target, error } of refused) {
    const place = target === '' ? '' : ` of ${target}`;
    const upstream = error?.upstream == null ? '' : ` (${error.upstream})`;
    terminal.err(`integration ${name}: webhook${place}: ${error?.message}${upstream} ${error?.remedy}\n`);
  }
  if (refused.length === 0) terminal.err(`integration ${name}: webhook set up\n`);
  return refused.length === 0;
}

const allActive = (webhooks: readonly OwnWebhookAnswer[]): boolean =>
  webhooks.length > 0 && webhooks.every(({ state }) => state === 'active');

const sameWebhooks = (before: readonly OwnWebhookAnswer[], after: readonly OwnWebhookAnswer[]): boolean =>
  allActive(after) && before.map(({ id }) => id).join() === after.map(({ id }) => id).join();

type NamedPlaces = Exclude<WantWebhookRequest, { scope: 'available' }>;

function isAsWanted(present: readonly OwnWebhookAnswer[], wanted: NamedPlaces): boolean {
  const targets =
    wanted.scope === 'projects' ? wanted.projects : [wanted.scope === 'global' ? '' : wanted.organization];
  const scope = wanted.scope === 'projects' ? 'project' : wanted.scope;
  const active = present.filter((webhook) => webhook.state === 'active' && webhook.scope === scope);
  const missing = targets.filter((target) => !active.some((webhook) => webhook.target === target));
  // Also none too many, and none that is refused or on its way.
  return missing.length === 0 && present.length === new Set(targets).size;
}

/** Undefined when the file says nothing of mappings. */
async function applyMappings(
  { imageMappings }: PlumblineYaml,
  options: { dryRun: boolean; json: boolean },
  { api, terminal }: CommandContext,
): Promise<AppliedMappings | undefined> {
  if (imageMappings === undefined) return undefined;
  const mappings: MappingInput[] = imageMappings.map(({ projects, ...place }) => ({
    ...place,
    projects: projects.map((project) => {
      if (typeof project === 'string') return { projectKey: project };
      const { key, integration = null, directory = null } = project;
      return { projectKey: key, integration, directory };
    }),
  }));
  const path = `api/v1/policy/mappings${options.dryRun ? '?dryRun=true' : ''}`;
  const applied = await api.send<AppliedMappings>('PUT', path, { mappings });
  const { added, removed, unchanged } = applied;
  if (!options.json) {
    const would = options.dryRun ? 'would be ' : '';
    terminal.out(`image mappings: ${would}${added} added, ${would}${removed} ended, ${unchanged} unchanged\n`);
  }
  return applied;
}
