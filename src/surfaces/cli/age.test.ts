import { expect, it } from 'vitest';
import { secondsOfAge } from './age.ts';

it('reads seconds, minutes, hours and days', () => {
  expect(['90s', '30m', '2h', '7d', '366d'].map(secondsOfAge)).toEqual([90, 1_800, 7_200, 604_800, 31_622_400]);
});

it('refuses everything else', () => {
  for (const text of ['', '2', 'h', '0h', '-1h', '2 weeks', '1.5h', '367d', '2h30m'])
    expect(() => secondsOfAge(text)).toThrow('for example 2h');
});
