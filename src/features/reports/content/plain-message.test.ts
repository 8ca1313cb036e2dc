import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainMessage, shortened } from './plain-message.ts';

describe('foreign words in a report', () => {
  it('are one line without control characters and changes of direction', () => {
    expect(plainMessage(' a\r\n\tb\u0000c\u202ed ', 100, '-')).toBe('a b c d');
    expect(plainMessage('half \ud800', 100, '-')).toBe('half');
  });

  it('are never empty, as the server refuses the whole batch then', () => {
    expect(plainMessage(' \n\u0007', 100, 'No message.')).toBe('No message.');
  });

  it('end in dots where they are too long, counted as the server counts', () => {
    expect(shortened('12345', 5)).toBe('12345');
    expect(shortened('123456', 5)).toBe('12...');
    expect(shortened('1😀😀😀', 6)).toBe('1😀...');
    expect(shortened('12😀😀😀', 6)).toBe('12...');
  });

  it('are well formed and short enough, whatever comes', () => {
    const awkward = fc.constantFrom('a', ' ', '\n', '\u0000', '\u007f', '\ud800', '\udc00', '😀', '\u202e', 'é');
    fc.assert(
      fc.property(fc.string({ unit: awkward, maxLength: 200 }), fc.integer({ min: 4, max: 60 }), (text, longest) => {
        const message = plainMessage(text, longest, 'x');
        expect(message.length).toBeGreaterThan(0);
        expect(message.length).toBeLessThanOrEqual(longest);
        expect(message.isWellFormed()).toBe(true);
        expect(/\p{Cc}/u.test(message)).toBe(false);
      }),
    );
  });
});
