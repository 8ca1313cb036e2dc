import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { csvStream } from './index.ts';

test('cells are quoted where needed, null is empty, booleans are words', async () => {
  const rows = [
    ['a,b', 'say "x"', null, true, 1.5],
    ['two\nlines', '', 'é', false, -3],
  ];
  expect(await text(csvStream(['one', 'two', 'three', 'four', 'five'], rows))).toBe(
    'one,two,three,four,five\r\n"a,b","say ""x""",,true,1.5\r\n"two\nlines",,é,false,-3\r\n',
  );
});

test('a text that a spreadsheet would run is disarmed, a number that begins with a minus is not', async () => {
  const rows = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1'].map((cell) => [cell]);
  const written = (await text(csvStream(['x'], rows))).split('\r\n').slice(1, -1);
  for (const line of written) expect(line.replace(/^"/, '')).toMatch(/^'/);
  expect(await text(csvStream(['x'], [[{ numberText: '-1.50' }], [-2]]))).toBe('x\r\n-1.50\r\n-2\r\n');
});

test('nor one behind what some spreadsheet takes for the end of a cell or a line', async () => {
  const rows = ['\n=1+1', 'a;=1+1', 'a\r\n@SUM(A1)', 'a\t+1', ';-1', '\n\n=1', 'a;b', '1-2'].map((cell) => [cell]);
  const written = await text(csvStream(['x'], rows));
  expect(written).not.toMatch(/[;\t\n"][=+@]|[;\t]-/);
  expect(written).toContain('"a;\'=1+1"');
  expect(written).toContain('"a;b"\r\n1-2\r\n');
});

test('an error of the source ends the file with that error', async () => {
  async function* rows(): AsyncGenerator<string[]> {
    yield ['a'];
    throw new Error('gone');
  }
  await expect(text(csvStream(['x'], rows()))).rejects.toThrow('gone');
});

test('no rows still give the line of names', async () => {
  expect(await text(csvStream(['x', 'y'], []))).toBe('x,y\r\n');
});
