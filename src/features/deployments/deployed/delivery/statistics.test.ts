import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statistics } from './statistics.ts';

describe('statistics', () => {
  it('of nothing are nothing, never 0', () => {
    expect(statistics([])).toEqual({ values: 0, mean: null, median: null, p90: null, p95: null });
  });

  it('are the field’s own', () => {
    expect(statistics([7])).toEqual({ values: 1, mean: 7, median: 7, p90: 7, p95: 7 });
    expect(statistics([4, 1, 3, 2])).toMatchObject({ values: 4, mean: 2.5, median: 2.5 });
    expect(statistics(Array.from({ length: 101 }, (_nothing, n) => n))).toMatchObject({ median: 50, p90: 90, p95: 95 });
  });

  it('lie between the least and the greatest, in their order, whatever the order of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1 }), (values) => {
        const { mean, median, p90, p95 } = statistics(values);
        const all = [Math.min(...values), median, p90, p95, Math.max(...values)] as number[];
        expect(all).toEqual(all.toSorted((a, b) => a - b));
        expect(mean).toBeGreaterThanOrEqual(all[0]!);
        expect(statistics(values.toReversed()).median).toBe(median);
      }),
    );
  });
});
