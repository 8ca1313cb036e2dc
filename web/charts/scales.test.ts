import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTop, countTicks, labelledIndexes, positionInBuckets, runsOf, spreadLabels } from './scales.ts';

describe('labels beside a chart', () => {
  it('stay where they are when there is room', () => {
    expect(spreadLabels([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]);
  });

  it('never cover each other, keep their order and stay inside', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 6 }), (wanted) => {
        const placed = spreadLabels(wanted, 14, 0, 200);
        const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
        for (const [rank, index] of order.entries()) {
          expect(placed[index]).toBeGreaterThanOrEqual(0);
          expect(placed[index]).toBeLessThanOrEqual(200);
          const before = order[rank - 1];
          if (before !== undefined) expect((placed[index] ?? 0) - (placed[before] ?? 0)).toBeGreaterThanOrEqual(14);
        }
      }),
    );
  });

  it('under a chart are evenly apart and end with the last', () => {
    expect(labelledIndexes(26, 600, 100)).toEqual([0, 5, 10, 15, 20, 25]);
    expect(labelledIndexes(3, 600, 100)).toEqual([0, 1, 2]);
    expect(labelledIndexes(5, 10, 100)).toEqual([4]);
    expect(labelledIndexes(0, 600, 100)).toEqual([]);
  });
});

describe('axes', () => {
  it('of nothing still have a scale, of few only whole numbers', () => {
    expect([axisTop([]), axisTop([0, 0]), axisTop([3, 12])]).toEqual([4, 4, 12]);
    expect([countTicks(4), countTicks(1), countTicks(4000)]).toEqual([4, 1, 5]);
  });
});

describe('buckets', () => {
  const buckets = [
    { from: '2026-11-02', to: '2026-11-08' },
    { from: '2026-11-09', to: '2026-11-15' },
  ];

  it('hold days at their place', () => {
    expect(positionInBuckets(buckets, '2026-11-02')).toEqual({ index: 0, share: 0 });
    expect(positionInBuckets(buckets, '2026-11-15')).toEqual({ index: 1, share: 6 / 7 });
    expect(positionInBuckets(buckets, '2026-11-16')).toBeNull();
  });

  it('with gaps become several runs', () => {
    expect(runsOf([1, null, 2, 3, null], (value) => value !== null)).toEqual([[1], [2, 3]]);
    expect(runsOf([null], (value) => value !== null)).toEqual([]);
  });
});
