import { addDays, type Day } from './time-buckets.ts';

/** Ages of findings, the youngest first, by whole UTC days since their creation: the last day of each but the last. */
export const ageDays = { '0-7': 7, '8-30': 30, '31-90': 90, '91-365': 365 } as const;

export const findingAges = ['0-7', '8-30', '31-90', '91-365', 'over-365'] as const;
export type FindingAge = (typeof findingAges)[number];

/** First and last UTC day of creation of what is so old; null: without an end. What is dated after today is young. */
export interface CreatedRange {
  from: Day | null;
  to: Day | null;
}

export function daysOf(age: FindingAge): { fromDays: number; toDays: number | null } {
  const younger = findingAges[findingAges.indexOf(age) - 1];
  const fromDays = younger === undefined || younger === 'over-365' ? 0 : ageDays[younger] + 1;
  return { fromDays, toDays: age === 'over-365' ? null : ageDays[age] };
}

export function createdRange(age: FindingAge, today: Day): CreatedRange {
  const { fromDays, toDays } = daysOf(age);
  return {
    from: toDays === null ? null : addDays(today, -toDays),
    to: fromDays === 0 ? null : addDays(today, -fromDays),
  };
}
