import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCanaries, formsOf, search } from './canaries.ts';

const { all } = (() => {
  const canaries = createCanaries();
  canaries.make('a token', 'squ_');
  canaries.add('made by the product', 'plb_0123456789abcdefghijklmnop', 8);
  return canaries;
})();

const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  url: (text) => encodeURIComponent(text),
  form: (text) => new URLSearchParams({ token: text }).toString(),
  json: (text) => JSON.stringify({ token: text }),
  'json in json': (text) => JSON.stringify({ body: JSON.stringify({ token: text }) }),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
};

describe('the search for canaries', () => {
  it.each(Object.entries(encodings))('finds every canary wherever it begins: %s', (_, encode) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (before, after) => {
        for (const canary of all) {
          expect(search('here', encode(`${before}${canary.value}${after}`), [canary])).not.toEqual([]);
        }
      }),
    );
  });

  it('finds its first and last characters alone, those shown on purpose left out', () => {
    const [token, made] = all as [(typeof all)[0], (typeof all)[0]];
    expect(search('here', `… ${token.value.slice(4, 14)} …`, all)).toHaveLength(1);
    expect(search('here', `… ${token.value.slice(-9)}`, all)).toHaveLength(1);
    expect(search('here', made.value.slice(0, 8), all)).toEqual([]);
    expect(search('here', made.value.slice(8, 16), all)).toHaveLength(1);
  });

  it('finds nothing where nothing is, and refuses a canary too short to be told from chance', () => {
    expect(search('here', 'squ_ and plb_0123456 and nothing else', all)).toEqual([]);
    expect(() => createCanaries().add('short', 'abc')).toThrow('too short');
    for (const canary of all) for (const { text } of formsOf(canary)) expect(text.length).toBeGreaterThanOrEqual(8);
  });
});
