import type { CheckReport, CheckResult } from '../../../connectors/contract.ts';
import { requireSaveAllowed } from '../model.ts';
import type { CredentialRow } from '../store/credentials.ts';
import type { IntegrationRow } from '../store/integrations.ts';

type Known = Pick<IntegrationRow, 'capabilities' | 'facts'>;

/** The report with what a credential reaches less than those it joins or replaces. Throws when that forbids saving. */
export async function* compareReach(
  report: CheckReport,
  known: Known,
  others: readonly CredentialRow[],
): AsyncGenerator<CheckResult, CheckReport> {
  requireSaveAllowed(report);
  const besideOthers = others.some(({ disabledAt }) => disabledAt === null);
  const less = lessReach(report, known, { besideOthers });
  if (less === undefined) return report;
  yield less;
  const compared = { ...report, checks: [...report.checks, less] };
  requireSaveAllowed(compared);
  return compared;
}

/**
 * What a credential reaches less than the integration is known to; undefined when it reaches as much. Beside others in use
 * it is refused: projects and streams would come and go with the one that happens to be taken. In the place of the only
 * one it is warned of. What only changes the outside system (webhooks) needs no second credential.
 */
export function lessReach(
  report: CheckReport,
  known: Known,
  { besideOthers }: { besideOthers: boolean },
): CheckResult | undefined {
  const reached = new Map(report.capabilities.map((capability) => [capability.name, capability]));
  const lost = known.capabilities.filter(({ name, available, untried }) => {
    const now = reached.get(name);
    if (!available || untried === true) return false;
    return now === undefined || (!now.available && now.untried !== true && now.changes !== true);
  });
  const [before, now] = projectsReached(known.facts, report.facts);
  const fewer = before !== undefined && now !== undefined && now < before;
  if (lost.length === 0 && !fewer) return undefined;
  const others = besideOthers ? 'the others' : 'the one before';
  const missing = lost.length === 0 ? [] : [`it lacks: ${lost.map(({ title }) => title).join(', ')}`];
  const seen = fewer ? [`it sees ${now} projects, ${others} ${before}`] : [];
  return {
    name: 'same_reach',
    title: besideOthers ? 'Reaches as much as the other credentials' : 'Reaches as much as the credential before',
    outcome: besideOthers ? 'failed' : 'warning',
    code: 'invalid_permissions',
    message: `This credential reaches less than ${others}: ${[...seen, ...missing].join('; ')}.`,
    remedy: `Give its user the permissions of ${others}. When projects were removed meanwhile, check the connection first.`,
    ...(besideOthers ? {} : { saveAllowed: true }),
  };
}

/** Those that can be read where both know that, else those that are listed. */
function projectsReached(known: CheckReport['facts'], found: CheckReport['facts']): (number | undefined)[] {
  const numbers = (name: string): (number | undefined)[] =>
    [known[name], found[name]].map((value) => (typeof value === 'number' ? value : undefined));
  const readable = numbers('readableProjects');
  return readable.includes(undefined) ? numbers('projects') : readable;
}
