import { describe, expect, it } from 'vitest';
import { oneLine, plainWords } from './plain-words.ts';

describe('words of an outside system', () => {
  it.each([
    ['plain', 'plain'],
    ['<h1>Not   found</h1>\n<p>Try&nbsp;again</p>', 'Not found Try&nbsp;again'],
    ['a<br>b', 'a b'],
    ['<script>alert(1 > 0)</script>after', 'after'],
    ['<STYLE type="x">p > a { }</Style >after', 'after'],
    ['before<script>never shut', 'before'],
    ['before<script>never shut</script', 'before'],
    ['1 < 2', '1 < 2'],
    ['<b>1 < 2', '1 < 2'],
    ['', ''],
  ])('%s is read as “%s”', (text, words) => {
    expect(plainWords(text)).toBe(words);
  });

  it('are looked at for 4,000 characters and no more', () => {
    expect(plainWords(`${'<'.repeat(4_000)}>seen`)).toBe('<'.repeat(300));
    expect(plainWords(`<${' '.repeat(3_997)}>ab`)).toBe('a');
    expect(plainWords(`${' '.repeat(3_999)}ab`)).toBe('a');
  });
});

describe('one line', () => {
  it.each([
    [' a\t\r\n b ', 'a b'],
    ['a\u0000\u001b[31mb\u0085c', 'a [31mb c'],
    ['<b>kept</b>', '<b>kept</b>'],
  ])('of %j is “%s”', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it('ends after 300 characters, never in half a character', () => {
    expect(oneLine('a'.repeat(301))).toBe('a'.repeat(300));
    expect(oneLine(`${'a'.repeat(299)}😀`)).toBe(`${'a'.repeat(299)}\ufffd`);
    expect(oneLine(`${' '.repeat(3_999)}ab`)).toBe('a');
  });
});
