import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, compileWildcard, isGlob } from './glob.ts';

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
    expect(compileGlob(pattern)(name)).toBe(matches);
  });
  it('mean what a regular expression would, for every short name', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '/', '*', '**', '**/', '?'), { maxLength: 6 });
    const name = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 });
    const meant = (text: string): RegExp =>
      new RegExp(
        `^${text.replace(/\*\*\/?|[*?]/g, (found) => {
          if (found === '**/') return '(?:[^/]+/)*';
          if (found === '**') return '.*';
          return found === '*' ? '[^/]*' : '[^/]';
        })}$`,
      );
    fc.assert(
      fc.property(pattern, name, (parts, letters) => {
        const [glob, text] = [parts.join(''), letters.join('')];
        expect(`${glob} ${text} ${compileGlob(glob)(text)}`).toBe(`${glob} ${text} ${meant(glob).test(text)}`);
        // A long pattern is matched another way.
        const tail = 'x'.repeat(40);
        expect(`${glob} ${text} ${compileGlob(glob + tail)(text + tail)}`).toBe(
          `${glob} ${text} ${meant(glob + tail).test(text + tail)}`,
        );
      }),
      { numRuns: 3_000 },
    );
  });

  it('hold each name against the whole pattern, whatever was held against it before', () => {
    for (const length of [3, 40]) {
      const fits = compileGlob(`${'a'.repeat(length)}*`);
      const names = ['a'.repeat(length), '', `${'a'.repeat(length)}b`, 'b', 'a'.repeat(length - 1)];
      expect(names.map(fits)).toEqual([true, false, true, false, false]);
    }
  });

  it('a wildcard crosses slashes, and every other character is itself', () => {
    expect(compileWildcard('https://*/x.yml@*')('https://github.com/a/x.yml@refs/heads/main')).toBe(true);
    expect(compileWildcard('a.b?c')('axb.c')).toBe(false);
    expect(compileWildcard('')('a')).toBe(false);
  });

  it('tells a pattern from a name', () => {
    expect([isGlob('team/*'), isGlob('team/checkout')]).toEqual([true, false]);
  });
});
