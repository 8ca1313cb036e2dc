import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issueKey, parseIssueKey } from './keys.ts';

const number = fc.integer({ min: 0, max: 0xffff_ffff });

describe('issue keys', () => {
  it('lead back to batch and index', () => {
    fc.assert(
      fc.property(number, number, number, fc.boolean(), (seed, batch, index, uuid) => {
        expect(parseIssueKey(seed, issueKey(seed, batch, index, uuid), uuid)).toEqual({ batch, index });
      }),
    );
  });

  it('of another server are not known', () => {
    fc.assert(
      fc.property(number, number, (batch, index) => {
        expect(parseIssueKey(2, issueKey(1, batch, index, true), true)).toBeNull();
      }),
    );
  });

  it('that are none are refused', () => {
    for (const key of ['', 'nope', '00000000-0000-4000-8000-000000000000'])
      expect(parseIssueKey(1, key, true)).toBeNull();
  });
});
