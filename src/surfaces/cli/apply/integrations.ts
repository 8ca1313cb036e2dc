import { z } from 'zod';
import type { AppliedIntegration, CheckResultAnswer } from '../../../features/integrations/contract.ts';
import { ApiFailure } from '../api-client.ts';
import { printChecks } from '../commands/integration.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../output.ts';
import { applyWebhook, Webhook } from './own-webhook.ts';
import { onlyReferences, resolveReference } from './references.ts';
import type { ApplyRun, ApplySection, SectionOutcome } from './section.ts';

const Integrations = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(100),
      kind: z.string().min(1),
      tags: z.array(z.string()).default([]),
      settings: z.record(z.string(), z.json()).default({}),
      secrets: z.record(z.string(), z.string()).default({}),
      syncIntervalSeconds: z.int().min(30).optional(),
      /** Who reads it; it stays so. */
      place: z.enum(['hub', 'satellite']).optional(),
      /** The hub’s own webhook on the server; left out: as it is. */
      webhook: Webhook.optional(),
    }),
  )
  .superRefine((integrations, context) => {
    for (const [index, { name, place, secrets, webhook }] of integrations.entries()) {
      if (place !== 'satellite') continue;
      const path = [index];
      if (Object.keys(secrets).length > 0)
        context.addIssue({
          code: 'custom',
          path,
          message: `“${name}” is read by a satellite: its secrets stand in satellite.yml alone`,
        });
      if (webhook !== undefined)
        context.addIssue({
          code: 'custom',
          path,
          message: `“${name}” is read by a satellite: the hub cannot set up a webhook there`,
        });
    }
    const names = integrations.map(({ name }) => name);
    for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
      context.addIssue({
        code: 'custom',
        message: `the name “${name}” is there twice; each integration has one of its own`,
      });
    }
  });
export type Integration = z.infer<typeof Integrations>[number];

export const integrations: ApplySection<Integration[]> = {
  name: 'integrations',
  shape: Integrations,
  async resolve(entries, sources) {
    const problems: string[] = [];
    for (const integration of entries) {
      const note = (place: string, problem: string): void => {
        problems.push(`integrations.${integration.name}.${place}: ${problem}`);
      };
      for (const [name, value] of Object.entries(integration.secrets)) {
        const resolved = await resolveReference(value, sources);
        if (resolved === undefined) note(`secrets.${name}`, onlyReferences);
        else if (typeof resolved === 'string') integration.secrets[name] = resolved;
        else note(`secrets.${name}`, resolved.problem);
      }
      for (const [name, value] of Object.entries(integration.settings)) {
        const resolved = typeof value === 'string' ? await resolveReference(value, sources) : undefined;
        if (typeof resolved === 'string') integration.settings[name] = resolved;
        else if (resolved !== undefined) note(`settings.${name}`, resolved.problem);
      }
    }
    return problems;
  },
  async problems(entries, { api }) {
    const problems: string[] = [];
    for (const { name, webhook: _, ...integration } of entries) {
      await api.send('PUT', pathOf(name, true), integration).catch((error: unknown) => {
        // What else is wrong is said where it is applied.
        if (error instanceof ApiFailure && faultsOfTheFile.has(error.code))
          problems.push(`integration ${name}: ${error.message}`);
      });
    }
    return problems;
  },
  async apply(entries, run) {
    const outcomes: SectionOutcome[] = [];
    // They do not depend on each other: what follows one that is refused is applied all the same.
    for (const entry of entries) outcomes.push(await applyOne(entry, run));
    const codes = outcomes.map(({ code }) => code);
    return { code: worstCode(codes), results: outcomes.flatMap(({ results }) => results) };
  },
};

/** What could not be done outweighs what was refused. */
export function worstCode(codes: readonly number[]): number {
  const { good, bad, failed } = exitCodes;
  return [failed, bad].find((code) => codes.includes(code)) ?? good;
}

const pathOf = (name: string, dryRun: boolean): string =>
  `api/v1/integrations/by-name/${encodeURIComponent(name)}${dryRun ? '?dryRun=true' : ''}`;

/** What the hub says of the file itself, whatever outside systems would answer. */
const faultsOfTheFile = new Set(['connector_unknown', 'invalid_request', 'missing_required_field', 'invalid_field']);

async function applyOne(entry: Integration, run: ApplyRun): Promise<SectionOutcome> {
  const { api, terminal, dryRun, json } = run;
  const { name, webhook, ...integration } = entry;
  const applied = await api.send<AppliedIntegration>('PUT', pathOf(name, dryRun), integration).catch(refusedByCheck);
  if ('checks' in applied) {
    if (!json) {
      printChecks(applied.checks, terminal, { onlyNotable: true });
      terminal.err(`integration ${name}: not applied, ${applied.code}: ${applied.message}\n`);
    }
    return { code: exitCodes.bad, results: [{ name, error: applied }] };
  }
  if (!json) tellApplied(applied, name, dryRun, terminal);
  const isToCome = dryRun && applied.created;
  const setUp = webhook === undefined || isToCome || (await applyWebhook(name, webhook, dryRun, run));
  return { code: setUp ? exitCodes.good : exitCodes.failed, results: [{ ...applied, name }] };
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

const waitsForSatellite = '; it waits for a satellite, whose file is on the page Satellites';

function tellApplied(
  applied: AppliedIntegration,
  name: string,
  dryRun: boolean,
  terminal: CommandContext['terminal'],
): void {
  if (applied.report !== null) printChecks(applied.report.checks, terminal, { onlyNotable: true });
  const what = applied.created ? 'created' : applied.changed ? `changed (${applied.changes.join(', ')})` : 'unchanged';
  const waits = applied.created && applied.integration?.place === 'satellite' ? waitsForSatellite : '';
  terminal.out(`integration ${name}: ${dryRun && applied.changed ? `would be ${what}` : what}${waits}\n`);
}
