import { describe, expect, it } from 'vitest';
import { middleOfClass, quantile, resolveTimes } from './quantiles.ts';

describe('times to resolve', () => {
  it('are by nearest rank, and nothing without a fix', () => {
    expect(resolveTimes(new Map(), 0)).toEqual({ resolved: 0, mean: null, median: null, p90: null });
    expect(resolveTimes(new Map([[3, 1]]), 3)).toEqual({ resolved: 1, mean: 3, median: 3, p90: 3 });
    const ten = new Map(Array.from({ length: 10 }, (_, day) => [day + 1, 1] as const));
    expect(resolveTimes(ten, 52)).toEqual({ resolved: 10, mean: 5.2, median: 5, p90: 9 });
    expect(
      quantile(
        new Map([
          [0, 3],
          [2, 0],
          [9, 1],
        ]),
        0.75,
      ),
    ).toBe(0);
  });

  it('are exact up to 15 days, and above within a sixteenth', () => {
    const classOf = (days: number): number => {
      if (days < 16) return days;
      const width = 2 ** (Math.floor(Math.log2(days)) - 3);
      return Math.floor(days / width) * width;
    };
    for (let days = 0; days < 4000; days++) {
      const shown = middleOfClass(classOf(days));
      expect(Math.abs(shown - days)).toBeLessThanOrEqual(days < 16 ? 0 : days / 16);
    }
  });
});
