import { describe, expect, it } from 'vitest';
import type { PastCounts, SecurityTrend, TrendBucket } from '../../../src/features/insights/contract.ts';
import { basesOf, bucketName, bucketTitle, heightOf, stack, stackedLayers } from './buckets.ts';

const now = new Date('2026-11-21T10:00:00Z');
const none: PastCounts = { critical: 0, high: 0, medium: 0, low: 0, unrated: 0, unknown: 0, total: 0 };
const bucket = (change: Partial<TrendBucket> = {}): TrendBucket => ({
  from: '2026-11-16',
  to: '2026-11-21',
  open: none,
  created: none,
  resolved: none,
  joined: none,
  complete: true,
  basis: 'read',
  ...change,
});
const trend = (buckets: TrendBucket[]): SecurityTrend => ({
  state: {
    asOf: null,
    incomplete: false,
    projectsRead: 0,
    projectsKnown: 0,
    projectsUpdating: 0,
    projectsRecomputing: 0,
  },
  granularity: 'week',
  from: '2026-11-16',
  to: '2026-11-21',
  readFrom: null,
  countedFrom: null,
  buckets,
  trendLine: { open: null, created: null, resolved: null },
  markers: [],
});

describe('buckets', () => {
  it('are named by their granularity', () => {
    expect((['week', 'month', 'quarter'] as const).map((unit) => bucketName(bucket(), unit, now))).toEqual([
      '16 Nov',
      'Nov 2026',
      'Q4 2026',
    ]);
    expect(bucketTitle(bucket({ complete: false }), now)).toBe('16 Nov to 21 Nov, so far');
  });

  it('stack without gaps and end at the total', () => {
    const counts = { ...none, critical: 2, high: 3, low: 5, total: 10 };
    const parts = stack(counts, ['critical', 'high', 'medium', 'low']);
    expect(parts.map(({ low, high }) => [low, high])).toEqual([
      [0, 2],
      [2, 5],
      [5, 5],
      [5, 10],
    ]);
  });

  it('leave out severities that never occur', () => {
    const one = trend([
      bucket({ open: { ...none, high: 1, total: 1 } }),
      bucket({ open: { ...none, low: 1, total: 1 } }),
    ]);
    expect(stackedLayers(one, 'open')).toEqual(['high', 'low']);
    expect(stackedLayers(one, 'created')).toEqual([]);
  });

  it('have what has no severity on top, also where one severity is asked for', () => {
    const counts = { ...none, high: 3, unknown: 4, total: 3 };
    const order = stackedLayers(trend([bucket({ open: counts })]), 'open');
    expect(order).toEqual(['high', 'unknown']);
    expect(heightOf(counts, order)).toBe(7);
  });

  it('say what they rest on, the surest first', () => {
    const rests = (basis: TrendBucket['basis']) => bucket({ basis });
    expect(basesOf(trend([rests('reconstructed'), rests('counted'), rests('read'), rests('read')]))).toEqual([
      'read',
      'counted',
      'reconstructed',
    ]);
  });
});
