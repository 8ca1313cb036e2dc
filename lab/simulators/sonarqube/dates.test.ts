import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, parseServerDate } from './dates.ts';

const seconds = fc.integer({ min: 0, max: 4_102_444_799 });

describe('dates', () => {
  it('are written as the calendar has them', () => {
    fc.assert(
      fc.property(seconds, (at) => {
        expect(formatInstant(at)).toBe(`${new Date(at * 1000).toISOString().slice(0, 19)}+0000`);
      }),
    );
  });

  it('are read back', () => {
    fc.assert(
      fc.property(seconds, (at) => {
        expect(parseServerDate(formatInstant(at))).toEqual({ epochSeconds: at, dateOnly: false });
      }),
    );
  });
});
