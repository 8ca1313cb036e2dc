import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewFinding } from '../model.ts';
import { changedLines } from './changed-lines.ts';
import { chooseFindings } from './choose-annotations.ts';

const changedIn = (path: string, newLine: number, newSpan: number) =>
  changedLines([{ path, oldPath: path, hunks: [{ oldLine: 1, oldSpan: 0, newLine, newSpan }] }]);
const changed = changedIn('src/a.ts', 3, 2);

const finding = (key: string, more: Partial<NewFinding> = {}): NewFinding => ({
  key,
  kind: 'issue',
  path: 'src/a.ts',
  line: 3,
  severity: 'MEDIUM',
  type: 'BUG',
  message: 'm',
  ...more,
});

const keysOf = (findings: readonly NewFinding[], atMost = 1_000): string[] =>
  chooseFindings(findings, changed, atMost).map(({ key }) => key);

describe('which findings are shown where not all may be', () => {
  it('those on changed lines come before severer ones elsewhere', () => {
    const elsewhere = [
      finding('other-line', { line: 5, severity: 'HIGH' }),
      finding('other-file', { path: 'src/b.ts', severity: 'HIGH' }),
      finding('whole-file', { line: null, severity: 'HIGH' }),
      finding('whole-project', { path: null, line: null, severity: 'HIGH' }),
    ];
    expect(keysOf([...elsewhere, finding('on-it', { line: 4, severity: 'LOW' })])[0]).toBe('on-it');
  });

  it('then the severest, then vulnerabilities, bugs, code smells', () => {
    const mixed = [
      finding('low', { severity: 'LOW', type: 'VULNERABILITY' }),
      finding('smell', { severity: 'HIGH', type: 'CODE_SMELL' }),
      finding('medium', { severity: 'MEDIUM', type: 'VULNERABILITY' }),
      finding('vulnerability', { severity: 'HIGH', type: 'VULNERABILITY' }),
      finding('bug', { severity: 'HIGH', type: 'BUG' }),
    ];
    expect(keysOf(mixed)).toEqual(['vulnerability', 'bug', 'smell', 'medium', 'low']);
  });

  it('then by path, line as a number, and key', () => {
    const lines = changedIn('b', 9, 2);
    const mixed = [
      finding('2', { path: 'b', line: 10 }),
      finding('1', { path: 'b', line: 10 }),
      finding('0', { path: 'b', line: 9 }),
    ];
    expect(chooseFindings(mixed, lines, 9).map(({ key }) => key)).toEqual(['0', '1', '2']);
    expect(keysOf([finding('y', { path: 'z', line: 1 }), finding('x', { path: 'c', line: 1 })])).toEqual(['x', 'y']);
  });

  it('are as many as allowed, the same in whatever order they come', () => {
    const some = Array.from({ length: 30 }, (_, at) => finding(String(at).padStart(2, '0'), { line: at % 7 }));
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: 30 }), fc.nat(40), (shuffled, atMost) => {
        expect(keysOf(shuffled, atMost)).toEqual(keysOf(some).slice(0, atMost));
      }),
    );
  });

  it('never leave out the severest of all, which a merge check may ask for', () => {
    const some = [
      finding('a', { severity: 'LOW' }),
      finding('b', { severity: 'LOW' }),
      finding('c', { severity: 'HIGH', path: 'src/b.ts' }),
    ];
    expect(keysOf(some, 2)).toEqual(['a', 'c']);
    expect(keysOf(some, 1)).toEqual(['c']);
    expect(keysOf(some, 0)).toEqual([]);
  });
});
