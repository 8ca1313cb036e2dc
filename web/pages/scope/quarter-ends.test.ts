import { expect, it } from 'vitest';
import { quarterEnds } from './quarter-ends.ts';

it('the ends of quarters before a day go back over the turn of a year', () => {
  expect(quarterEnds(new Date('2026-02-28T23:59:59Z'), 3)).toEqual(['2025-12-31', '2025-09-30', '2025-06-30']);
  expect(quarterEnds(new Date('2026-10-01T00:00:00Z'), 1)).toEqual(['2026-09-30']);
});
