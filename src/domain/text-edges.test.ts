import { expect, it } from 'vitest';
import { trimCharacter, trimEndCharacter } from './text-edges.ts';

it.each([
  ['--a-b--', 'a-b', '--a-b'],
  ['a', 'a', 'a'],
  ['-', '', ''],
  ['---', '', ''],
  ['', '', ''],
  ['-a', 'a', '-a'],
  ['a-', 'a', 'a'],
])('of “%s” is left “%s”, and “%s” when only the end is looked at', (text, both, end) => {
  expect(trimCharacter(text, '-')).toBe(both);
  expect(trimEndCharacter(text, '-')).toBe(end);
});
