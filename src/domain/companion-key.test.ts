import { expect, test } from 'vitest';
import { companionKey, mainOfCompanion } from './companion-key.ts';

test('the key of a companion tells its project, whatever stands in that one', () => {
  for (const project of ['shop', 'com.example:shop', 'shop:pr-1', 'a b'])
    expect(mainOfCompanion(companionKey(project, '17'))).toBe(project);
});

test.each(['shop', ':pr-1', 'shop:pr-', 'shop:pr-x', 'shop:pr-1a', 'shop-pr-1'])('%s is of no companion', (key) => {
  expect(mainOfCompanion(key)).toBeNull();
});
