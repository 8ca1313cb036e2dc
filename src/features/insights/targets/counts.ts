import type { Queryable } from '../../../platform/database/index.ts';
import { type SecurityTargets, Severity } from '../contract.ts';
import { type Day, dayOf } from '../../../domain/time-buckets.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { readDataState, readKnownFrom } from '../security/data-state.ts';
import type { Scope } from '../security/scope.ts';
import type { StandingCounts } from './contract.ts';
import { type DueGroup, readDue, readDueThen } from './due.ts';
import { targetOf } from './standing.ts';

export interface TargetsAsked {
  /** The end of a day that is over; left out: now. */
  at?: Day | undefined;
  /** By the targets that held then, or by those that hold now. */
  by: 'then' | 'now';
  now: Date;
}

/** How many open vulnerabilities keep their targets, are about to break them, and broke them. Throws `invalid_request`. */
export async function securityTargets(
  tx: Queryable,
  scope: Scope,
  { at, by, now }: TargetsAsked,
): Promise<SecurityTargets> {
  if (at !== undefined && at >= dayOf(now))
    throw new PlumblineError('invalid_request', {
      message: 'The day is not over yet: leave `at` out to see what is now.',
    });
  const { today, inForce, groups } =
    at === undefined ? await readDue(tx, scope, now) : await readDueThen(tx, scope, { at, by });
  const { read } = await readKnownFrom(tx, scope);
  const all = [inForce.organization, ...inForce.groups.map(({ targets }) => targets)];
  return {
    state: await readDataState(tx, scope),
    today,
    at: at ?? null,
    by: at === undefined ? 'now' : by,
    whole: at === undefined || (read !== null && at >= read),
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
