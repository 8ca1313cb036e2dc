import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileChange, Hunk } from '../../../connectors/contract.ts';
import { oldPlaces, removedBy } from './line-map.ts';

const change = (hunks: Hunk[], more: Partial<FileChange> = {}): FileChange => ({
  path: 'b.ts',
  oldPath: 'a.ts',
  hunks,
  ...more,
});

describe('where a line was before', () => {
  it('is where it is, in a file that did not change', () => {
    expect(oldPlaces([])('x.ts', 7)).toEqual({ path: 'x.ts', line: 7, hunk: null });
    expect(oldPlaces([change([])])('b.ts', 7)).toEqual({ path: 'a.ts', line: 7, hunk: null });
  });

  it('is nowhere in a new file', () => {
    expect(oldPlaces([change([], { oldPath: null })])('b.ts', 1)).toEqual({ path: null, line: null, hunk: 0 });
  });

  it('moves with what was added and removed above it', () => {
    // Two lines behind line 3 added; old line 6 replaced by three; old lines 9 and 10 removed.
    const at = oldPlaces([
      change([
        { oldLine: 3, oldSpan: 0, newLine: 4, newSpan: 2 },
        { oldLine: 6, oldSpan: 1, newLine: 8, newSpan: 3 },
        { oldLine: 9, oldSpan: 2, newLine: 12, newSpan: 0 },
      ]),
    ]);
    const lines = Array.from({ length: 14 }, (_, index) => at('b.ts', index + 1).line);
    expect(lines).toEqual([1, 2, 3, null, null, 4, 5, null, null, null, 7, 8, 11, 12]);
    expect([4, 9, 13].map((line) => at('b.ts', line).hunk)).toEqual([0, 1, null]);
  });

  it('is what applying the hunks says, for any of them', () => {
    const step = fc.record({ kept: fc.integer({ min: 1, max: 4 }), removed: fc.nat(3), added: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const hunks: Hunk[] = [];
        const expected: (number | null)[] = [];
        let old = 0;
        for (const { kept, removed, added } of steps) {
          for (let at = 0; at < kept; at += 1) expected.push((old += 1));
          if (removed + added === 0) continue;
          const oldLine = removed === 0 ? old : old + 1;
          const newLine = added === 0 ? expected.length : expected.length + 1;
          hunks.push({ oldLine, oldSpan: removed, newLine, newSpan: added });
          for (let at = 0; at < added; at += 1) expected.push(null);
          old += removed;
        }
        const at = oldPlaces([change(hunks)]);
        expect(expected.map((_, index) => at('b.ts', index + 1).line)).toEqual(expected);
        const there = new Set(expected);
        for (let line = 1; line <= old; line += 1) {
          expect(removedBy(change(hunks), line) === null).toBe(there.has(line));
        }
      }),
    );
  });
});
