import { describe, expect, it } from 'vitest';
import { judgeDisk, judgeMemory, judgeSkew, size } from './model.ts';

describe('what doctor judges', () => {
  it.each([
    [400, 'ok', '0.4 s ahead of'],
    [-4_900, 'ok', '4.9 s behind'],
    [-9_000, 'warning', '9.0 s behind'],
    [3_600_000, 'bad', '3600.0 s ahead of'],
  ])('a clock %i ms off is %s', (milliseconds, outcome, words) => {
    expect(judgeSkew(milliseconds)).toEqual({ outcome, words });
  });

  it.each([
    [100e9, 500e9, 'ok'],
    [1.5e9, 10e9, 'warning'],
    [20e9, 1_000e9, 'warning'],
    [100e6, 10e9, 'bad'],
    [8e9, 1_000e9, 'bad'],
  ])('%d of %d bytes free is %s', (free, total, outcome) => expect(judgeDisk(free, total)).toBe(outcome));

  it('tells memory near its limit, and sizes in words', () => {
    expect([judgeMemory(80, 100), judgeMemory(90, 100)]).toEqual(['ok', 'warning']);
    expect([size(0), size(999), size(1_500), size(123_456_789), size(4.2e12)]).toEqual([
      '0 B',
      '999 B',
      '1.5 KB',
      '123 MB',
      '4.2 TB',
    ]);
  });
});
