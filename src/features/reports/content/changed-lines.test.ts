import { expect, it } from 'vitest';
import { changedLines } from './changed-lines.ts';

it('changed are the added lines of the new side, by their new path', () => {
  const changed = changedLines([
    {
      path: 'b.ts',
      oldPath: 'a.ts',
      hunks: [
        { oldLine: 3, oldSpan: 0, newLine: 4, newSpan: 2 },
        { oldLine: 8, oldSpan: 2, newLine: 9, newSpan: 0 },
      ],
    },
    { path: null, oldPath: 'gone.ts', hunks: [{ oldLine: 1, oldSpan: 3, newLine: 0, newSpan: 0 }] },
  ]);
  const lines = Array.from({ length: 12 }, (_, line) => line).filter((line) => changed.has('b.ts', line));
  expect(lines).toEqual([4, 5]);
  expect(changed.has('a.ts', 4)).toBe(false);
  expect(changed.has('other.ts', 4)).toBe(false);
});
