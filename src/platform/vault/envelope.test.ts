import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { masterKey, type Place, rewrap, seal, unseal } from './envelope.ts';

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

  it('is wrapped for another master key without a word of the secret being written anew', () => {
    const to = masterKey(randomBytes(32));
    const sealed = seal(master, place, 'secret');
    const wrapped = rewrap({ from: master, to }, place, sealed);
    expect(wrapped).toMatchObject({ version: 1, keyId: to.id, secret: sealed.secret });
    expect(unseal(to, place, wrapped)).toBe('secret');
    expect(() => unseal(master, place, wrapped)).toThrow();
    expect(() => rewrap({ from: to, to: master }, place, sealed)).toThrow();
    expect(() => rewrap({ from: master, to }, { ...place, row: 8 }, sealed)).toThrow();
  });

  it('is of a key of 32 bytes, which is named by its hash', () => {
    for (const bytes of [0, 31, 33]) expect(() => masterKey(randomBytes(bytes))).toThrow('a master key has 32 bytes');
    expect(masterKey(Buffer.alloc(32)).id).toBe('66687aadf862bd77');
    expect(seal(master, place, 'secret')).toMatchObject({ version: 1, keyId: master.id });
  });

  it('has a nonce of 12 bytes and a tag of 16, and takes no shorter one', () => {
    const sealed = seal(master, place, 'secret');
    for (const part of [sealed.dataKey, sealed.secret]) {
      expect(Buffer.from(part.nonce, 'base64')).toHaveLength(12);
      expect(Buffer.from(part.tag, 'base64')).toHaveLength(16);
    }
    const tag = Buffer.from(sealed.secret.tag, 'base64').subarray(0, 12).toString('base64');
    expect(() => unseal(master, place, { ...sealed, secret: { ...sealed.secret, tag } })).toThrow();
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
