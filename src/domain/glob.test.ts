import { describe, expect, it } from 'vitest';
import { globToRegExp, isGlob } from './glob.ts';

describe('globs', () => {
  it.each([
    ['team/checkout', 'team/checkout', true],
    ['team/checkout', 'team/checkout2', false],
    ['team/*', 'team/checkout', true],
    ['team/*', 'team/a/b', false],
    ['team/**', 'team/a/b', true],
    ['**/checkout', 'a/b/checkout', true],
    ['**/checkout', 'checkout', true],
    ['a.b?c', 'a.bxc', true],
    ['a.b?c', 'axbxc', false],
    ['**', 'anything/at/all', true],
    ['(a|b)+', '(a|b)+', true],
  ])('%s against %s: %s', (pattern, name, matches) => {
    expect(globToRegExp(pattern).test(name)).toBe(matches);
  });
  it('tells a pattern from a name', () => {
    expect([isGlob('team/*'), isGlob('team/checkout')]).toEqual([true, false]);
  });
});
