import { expect, it } from 'vitest';
import { isLasting, retrySeconds } from './retrying.ts';

const delays = (code: string, count: number): number[] =>
  Array.from({ length: count }, (_nothing, at) => retrySeconds(code, at + 1));

it('tries a commit that the server does not know yet after 2, 8 and 30 seconds, and slowly from then on', () => {
  expect(delays('bitbucket_commit_not_found', 5)).toEqual([2, 8, 30, 900, 900]);
});

it('tries what may pass by itself ever more slowly, and never gives up', () => {
  expect(delays('unreachable', 8)).toEqual([1, 4, 15, 60, 300, 900, 3_600, 3_600]);
});

it('asks now and then whether somebody mended what waiting does not', () => {
  expect(delays('bitbucket_report_not_ours', 2)).toEqual([3_600, 3_600]);
  expect(delays('invalid_credentials', 1)).toEqual([3_600]);
});

it('tries again after failures that nobody has a name for', () => {
  expect(delays('of another version', 1)).toEqual([1]);
});

it('a failure lasts after three tries, or where waiting mends nothing', () => {
  expect([1, 2, 3].map((failures) => isLasting('timeout', failures))).toEqual([false, false, true]);
  expect(isLasting('invalid_credentials', 1)).toBe(true);
});
