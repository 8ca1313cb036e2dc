import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitOfDigests, parseRevision, revisionsOf } from './commit.ts';

const sha1 = '890590b3273a2be3c0dcf811df22fae5492e6d3a';
const sha256 = `${sha1}${sha1.slice(0, 24)}`;

describe('a revision', () => {
  it.each([
    [sha1, { kind: 'commit', commit: sha1, dirty: false }],
    [` ${sha1.toUpperCase()}\n`, { kind: 'commit', commit: sha1, dirty: false }],
    [sha256, { kind: 'commit', commit: sha256, dirty: false }],
    [`${sha1}-dirty`, { kind: 'commit', commit: sha1, dirty: true }],
    ['890590b', { kind: 'prefix', commit: '890590b', dirty: false }],
    ['890590b-dirty', { kind: 'prefix', commit: '890590b', dirty: true }],
    ['89059', { kind: 'other', dirty: false }],
    ['v1.2.3', { kind: 'other', dirty: false }],
    ['r1234', { kind: 'other', dirty: false }],
    ['deadbeef-dirty', { kind: 'prefix', commit: 'deadbeef', dirty: true }],
    // Only at its end does the word speak of the work tree.
    ['my-dirty-branch', { kind: 'other', dirty: false }],
    [`${sha1}00`, { kind: 'other', dirty: false }],
    ['', null],
    ['  ', null],
  ])('%j', (text, expected) => {
    expect(parseRevision(text)).toEqual(expected);
  });

  it('is found by every beginning that may stand for it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{40}$/), fc.integer({ min: 7, max: 40 }), (commit, length) => {
        const parsed = parseRevision(commit.slice(0, length));
        expect(parsed).toMatchObject({ commit: commit.slice(0, length) });
        expect(revisionsOf(commit)).toContain(commit.slice(0, length));
      }),
    );
    expect(revisionsOf(sha1)).toHaveLength(34);
    expect(revisionsOf('890590b32')).toEqual(['890590b32', '890590b3', '890590b']);
    expect(revisionsOf('890590b')).toEqual(['890590b']);
  });
});

describe('a digest set', () => {
  it.each([
    [{ gitCommit: sha1 }, sha1],
    [{ sha1 }, sha1],
    [{ sha1: sha1.toUpperCase() }, sha1],
    [{ sha256 }, sha256],
    [{ gitTag: sha1 }, null],
    [{ gitTree: sha1 }, null],
    [{ sha1: 'abc' }, null],
    [{ sha1: 7 }, null],
    [{}, null],
  ])('%j', (digests, commit) => {
    expect(commitOfDigests(digests)).toBe(commit);
  });
});
