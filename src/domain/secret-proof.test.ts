import { expect, test } from 'vitest';
import { provenBy, sameText } from './secret-proof.ts';

test.each([
  ['', '', true],
  ['secret', 'secret', true],
  ['secret', 'Secret', false],
  ['secret', 'secret ', false],
  ['a', 'a much longer one', false],
])('%j and %j: %s', (given, wanted, same) => {
  expect(sameText(given, wanted)).toBe(same);
});

test('any secret proves, and all are tried', () => {
  const tried: string[] = [];
  const proves = (secret: string): boolean => {
    tried.push(secret);
    return secret === 'b';
  };
  expect(provenBy(['a', 'b', 'c'], proves)).toBe(true);
  expect(tried).toEqual(['a', 'b', 'c']);
  expect(provenBy(['a', 'c'], proves)).toBe(false);
  expect(provenBy([], proves)).toBe(false);
});
