import { describe, expect, it } from 'vitest';
import { Diff } from '../schema.ts';
import { reviewDiff } from './diff.ts';

const path = (text: string) => ({ components: text.split('/') });
const lines = (...numbers: [source: number, destination: number][]) =>
  numbers.map(([source, destination]) => ({ source, destination, line: 'x' }));

const hunk = (segments: unknown[], more: object = {}) => ({
  sourceLine: 1,
  sourceSpan: 0,
  destinationLine: 1,
  destinationSpan: 0,
  segments,
  ...more,
});
const read = (diffs: unknown[], more: object = {}) => reviewDiff(Diff.parse({ diffs, ...more }));

describe('the difference of a pull request', () => {
  it('names the lines that were removed and added, by both paths', () => {
    const modified = {
      source: path('src/a.ts'),
      destination: path('src/b.ts'),
      hunks: [
        // Two lines added behind line 3; then line 6 replaced by two; then lines 9 and 10 removed.
        hunk([{ type: 'ADDED', lines: lines([4, 4], [4, 5]) }]),
        hunk([
          { type: 'REMOVED', lines: lines([6, 8]) },
          { type: 'ADDED', lines: lines([7, 8], [7, 9]) },
        ]),
        hunk([{ type: 'REMOVED', lines: lines([9, 13], [10, 13]) }]),
      ],
    };
    expect(read([modified])).toEqual({
      truncated: false,
      files: [
        {
          path: 'src/b.ts',
          oldPath: 'src/a.ts',
          hunks: [
            { oldLine: 3, oldSpan: 0, newLine: 4, newSpan: 2 },
            { oldLine: 6, oldSpan: 1, newLine: 8, newSpan: 2 },
            { oldLine: 9, oldSpan: 2, newLine: 11, newSpan: 0 },
          ],
        },
      ],
    });
  });

  it('parts what lines of both sides lie between', () => {
    const segments = [
      { type: 'ADDED', lines: lines([0, 1]) },
      { type: 'CONTEXT', lines: lines([1, 2]) },
      { type: 'ADDED', lines: lines([1, 3]) },
    ];
    const [file] = read([{ source: path('a'), destination: path('a'), hunks: [hunk(segments)] }]).files;
    expect(file?.hunks).toEqual([
      { oldLine: 0, oldSpan: 0, newLine: 1, newSpan: 1 },
      { oldLine: 1, oldSpan: 0, newLine: 3, newSpan: 1 },
    ]);
  });

  it('knows new, deleted and binary files', () => {
    const added = {
      source: null,
      destination: path('new.ts'),
      hunks: [hunk([{ type: 'ADDED', lines: lines([0, 1]) }])],
    };
    const deleted = {
      source: path('old.ts'),
      destination: null,
      hunks: [hunk([{ type: 'REMOVED', lines: lines([1, 0]) }])],
    };
    const binary = { source: path('x.png'), destination: path('x.png'), binary: true };
    expect(read([added, deleted, binary]).files).toEqual([
      { path: 'new.ts', oldPath: null, hunks: [{ oldLine: 0, oldSpan: 0, newLine: 1, newSpan: 1 }] },
      { path: null, oldPath: 'old.ts', hunks: [{ oldLine: 1, oldSpan: 1, newLine: 0, newSpan: 0 }] },
      { path: 'x.png', oldPath: 'x.png', hunks: [] },
    ]);
  });

  it('says that the server cut it, wherever it says so', () => {
    const file = { source: path('a'), destination: path('a') };
    const segment = { type: 'ADDED', lines: lines([0, 1]) };
    const cut = [
      read([], { truncated: true }),
      read([{ ...file, truncated: true }]),
      read([{ ...file, hunks: [hunk([segment], { truncated: true })] }]),
      read([{ ...file, hunks: [hunk([{ ...segment, truncated: true }])] }]),
    ];
    expect(cut.map(({ truncated }) => truncated)).toEqual([true, true, true, true]);
    expect(read([{ ...file, hunks: [hunk([segment])] }]).truncated).toBe(false);
  });
});
