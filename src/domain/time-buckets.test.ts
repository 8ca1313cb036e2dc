import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  bucketEnd,
  bucketStart,
  dayOf,
  daysBetween,
  endOfDay,
  type Granularity,
  presetRange,
  presets,
  timeBuckets,
} from './time-buckets.ts';

const granularities: Granularity[] = ['week', 'month', 'quarter'];
const anyDay = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('1990-01-01', days));
const anyGranularity = fc.constantFrom(...granularities);

describe('time buckets', () => {
  it('takes the UTC day whatever the time zone', () => {
    expect(dayOf(new Date('2026-03-01T23:59:59.999Z'))).toBe('2026-03-01');
    expect(dayOf(new Date('2026-03-02T01:00:00+02:00'))).toBe('2026-03-01');
    expect(endOfDay('2026-02-28').toISOString()).toBe('2026-03-01T00:00:00.000Z');
  });

  it('begins weeks on Monday, months on the first, quarters in January, April, July and October', () => {
    expect(bucketStart('2026-11-22', 'week')).toBe('2026-11-16');
    expect(bucketStart('2026-11-16', 'week')).toBe('2026-11-16');
    expect(bucketEnd('2026-11-16', 'week')).toBe('2026-11-22');
    expect(bucketStart('2026-11-21', 'month')).toBe('2026-11-01');
    expect(bucketEnd('2024-02-10', 'month')).toBe('2024-02-29');
    expect(bucketStart('2026-11-21', 'quarter')).toBe('2026-10-01');
    expect(bucketEnd('2026-11-21', 'quarter')).toBe('2026-12-31');
  });

  it('keeps the last day of a shorter month', () => {
    expect(addMonths('2026-08-31', -6)).toBe('2026-02-28');
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-01-15', -13)).toBe('2024-12-15');
  });

  it('counts days forth and back', () => {
    expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3);
    expect(daysBetween('2028-03-02', '2028-02-27')).toBe(-4);
    expect(daysBetween('2026-03-02', '2026-03-02')).toBe(0);
  });

  it('a preset of weeks that ends on a Sunday is exactly so many weeks', () => {
    expect(presetRange('4w', 'week', '2026-11-22')).toEqual({ from: '2026-10-26', to: '2026-11-22' });
    expect(presetRange('12w', 'week', '2026-11-22')).toEqual({ from: '2026-08-31', to: '2026-11-22' });
  });

  it('cuts the first and the last bucket to the range', () => {
    expect(timeBuckets({ from: '2026-11-05', to: '2026-11-18' }, 'week', '2026-11-18')).toEqual([
      { from: '2026-11-05', to: '2026-11-08', complete: true },
      { from: '2026-11-09', to: '2026-11-15', complete: true },
      { from: '2026-11-16', to: '2026-11-18', complete: false },
    ]);
  });

  it('covers every day of a range once, in order', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 1500 }), anyGranularity, (from, length, granularity) => {
        const to = addDays(from, length);
        const buckets = timeBuckets({ from, to }, granularity, to);
        expect(buckets[0]?.from).toBe(from);
        expect(buckets.at(-1)?.to).toBe(to);
        for (const [index, bucket] of buckets.entries()) {
          expect(bucket.from <= bucket.to).toBe(true);
          expect(bucketStart(bucket.to, granularity)).toBe(bucketStart(bucket.from, granularity));
          if (index > 0) expect(bucket.from).toBe(addDays(buckets[index - 1]?.to as string, 1));
        }
      }),
    );
  });

  it('marks buckets as complete that are over', () => {
    fc.assert(
      fc.property(anyDay, anyGranularity, (today, granularity) => {
        const range = presetRange('6m', granularity, today);
        const open = timeBuckets(range, granularity, today).filter((bucket) => !bucket.complete);
        expect(open).toHaveLength(1);
        expect(open[0]?.to).toBe(today);
      }),
    );
  });

  it.each([
    ['4w', '2026-10-24'],
    ['12w', '2026-08-29'],
    ['3m', '2026-08-21'],
    ['6m', '2026-05-21'],
    ['12m', '2025-11-21'],
    ['24m', '2024-11-21'],
  ] as const)('a preset of %s on a Friday goes back to the bucket that %s lies in', (preset, day) => {
    for (const granularity of ['week', 'month', 'quarter'] as const) {
      const { from, to } = presetRange(preset, granularity, '2026-11-20');
      expect(to).toBe('2026-11-20');
      expect(from <= day).toBe(true);
      expect(timeBuckets({ from, to: day }, granularity, day)).toHaveLength(1);
    }
  });

  it('begins the range of a preset with a whole bucket and ends it today', () => {
    fc.assert(
      fc.property(anyDay, anyGranularity, fc.constantFrom(...presets), (today, granularity, preset) => {
        const { from, to } = presetRange(preset, granularity, today);
        expect(to).toBe(today);
        expect(bucketStart(from, granularity)).toBe(from);
        const least = preset.endsWith('w') ? Number(preset.slice(0, -1)) * 7 : Number(preset.slice(0, -1)) * 28;
        expect(daysBetween(from, to) + 1).toBeGreaterThanOrEqual(least);
      }),
    );
  });
});
