import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileChange } from '../../../connectors/contract.ts';
import { type LocatedIssue, matchIssues } from './match-issues.ts';

const issue = (key: string, more: Partial<LocatedIssue> = {}): LocatedIssue => ({
  key,
  rule: 'ts:S1',
  path: 'a.ts',
  line: 10,
  hash: 'h1',
  message: 'm',
  ...more,
});

const addedOf = (before: LocatedIssue[], after: LocatedIssue[], changes: FileChange[] = []): string[] =>
  matchIssues(before, after, changes).added.map(({ key }) => key);

const edited = (more: Partial<FileChange>): FileChange[] => [{ path: 'a.ts', oldPath: 'a.ts', hunks: [], ...more }];

describe('an issue was there before', () => {
  it('where it is the same line, whatever was added above it', () => {
    const above = edited({ hunks: [{ oldLine: 2, oldSpan: 0, newLine: 3, newSpan: 5 }] });
    const { added, known } = matchIssues([issue('old')], [issue('now', { line: 15 })], above);
    expect([added, [...known]]).toEqual([[], [['now', 'old']]]);
  });

  it('where the file has another name', () => {
    const renamed = edited({ path: 'b.ts' });
    expect(addedOf([issue('old')], [issue('now', { path: 'b.ts' })], renamed)).toEqual([]);
    expect(addedOf([issue('old', { line: null })], [issue('now', { path: 'b.ts', line: null })], renamed)).toEqual([]);
  });

  it('where only its message changed, as of a count', () => {
    expect(addedOf([issue('old', { message: '16' })], [issue('now', { message: '17' })])).toEqual([]);
    expect(addedOf([issue('old', { line: null, message: '1' })], [issue('now', { line: null })])).toEqual([]);
  });

  it('where its text moved within the file, or into another from which it went', () => {
    const moved: FileChange[] = edited({
      hunks: [
        { oldLine: 10, oldSpan: 1, newLine: 9, newSpan: 0 },
        { oldLine: 30, oldSpan: 0, newLine: 30, newSpan: 1 },
      ],
    });
    expect(addedOf([issue('old')], [issue('now', { line: 30 })], moved)).toEqual([]);
    const elsewhere: FileChange[] = [
      ...edited({ hunks: [{ oldLine: 10, oldSpan: 1, newLine: 9, newSpan: 0 }] }),
      { path: 'new.ts', oldPath: null, hunks: [] },
    ];
    expect(addedOf([issue('old')], [issue('now', { path: 'new.ts', line: 1 })], elsewhere)).toEqual([]);
    const deleted: FileChange[] = [
      { path: null, oldPath: 'a.ts', hunks: [] },
      { path: 'new.ts', oldPath: null, hunks: [] },
    ];
    expect(addedOf([issue('old')], [issue('now', { path: 'new.ts', line: 1 })], deleted)).toEqual([]);
  });

  it('where it was fixed elsewhere meanwhile, so that the server knows the text of its line alone', () => {
    const fixed = [issue('old', { line: null })];
    expect(addedOf(fixed, [issue('now')])).toEqual([]);
    expect(addedOf(fixed, [issue('now', { hash: 'h2' })])).toEqual(['now']);
    expect(addedOf(fixed, [issue('now'), issue('copy', { line: 12 })])).toEqual(['copy']);
  });

  it('where an edit put it in the place of its line', () => {
    const edit = edited({ hunks: [{ oldLine: 10, oldSpan: 1, newLine: 10, newSpan: 2 }] });
    expect(addedOf([issue('old')], [issue('now', { line: 11, hash: 'h2' })], edit)).toEqual([]);
  });
});

describe('an issue is added', () => {
  it('where nothing like it was there: another rule, another text, another line', () => {
    const before = [issue('old')];
    expect(addedOf(before, [issue('now', { rule: 'ts:S2' })])).toEqual(['now']);
    expect(addedOf(before, [issue('now', { line: 11, hash: 'h2' })])).toEqual(['now']);
    expect(addedOf(before, [issue('now', { line: null })])).toEqual(['now']);
    expect(addedOf(before, [issue('now', { path: 'b.ts' })])).toEqual(['now']);
    expect(addedOf([], [issue('now', { path: null, line: null })])).toEqual(['now']);
  });

  it('where code was copied: the copy is, and not what stood there before', () => {
    const copied = edited({ hunks: [{ oldLine: 4, oldSpan: 0, newLine: 5, newSpan: 1 }] });
    expect(addedOf([issue('old')], [issue('copy', { line: 5 }), issue('same', { line: 11 })], copied)).toEqual([
      'copy',
    ]);
    const elsewhere: FileChange[] = [{ path: 'new.ts', oldPath: null, hunks: [] }];
    expect(addedOf([issue('old')], [issue('copy', { path: 'new.ts' }), issue('same')], elsewhere)).toEqual(['copy']);
  });

  it('where it only stands in the hunk of an edit, in another place than the line that went', () => {
    const edit = edited({ hunks: [{ oldLine: 10, oldSpan: 1, newLine: 10, newSpan: 3 }] });
    expect(addedOf([issue('old')], [issue('now', { line: 11, hash: 'h2' })], edit)).toEqual(['now']);
    for (const line of [10, 12])
      expect(addedOf([issue('old')], [issue('now', { line, hash: 'h2' })], edit)).toEqual([]);
  });

  it('where the server tells no text of lines and the line is new', () => {
    const insertion = edited({ hunks: [{ oldLine: 9, oldSpan: 0, newLine: 10, newSpan: 1 }] });
    const blank = { hash: null };
    expect(
      addedOf([issue('old', blank)], [issue('now', blank), issue('same', { ...blank, line: 11 })], insertion),
    ).toEqual(['now']);
  });
});

it('as many are added as there are more of, and each old one is taken once', () => {
  const one = fc.record({ line: fc.integer({ min: 1, max: 5 }), hash: fc.constantFrom('a', 'b', null) });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), fc.array(one, { maxLength: 12 }), (olds, news) => {
      const before = olds.map((more, at) => issue(`old ${at}`, more));
      const after = news.map((more, at) => issue(`now ${at}`, more));
      const { added, known } = matchIssues(before, after, []);
      expect(added.length + known.size).toBe(after.length);
      expect(new Set(known.values()).size).toBe(known.size);
      expect(matchIssues(before, before, []).added).toEqual([]);
    }),
  );
});
