import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { masterKey, type Place, seal, unseal } from './envelope.ts';

const place: Place = { table: 'integrations.credentials', row: 7, field: 'apiToken' };
const master = masterKey(randomBytes(32));

describe('envelope', () => {
  it('opens what it sealed, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unseal(master, place, seal(master, place, text))).toBe(text);
      }),
    );
  });

  it('never seals the same text to the same bytes', () => {
    expect(seal(master, place, 'secret').secret.text).not.toBe(seal(master, place, 'secret').secret.text);
  });

  it.each([
    ['table', { ...place, table: 'integrations.other' }],
    ['row', { ...place, row: 8 }],
    ['field', { ...place, field: 'password' }],
    ['shifted separator', { table: 'integrations.credentials","7', row: 'x', field: 'apiToken' }],
  ])('does not open at another place: %s', (_, other) => {
    expect(() => unseal(master, other as Place, seal(master, place, 'secret'))).toThrow();
  });

  it('does not open with another key or after one flipped bit', () => {
    const sealed = seal(master, place, 'secret');
    expect(() => unseal(masterKey(randomBytes(32)), place, sealed)).toThrow();
    for (const part of ['dataKey', 'secret'] as const) {
      for (const member of ['nonce', 'tag', 'text'] as const) {
        const bytes = Buffer.from(sealed[part][member], 'base64');
        bytes[0] = (bytes[0] as number) ^ 1;
        const altered = { ...sealed, [part]: { ...sealed[part], [member]: bytes.toString('base64') } };
        expect(() => unseal(master, place, altered)).toThrow();
      }
    }
  });
});
