import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKeyLedger } from './key-ledger.ts';
import { packPages, unpackPages } from './ways.ts';

describe('the ledger of keys', () => {
  test('counts distinct keys and remembers the newest date of each', () => {
    const sightings = fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 50 })), {
      maxLength: 6000,
    });
    fc.assert(
      fc.property(sightings, (seen) => {
        const ledger = createKeyLedger();
        const model = new Map<string, number>();
        for (const [number, date] of seen) {
          const key = `key-${number}`;
          const before = model.get(key);
          const expected = before === undefined ? 'new' : before > date ? 'stale' : 'newer';
          expect(ledger.admit(key, date)).toBe(expected);
          if (expected !== 'stale') model.set(key, date);
        }
        expect(ledger.size()).toBe(model.size);
        for (const key of model.keys()) expect(ledger.has(key)).toBe(true);
        expect(ledger.has('never')).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test('forgets none of thousands of keys, and still tells their dates apart', () => {
    const ledger = createKeyLedger();
    const keys = Array.from({ length: 3_000 }, (_, n) => `AZ${n.toString(36)}-${n}`);
    const told = (seconds: number): string[] => [...new Set(keys.map((key, n) => ledger.admit(key, seconds + n)))];
    expect(told(1_700_000_000)).toEqual(['new']);
    expect(told(1_699_999_999)).toEqual(['stale']);
    expect(told(1_700_000_001)).toEqual(['newer']);
    expect(keys.filter((key) => !ledger.has(key))).toEqual([]);
    expect(keys.filter((key) => ledger.has(`${key}x`))).toEqual([]);
    expect(ledger.size()).toBe(keys.length);
  });

  test('of two sightings in one second the later counts, and one a second older does not', () => {
    const ledger = createKeyLedger();
    expect(ledger.admit('a', 1_700_000_000)).toBe('new');
    expect(ledger.admit('a', 1_700_000_000)).toBe('newer');
    expect(ledger.admit('a', 1_699_999_999)).toBe('stale');
    expect(ledger.size()).toBe(1);
  });

  test('keys of which half of the hash is equal are two', () => {
    // The first two share one half; the others the other half, and the place where they are looked for.
    for (const pair of [
      ['key-48187', 'key-54425'],
      ['key-448008', 'key-4470500'],
    ] as const) {
      const ledger = createKeyLedger();
      expect(pair.map((key) => ledger.admit(key, 1_700_000_000))).toEqual(['new', 'new']);
      expect(ledger.size()).toBe(2);
    }
  });

  test('tells the first seconds there are apart', () => {
    const ledger = createKeyLedger();
    expect([0, 1, 0, 2, 1].map((seconds) => ledger.admit('a', seconds))).toEqual([
      'new',
      'newer',
      'stale',
      'newer',
      'stale',
    ]);
  });

  test('a staged key without a date is never newer than what comes', () => {
    const ledger = createKeyLedger();
    ledger.admit('a', 0);
    expect(ledger.admit('a', 1_700_000_000)).toBe('newer');
  });
});

test('pages done are kept as ranges', () => {
  expect(packPages(new Set([3, 1, 2, 9, 7, 8, 20]))).toBe('1-3,7-9,20');
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 3000 })), (pages) => {
      expect(unpackPages(packPages(new Set(pages)))).toEqual(pages.sort((a, b) => a - b));
    }),
  );
  expect(unpackPages('')).toEqual([]);
  expect(unpackPages('x,-3,1-999999999999')).toEqual([1]);
});
