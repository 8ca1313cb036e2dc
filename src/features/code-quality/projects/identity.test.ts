import { describe, expect, test } from 'vitest';
import { type KnownProject, planKeys } from './identity.ts';

const row = (number: number, key: string, id: string | null, isDeleted = false): KnownProject => ({
  row: number,
  key,
  id,
  isDeleted,
});
const at = (key: string, id: string | null) => ({ key, id });

/** Where each row ends. */
function keysAfter(stored: readonly KnownProject[], seen: Parameters<typeof planKeys>[1]): Record<number, string> {
  const after = Object.fromEntries(stored.map((one) => [one.row, one.key]));
  for (const { row: moved, from, to } of planKeys(stored, seen)) {
    expect(after[moved]).toBe(from);
    after[moved] = to;
  }
  expect(new Set(Object.values(after)).size).toBe(stored.length);
  return after;
}

describe('a row follows the id of its project', () => {
  test('nothing moved', () => {
    expect(planKeys([row(1, 'a', 'A'), row(2, 'b', 'B')], [at('a', 'A'), at('b', 'B')])).toEqual([]);
  });
  test('a key that was changed', () => {
    expect(keysAfter([row(1, 'app', 'A')], [at('app-old', 'A')])).toEqual({ 1: 'app-old' });
  });
  test('a key that was changed and given to a new project', () => {
    expect(keysAfter([row(1, 'app', 'A')], [at('app-old', 'A'), at('app', 'N')])).toEqual({ 1: 'app-old' });
  });
  test('two keys that were swapped, and three in a circle', () => {
    expect(keysAfter([row(1, 'a', 'A'), row(2, 'b', 'B')], [at('b', 'A'), at('a', 'B')])).toEqual({ 1: 'b', 2: 'a' });
    const three = [row(1, 'a', 'A'), row(2, 'b', 'B'), row(3, 'c', 'C')];
    expect(keysAfter(three, [at('b', 'A'), at('c', 'B'), at('a', 'C')])).toEqual({ 1: 'b', 2: 'c', 3: 'a' });
  });
  test('deleted and made again with the same key: the old row gives the key up', () => {
    expect(keysAfter([row(1, 'app', 'A')], [at('app', 'N')])).toEqual({ 1: 'app#A' });
    expect(keysAfter([row(1, 'app', 'A', true)], [at('app', 'N')])).toEqual({ 1: 'app#A' });
  });
  test('one that gave its key up, found again elsewhere', () => {
    expect(keysAfter([row(1, 'app#A', 'A'), row(2, 'app', 'N')], [at('app', 'N'), at('back', 'A')])).toEqual({
      1: 'back',
      2: 'app',
    });
  });
  test('a key that moved onto that of a row without an id, or of one that is gone', () => {
    expect(keysAfter([row(1, 'a', 'A'), row(2, 'b', null)], [at('b', 'A')])).toEqual({ 1: 'b', 2: 'b#2' });
    expect(keysAfter([row(1, 'a', 'A'), row(2, 'b', 'B', true)], [at('b', 'A')])).toEqual({ 1: 'b', 2: 'b#B' });
  });
});

describe('of two rows with one id', () => {
  test.each([
    ['the one that is not gone is the project', row(1, 'new', 'A'), row(2, 'old', 'A', true), 1],
    [
      'the one that is not gone is the project, also when it is the older one',
      row(2, 'old', 'A', true),
      row(1, 'new', 'A'),
      1,
    ],
    ['the later one is the project when both are there', row(1, 'a', 'A'), row(2, 'b', 'A'), 2],
    ['the later one is the project when both are gone', row(2, 'a', 'A', true), row(1, 'b', 'A', true), 2],
  ])('%s', (_, first, second, project) => {
    const after = keysAfter([first, second], [at('app', 'A')]);
    const other = [first, second].find((one) => one.row !== project);
    expect(after).toEqual({ [project]: 'app', [other?.row ?? 0]: other?.key });
  });
});

test('where the server tells no id, or told none before, the key is all there is', () => {
  expect(planKeys([row(1, 'a', null)], [at('a', 'A')])).toEqual([]);
  expect(planKeys([row(1, 'a', 'A')], [at('a', null)])).toEqual([]);
  expect(planKeys([row(1, 'a', 'A')], [])).toEqual([]);
  expect(planKeys([row(1, 'a', null), row(2, 'b', null)], [at('b', null), at('a', null)])).toEqual([]);
  expect(planKeys([row(1, 'a', null)], [at('b', null)])).toEqual([]);
});
