import type { CheckReport, CheckResult, Connector } from '../../../connectors/contract.ts';
import { requireSaveAllowed } from '../model.ts';
import type { CredentialRow } from '../store/credentials.ts';
import type { IntegrationRow } from '../store/integrations.ts';

type Known = Pick<IntegrationRow, 'capabilities' | 'facts'>;
type Reach = Connector['reach'];

/** The report with what a credential reaches less than those it joins or replaces. Throws when that forbids saving. */
export async function* compareReach(
  report: CheckReport,
  known: Known,
  { others, reach }: { others: readonly CredentialRow[]; reach: Reach },
): AsyncGenerator<CheckResult, CheckReport> {
  requireSaveAllowed(report);
  const besideOthers = others.some(({ disabledAt }) => disabledAt === null);
  const less = lessReach(report, known, { besideOthers, reach });
  if (less === undefined) return report;
  yield less;
  const compared = { ...report, checks: [...report.checks, less] };
  requireSaveAllowed(compared);
  return compared;
}

/**
 * What a credential reaches less than the integration is known to; undefined when it reaches as much. Beside others in use
 * it is refused: things and streams would come and go with the one that happens to be taken. In the place of the only
 * one it is warned of. What only changes the outside system (webhooks) needs no second credential.
 */
export function lessReach(
  report: CheckReport,
  known: Known,
  { besideOthers, reach }: { besideOthers: boolean; reach: Reach },
): CheckResult | undefined {
  const reached = new Map(report.capabilities.map((capability) => [capability.name, capability]));
  const lost = known.capabilities.filter(({ name, available, untried }) => {
    const now = reached.get(name);
    if (!available || untried === true) return false;
    return now === undefined || (!now.available && now.untried !== true && now.changes !== true);
  });
  const [before, now] = thingsReached(reach?.counts ?? [], known.facts, report.facts);
  const fewer = before !== undefined && now !== undefined && now < before;
  if (lost.length === 0 && !fewer) return undefined;
  const others = besideOthers ? 'the others' : 'the one before';
  const missing = lost.length === 0 ? [] : [`it lacks: ${lost.map(({ title }) => title).join(', ')}`];
  const seen = fewer ? [`it sees ${now} ${reach?.things}, ${others} ${before}`] : [];
  return {
    name: 'same_reach',
    title: besideOthers ? 'Reaches as much as the other credentials' : 'Reaches as much as the credential before',
    outcome: besideOthers ? 'failed' : 'warning',
    code: 'invalid_permissions',
    message: `This credential reaches less than ${others}: ${[...seen, ...missing].join('; ')}.`,
    remedy: `Give its user the permissions of ${others}. When ${reach?.things ?? 'things'} were removed meanwhile, check the connection first.`,
    ...(besideOthers ? {} : { saveAllowed: true }),
  };
}

/** By the truest count that both know. */
function thingsReached(
  counts: readonly string[],
  known: CheckReport['facts'],
  found: CheckReport['facts'],
): [before?: number, now?: number] {
  for (const name of counts) {
    const [before, now] = [known[name], found[name]];
    if (typeof before === 'number' && typeof now === 'number') return [before, now];
  }
  return [];
}
