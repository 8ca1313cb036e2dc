import { expect, test } from 'vitest';
import { cweOf } from './rules.ts';

test('weaknesses are read from the text of a rule, each once and in order', () => {
  const text =
    '<li>MITRE - <a href="https://cwe.mitre.org/data/definitions/79">CWE-79 - XSS</a></li> CWE-20, cwe:502 and not CWE-';
  expect(cweOf(text)).toEqual(['CWE-20', 'CWE-79', 'CWE-502']);
  expect(cweOf('nothing')).toEqual([]);
});
