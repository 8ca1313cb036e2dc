import { describe, expect, it } from 'vitest';
import { createdRange, daysOf, findingAges } from './finding-age.ts';
import { addDays } from './time-buckets.ts';

describe('ages of findings', () => {
  it('follow each other without a gap', () => {
    expect(findingAges.map((age) => daysOf(age))).toEqual([
      { fromDays: 0, toDays: 7 },
      { fromDays: 8, toDays: 30 },
      { fromDays: 31, toDays: 90 },
      { fromDays: 91, toDays: 365 },
      { fromDays: 366, toDays: null },
    ]);
  });

  it('hold every day of creation once, those after today among the youngest', () => {
    const today = '2026-03-01';
    for (let days = -3; days < 800; days++) {
      const day = addDays(today, -days);
      const holding = findingAges.filter((age) => {
        const { from, to } = createdRange(age, today);
        return (from === null || day >= from) && (to === null || day <= to);
      });
      expect(holding).toEqual([findingAges.find((age) => (daysOf(age).toDays ?? Number.POSITIVE_INFINITY) >= days)]);
    }
  });
});
