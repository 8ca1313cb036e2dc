import { expect, test } from 'vitest';
import { nearMatch } from './near-match.ts';

test('another case before a typing error, and nothing that is not near', () => {
  const listed = ['shop', 'shop-api', 'billing', 'SEARCH'];
  expect(nearMatch('Shop', listed)).toBe('shop');
  expect(nearMatch('biling', listed)).toBe('billing');
  expect(nearMatch('serach', listed)).toBe('SEARCH');
  expect(nearMatch('payments', listed)).toBeNull();
  expect(nearMatch('x', [])).toBeNull();
});
