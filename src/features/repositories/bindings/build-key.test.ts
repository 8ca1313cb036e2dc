import { expect, it } from 'vitest';
import { buildKeyOf } from './build-key.ts';

it('is one for a repository of one project, and one for each project of several', () => {
  expect(buildKeyOf({ projectKey: 'pay:ledger', mono: false })).toBe('sonarqube');
  expect(buildKeyOf({ projectKey: 'pay:ledger', mono: true })).toBe('sonarqube.pay:ledger');
});

it('is never longer than the server takes, nor the same for two projects', () => {
  const keys = ['a', 'b'].map((end) => buildKeyOf({ projectKey: `${'k'.repeat(399)}${end}`, mono: true }));
  expect(keys.map(({ length }) => length)).toEqual([255, 255]);
  expect(keys[0]).not.toBe(keys[1]);
});
