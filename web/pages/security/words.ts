import type { Standing } from '../../../src/domain/age-targets.ts';
import type { AgeBucket, SecurityResolveTimes } from '../../../src/features/insights/contract.ts';

export const ageLabel: Record<AgeBucket, string> = {
  '0-7': 'Up to 7 days',
  '8-30': '8 to 30 days',
  '31-90': '31 to 90 days',
  '91-365': '91 to 365 days',
  'over-365': 'More than 365 days',
};

export const standingLabel: Record<Standing, string> = {
  broken: 'Broken',
  due_soon: 'About to break',
  within: 'Within target',
  none: 'No target',
};

/** `7 d`; `7 d or 30 d` where teams differ. */
export const targetWords = (targets: readonly (number | null)[]): string =>
  targets.length > 3
    ? `${targets.length} different`
    : targets.map((days) => (days === null ? 'none' : daysShort(days))).join(' or ');

/** `1 day`, `34 days`, `less than a day`; nothing resolved has no time. */
export function daysWords(days: number | null): string {
  if (days === null) return 'none resolved';
  if (days === 0) return 'less than a day';
  return days === 1 ? '1 day' : `${days.toLocaleString('en-GB')} days`;
}

/** `0 d`, `34 d`, for cells. */
export const daysShort = (days: number | null): string =>
  days === null ? '–' : `${days.toLocaleString('en-GB', { maximumFractionDigits: 1 })} d`;

export function resolvedWords({ accepted, falsePositive }: SecurityResolveTimes['resolvedAs']): string {
  const more = [...(accepted ? ['accepted'] : []), ...(falsePositive ? ['marked a false positive'] : [])];
  if (more.length === 0) return 'Resolved: fixed. Accepted and false positive are not.';
  return `Resolved: fixed, ${more.join(', or ')}.`;
}

export const knownWords: Record<SecurityResolveTimes['buckets'][number]['known'], string> = {
  whole: 'Every project was read',
  partly: 'Some projects were not read yet',
  none: 'Not known: no project was read yet',
};
