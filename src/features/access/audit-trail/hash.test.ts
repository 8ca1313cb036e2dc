import { describe, expect, it } from 'vitest';
import { beginning, hashOfRow } from './hash.ts';

const row = { sequence: 7, fields: ['1', 'a', null, 'b', ''], previous: beginning };

describe('the hash of a row of the audit trail', () => {
  it('is over its place, each field and the hash before it', () => {
    const own = hashOfRow(row);
    expect(own).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOfRow({ ...row })).toBe(own);
    expect(hashOfRow({ ...row, sequence: 8 })).not.toBe(own);
    expect(hashOfRow({ ...row, previous: own })).not.toBe(own);
    for (const index of row.fields.keys()) {
      const fields = row.fields.with(index, 'other');
      expect(hashOfRow({ ...row, fields })).not.toBe(own);
    }
  });

  it('tells nothing from an empty text, and no text from one that moved into the next field', () => {
    const of = (...fields: (string | null)[]): string => hashOfRow({ ...row, fields });
    const all = [
      of('', 'a'),
      of(null, 'a'),
      of('a', ''),
      of('a', null),
      of('-', 'a'),
      of('a\n1:b', null),
      of('a', 'b'),
    ];
    expect(new Set([...all, of('1:a\n'), of('é'), of('e\u0301')]).size).toBe(all.length + 3);
  });
});
