import { describe, expect, it } from 'vitest';
import { hasMoreWordsThan } from './words.ts';

describe('the words of a statement', () => {
  it.each([
    ['select 1', 2],
    ['select a.b, "c d" from e', 8],
    [`select 'a b c, d' -- and a note, of many words\n, 'it''s'`, 5],
    ['select größe', 2],
  ])('%s: %s', (sql, words) =>
    expect([words - 1, words].map((most) => hasMoreWordsThan(most, sql))).toEqual([true, false]),
  );

  it.each([
    [`select E'\\'', 1, 1, 1, 1, '''`, 'a backslash'],
    [`select /* ' */ 1, 1, 1, 1 /* ' */`, 'a comment'],
    [`select $$'$$, 1, 1, 1, 1, $$'$$`, 'dollars'],
  ])('of %s none is hidden in a text by %s', (sql) => expect(hasMoreWordsThan(9, sql)).toBe(true));

  it('a quote in a name or a note begins no text', () => {
    expect(hasMoreWordsThan(9, `select "'", 1, 1, 1, "'"`)).toBe(true);
    expect(hasMoreWordsThan(7, `select 1 -- it's\n, 1, 1, 1 -- it's`)).toBe(true);
  });
});
