import { expect, test } from 'vitest';
import { textItems } from './text-list.ts';

test.each([
  ['', []],
  [' , \r\n', []],
  ['a, B\r\nc,,a', ['a', 'B', 'c']],
  [
    ['x,y', ' x ', 'two words'],
    ['x', 'y', 'two words'],
  ],
])('%j is %j', (text, items) => {
  expect(textItems(text)).toEqual(items);
});
