import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamOutcome } from '../sink.ts';
import { isHeld, isListingBelieved, isShort } from './absence.ts';

const believed: StreamOutcome = {
  stream: 'image_tags',
  scope: '',
  outcome: 'complete',
  sourceCount: 3,
  method: 'test',
  proof: 'key_set',
  sourceMoved: false,
  absenceTrusted: true,
};

describe('what a listing leaves out', () => {
  it('is believed of a proven listing of a source that stood still', () => {
    expect(isListingBelieved(believed, 0)).toBe(true);
    expect(isListingBelieved({ ...believed, proof: 'counts_equal', coverage: 'whole' }, 0)).toBe(true);
  });

  it.each<[string, Partial<StreamOutcome>, number]>([
    ['could not be read', { outcome: 'unavailable' }, 0],
    ['names changes only', { coverage: 'changes' }, 0],
    ['had a page that was no 200', { absenceTrusted: false }, 0],
    ['is not proven, though the counts are equal', { proof: 'unproven', sourceCount: 3 }, 0],
    ['was read while the source moved', { sourceMoved: true }, 0],
    ['holds a record that was not understood', {}, 1],
  ])('is not believed of one that %s', (_, outcome, setAside) => {
    expect(isListingBelieved({ ...believed, ...outcome }, setAside)).toBe(false);
  });

  it('is not believed where fewer are found than the source counts', () => {
    expect(isShort({ sourceCount: 3 }, 2)).toBe(true);
    expect(isShort({ sourceCount: 3 }, 3)).toBe(false);
    // What the source has not counted, or what came on top of it, contradicts nothing.
    expect(isShort({ sourceCount: 3 }, 4)).toBe(false);
    expect(isShort({ sourceCount: null }, 0)).toBe(false);
    expect(isShort({ sourceCount: 0 }, 0)).toBe(false);
    expect(isShort({ sourceCount: null }, -1)).toBe(false);
  });
});

describe('too much at once', () => {
  const doubtful = { explained: false, confirmed: false };

  it.each([
    [50, 26, true],
    [50, 25, false],
    [49, 49, false],
    [51, 26, true],
    [60, 59, true],
    [61, 60, true],
    [1_000_000, 500_000, false],
    [1_000_000, 500_001, true],
  ])('of %i rows, %i missing: held %s', (before, missing, held) => {
    expect(isHeld({ before, missing, ...doubtful })).toBe(held);
  });

  it('is never held when it is explained or confirmed', () => {
    const size = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(size, size, fc.boolean(), (before, missing, explained) => {
        expect(isHeld({ before, missing, explained, confirmed: !explained })).toBe(false);
      }),
    );
  });
});
