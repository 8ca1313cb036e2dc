import { type Standing, targetSeverities } from '../../../domain/age-targets.ts';
import { addDays, type Day, daysBetween } from '../../../domain/time-buckets.ts';
import type { Severity } from '../contract.ts';
import { type FindingTarget, type OwnTargets, type Targets } from './contract.ts';

export const noTargets: Targets = { critical: null, high: null, medium: null, low: null };

/** What is dated after today is as old as what is of today. */
const ageOn = (created: Day, today: Day): number => Math.max(0, daysBetween(created, today));

/** What is left out is as in the other. */
export function withOwn(above: Targets, own: OwnTargets): Targets {
  const each = targetSeverities.map((severity) => [
    severity,
    own[severity] === undefined ? above[severity] : own[severity],
  ]);
  return Object.fromEntries(each) as Targets;
}

export function targetOf(targets: Targets, severity: Severity): number | null {
  return severity === 'unrated' ? null : targets[severity];
}

/** On the last day of a target it is not broken yet. About to break is at least that day, unless no share is. */
export function standingOf(
  created: Day,
  days: number | null,
  { today, warnPercent }: { today: Day; warnPercent: number },
): Standing {
  if (days === null) return 'none';
  const left = days - ageOn(created, today);
  if (left < 0) return 'broken';
  return left < Math.ceil((days * warnPercent) / 100) || (left === 0 && warnPercent > 0) ? 'due_soon' : 'within';
}

export function findingTarget(
  created: Day,
  days: number | null,
  settings: { today: Day; warnPercent: number },
): FindingTarget {
  const standing = standingOf(created, days, settings);
  return { standing, days, dueOn: days === null ? null : addDays(created, days) };
}

/** Of two targets that both hold. */
const shorter = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/**
 * Targets of a project by what its teams have of their own, tree by tree. A tree in which none of them has any says
 * nothing; of the others the shortest counts.
 */
export function targetsOfProject(organization: Targets, trees: readonly (readonly OwnTargets[])[]): Targets {
  const told = trees.filter((teams) => teams.some((own) => Object.keys(own).length > 0));
  if (told.length === 0) return organization;
  const all = told.flat().map((own) => withOwn(organization, own));
  return all.reduce((a, b) => {
    const each = targetSeverities.map((severity) => [severity, shorter(a[severity], b[severity])]);
    return Object.fromEntries(each) as Targets;
  });
}

export const sameTargets = (a: Targets, b: Targets): boolean =>
  targetSeverities.every((severity) => a[severity] === b[severity]);
