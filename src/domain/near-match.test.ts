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

test('two typing errors are near, three are not, whatever they are', () => {
  expect(nearMatch('checkxxt', ['checkout'])).toBe('checkout');
  expect(nearMatch('checxxxt', ['checkout'])).toBeNull();
  expect(nearMatch('checkoutxx', ['checkout'])).toBe('checkout');
  expect(nearMatch('checkoutxxx', ['checkout'])).toBeNull();
  expect(nearMatch('chkout', ['checkout'])).toBe('checkout');
  expect(nearMatch('chout', ['checkout'])).toBeNull();
  expect(nearMatch('heckoutx', ['checkout'])).toBe('checkout');
  expect(nearMatch('zzshopqq', ['shopqqaa'])).toBeNull();
  expect(nearMatch('shopqqaa', ['zzshopqq'])).toBeNull();
});

test('the nearest, and of several as near the first', () => {
  expect(nearMatch('shop-app', ['shop-bqp', 'shop-apx', 'shop-apy'])).toBe('shop-apx');
  expect(nearMatch('shop-app', ['shop-apx', 'shop-bqp'])).toBe('shop-apx');
  expect(nearMatch('shop-app', ['shop-apx', 'SHOP-APP'])).toBe('SHOP-APP');
});
