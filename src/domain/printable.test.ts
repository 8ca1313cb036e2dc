import { describe, expect, it } from 'vitest';
import { printable, printableLine } from './printable.ts';

describe('text of others on a terminal', () => {
  it.each([
    ['a colour', '\u001b[31mred', '␛[31mred'],
    ['a title', '\u001b]0;owned\u0007', '␛]0;owned␇'],
    ['a sequence of eight bits', '\u009b31m', '\ufffd31m'],
    ['a cursor that goes back', 'safe\rrm', 'safe␍rm'],
    ['a direction', 'a\u202eb', 'a\ufffdb'],
  ])('%s does nothing', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps lines, tabs, letters of any script and our own redrawing', () => {
    expect(printable('\r\u001b[K█ 1/2 żółw 名\n\tx')).toBe('\r\u001b[K█ 1/2 żółw 名\n\tx');
    expect(printableLine('a\nb\tc')).toBe('a␊b␉c');
  });
});
