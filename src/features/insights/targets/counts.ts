import type { Queryable } from '../../../platform/database/index.ts';
import { type SecurityTargets, Severity } from '../contract.ts';
import { readDataState } from '../security/data-state.ts';
import type { Scope } from '../security/scope.ts';
import type { StandingCounts } from './contract.ts';
import { type DueGroup, readDue } from './due.ts';
import { targetOf } from './standing.ts';

/** How many open vulnerabilities keep their targets, are about to break them, and broke them. */
export async function securityTargets(tx: Queryable, scope: Scope, now: Date): Promise<SecurityTargets> {
  const { today, inForce, groups } = await readDue(tx, scope, now);
  const all = [inForce.organization, ...inForce.groups.map(({ targets }) => targets)];
  return {
    state: await readDataState(tx, scope),
    today,
    warnPercent: inForce.warnPercent,
    isSet: all.some((targets) => Object.values(targets).some((days) => days !== null)),
    severities: Severity.options.map((severity) => ({
      severity,
      targets: targetsOf(groups, severity),
      open: countsOf(groups, (one) => one === severity),
    })),
    open: countsOf(groups, () => true),
  };
}

/** Each once, the shortest first, none last. */
function targetsOf(groups: readonly DueGroup[], severity: Severity): (number | null)[] {
  const days = new Set(groups.map(({ targets }) => targetOf(targets, severity)));
  return [...days].toSorted((a, b) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY));
}

function countsOf(groups: readonly DueGroup[], counts: (severity: Severity) => boolean): StandingCounts {
  const sum: StandingCounts = { broken: 0, due_soon: 0, within: 0, none: 0, total: 0 };
  for (const { rows } of groups) {
    for (const { severity, present, target } of rows) {
      if (!counts(severity)) continue;
      sum[target.standing] += present;
      sum.total += present;
    }
  }
  return sum;
}
