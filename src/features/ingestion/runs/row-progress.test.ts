import { expect, it } from 'vitest';
import { rowProgress } from './row-progress.ts';

it('estimates by rows against what the source said there are', () => {
  expect(rowProgress({ read: 2_500, expected: 10_000, elapsedSeconds: 20 })).toEqual({
    recordsStaged: 2_500,
    recordsTotal: 10_000,
    secondsLeft: 60,
  });
});

it('gives no estimate before the pace tells something', () => {
  expect(rowProgress({ read: 499, expected: 10_000, elapsedSeconds: 60 }).secondsLeft).toBeNull();
  expect(rowProgress({ read: 500, expected: 10_000, elapsedSeconds: 5 }).secondsLeft).toBeNull();
  expect(rowProgress({ read: 500, expected: 10_000, elapsedSeconds: 6 }).secondsLeft).toBeCloseTo(114);
});

it.each([null, 0])('says no total where the source says %s', (expected) => {
  const unknown = { recordsStaged: 45, recordsTotal: null, secondsLeft: null };
  expect(rowProgress({ read: 45, expected, elapsedSeconds: 60 })).toEqual(unknown);
  expect(rowProgress({ read: 0, expected, elapsedSeconds: 60 })).toEqual({ ...unknown, recordsStaged: 0 });
});

it('says no total once more was read than expected', () => {
  const unknown = { recordsStaged: 101, recordsTotal: null, secondsLeft: null };
  expect(rowProgress({ read: 101, expected: 100, elapsedSeconds: 60 })).toEqual(unknown);
  expect(rowProgress({ read: 100, expected: 100, elapsedSeconds: 60 }).secondsLeft).toBe(0);
});

it('falls while rows come at the same pace', () => {
  const left = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
    (step) => rowProgress({ read: step * 100, expected: 1_000, elapsedSeconds: step * 10 }).secondsLeft ?? Number.NaN,
  );
  expect(left).toEqual(left.toSorted((a, b) => b - a));
});
