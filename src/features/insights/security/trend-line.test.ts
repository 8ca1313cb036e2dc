import { expect, test } from 'vitest';
import { trendLine } from './trend-line.ts';

test('a straight line is found exactly, and goes on through the bucket that is not over', () => {
  expect(trendLine([10, 12, 14, 3], 3)).toEqual({ slopePerBucket: 2, values: [10, 12, 14, 16] });
  expect(trendLine([5, 5, 5], 3)).toEqual({ slopePerBucket: 0, values: [5, 5, 5] });
});

test('least squares, worked out by hand', () => {
  // x 0..3, mean 1.5; y mean 3.25; covariance 6.5, variance 5
  expect(trendLine([1, 4, 3, 5], 4)).toEqual({ slopePerBucket: 1.1, values: [1.6, 2.7, 3.8, 4.9] });
});

test('fewer than two complete buckets have no direction', () => {
  expect(trendLine([], 0)).toBeNull();
  expect(trendLine([7, 9], 1)).toBeNull();
});
