import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesKey, shown } from './judge.ts';

const key = 'com.sonarsource.sonarqube';

describe('a veto', () => {
  it.each([
    `The associated report with the key '${key}' was not created`,
    `Der Bericht ${key} ist nicht da.`,
    `(${key})`,
    key,
    `${key}_pay and ${key}`,
  ])('%s names the key', (veto) => {
    expect(namesKey(veto, key)).toBe(true);
  });

  it.each([`${key}_pay`, `${key}.pay failed`, `my-${key}`, `my.${key}`, 'com.sonarsource', '', `${key}:x`])(
    '%s names another one, or none',
    (veto) => {
      expect(namesKey(veto, key)).toBe(false);
    },
  );

  it('with any key in quotation marks names it', () => {
    const keys = fc.stringMatching(/^[A-Za-z0-9_:-]{1,20}(\.[A-Za-z0-9_:-]{1,20}){0,2}$/);
    fc.assert(fc.property(fc.string(), keys, fc.string(), (a, one, b) => namesKey(`${a} '${one}' ${b}`, one)));
  });
});

describe('what a pull request shows', () => {
  const of = (more: Partial<Parameters<typeof shown>[1]>) =>
    shown(key, { canMerge: true, vetoes: [], before: 'FAIL', after: 'FAIL', ...more });

  it('is blocking only by a veto that names the key', () => {
    expect(of({ canMerge: false, vetoes: [`'${key}' has annotations`] })).toBe('blocked');
    expect(of({ canMerge: false, vetoes: [`'${key}_pay' failed`] })).toBe('open');
  });

  it('is open only where the report did not pass the whole time, and the server spoke', () => {
    expect(of({})).toBe('open');
    expect(of({ before: null, after: null })).toBe('open');
    expect(of({ before: 'PASS', after: 'PASS' })).toBe('nothing');
    expect(of({ before: 'FAIL', after: 'PASS' })).toBe('nothing');
    expect(of({ before: 'PASS', after: 'FAIL' })).toBe('nothing');
    expect(of({ canMerge: null })).toBe('nothing');
  });
});
