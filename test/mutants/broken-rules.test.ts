import { describe, expect, it } from 'vitest';
import { brokenRules } from './broken-rules.ts';
import { locate } from './locate-rules.ts';

describe('a rule that is broken on purpose', () => {
  it.each(brokenRules.map((rule) => [rule.rule, rule] as const))(
    '%s: lies where the list says, with its test',
    (_, rule) => {
      const { file, test } = locate(rule);
      expect(file.startsWith(rule.within)).toBe(true);
      expect(test).toMatch(/\.(room|contract)\.test\.ts$/);
      expect(rule.becomes).not.toBe(rule.text);
    },
  );

  it('is named once', () => {
    const names = brokenRules.map(({ rule }) => rule);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is refused when its text or its test is elsewhere, or there twice', () => {
    const [rule] = brokenRules;
    if (rule === undefined) throw new Error('there is none');
    expect(() => locate({ ...rule, text: 'no such text' })).toThrow('lies 0 times');
    expect(() => locate({ ...rule, text: 'import' })).toThrow(/lies \d+ times/);
    expect(() => locate({ ...rule, noticedBy: 'no such test' })).toThrow('0 tests are called');
  });
});
