import { expect, it } from 'vitest';
import { daysFromText, ownTargetText, targetText } from './target-texts.ts';

it('targets are entered as days, as none, or left as above', () => {
  expect(['7', ' 30 ', '0', '3650'].map(daysFromText)).toEqual([7, 30, 0, 3650]);
  expect(['', '  ', 'none', 'None'].map(daysFromText)).toEqual([undefined, undefined, null, null]);
  expect(['-1', '7.5', '3651', 'soon', '1e3'].map(daysFromText)).toEqual(Array(5).fill('wrong'));
});

it('what is shown is what was entered', () => {
  for (const days of [0, 7, null, undefined]) expect(daysFromText(ownTargetText(days))).toBe(days);
  expect([targetText(30), targetText(null)]).toEqual(['30', '']);
});
