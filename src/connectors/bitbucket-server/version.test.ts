import { expect, it } from 'vitest';
import { hasCodeInsights, parseVersion } from './version.ts';

it('reads versions with whatever follows their numbers', () => {
  expect(parseVersion('9.4.24')).toEqual({ text: '9.4.24', major: 9, minor: 4 });
  expect(parseVersion('10.2.0-rc1')).toMatchObject({ major: 10, minor: 2 });
  expect(parseVersion('8.0-SNAPSHOT')).toMatchObject({ major: 8, minor: 0 });
  expect(['', 'nine', '9', 'v9.4'].map(parseVersion)).toEqual([null, null, null, null]);
});

it('Code Insights is there from 5.15 on, counted as numbers', () => {
  const known = ['5.15.1', '5.16', '6.0.0', '7.21.0', '10.2.0-rc1'];
  const older = ['5.14.4', '5.2', '4.99', '5.1.5'];
  const supported = (text: string): boolean => hasCodeInsights(parseVersion(text) ?? { text, major: 0, minor: 0 });
  expect(known.filter(supported)).toEqual(known);
  expect(older.filter(supported)).toEqual([]);
});
