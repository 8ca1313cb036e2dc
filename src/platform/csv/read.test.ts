import fc from 'fast-check';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { csvStream, readCsv } from './index.ts';

const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function cells(value: string | Uint8Array, size = 7): Promise<string[][]> {
  const rows: string[][] = [];
  const bytes = typeof value === 'string' ? bytesOf(value) : value;
  for await (const record of readCsv(chunked(bytes, size))) rows.push(record.cells);
  return rows;
}

const failure = (value: string | Uint8Array): Promise<{ code: string; message: string }> =>
  cells(value).then(
    () => ({ code: 'none', message: '' }),
    (error: { code: string; message: string }) => error,
  );

describe('a CSV file', () => {
  it('is read with comma, semicolon or tab, with or without a byte order mark', async () => {
    const expected = [
      ['a', 'b;c'],
      ['é', '1,2'],
    ];
    expect(await cells('a,b;c\r\né,"1,2"\r\n')).toEqual(expected);
    expect(await cells('\ufeffa;"b;c"\né;1,2\n\n;\n')).toEqual(expected);
    expect(await cells('a\t"b;c"\né\t1,2')).toEqual(expected);
    expect(await cells('')).toEqual([]);
  });

  it('says on which line a record ends', async () => {
    const lines: number[] = [];
    for await (const { line } of readCsv(chunked(bytesOf('a,b\n"two\nlines",c\n\nd,e'), 3))) lines.push(line);
    expect(lines).toEqual([1, 3, 5]);
  });

  it('is what was written, whatever stands in its cells and wherever it is cut', async () => {
    const cell = fc
      .string({ unit: 'binary' })
      .filter((one) => !one.includes('\0') && !/^['=+\-@\t\r\n＝＋－＠]/.test(one));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          // What a writer disarms is another text afterwards; behind line ends it disarms, too.
          const plain = rows.map((row) => ['x', ...row.map((one) => one.replaceAll(/[\r\n;\t]/g, ' '))]);
          const written = await text(csvStream(['x', 'a', 'b'], plain));
          expect((await cells(written, size)).slice(1)).toEqual(plain);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    [
      'another encoding',
      Uint8Array.from([0x61, 0x2c, 0x62, 0x0a, 0x4d, 0xfc, 0x6c, 0x2c, 0x63]),
      'csv_not_utf8',
      /at or behind line/,
    ],
    ['UTF-16', Uint8Array.from([0xff, 0xfe, 0x61, 0x00]), 'csv_not_utf8', /UTF-16/],
    ['half a character at its end', Uint8Array.from([0x61, 0xc3]), 'csv_not_utf8', /line 1/],
    ['a NUL', 'a,b\nc,\0d\n', 'invalid_csv', /Line 2 contains a NUL/],
    ['a quote that is not closed', 'a,b\n"c,d\ne,f\n', 'invalid_csv', /never closed/],
    ['text behind a quote', 'a,b\n"c"d,e\n', 'invalid_csv', /closing quote/],
    ['a quote within a cell', 'a,b\nc"d,e\n', 'invalid_csv', /within a cell/],
    ['lines of different length', 'a,b\nc\n', 'invalid_csv', /more or fewer/],
  ])('with %s is refused', async (_, value, code, message) => {
    expect(await failure(value)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('whose quote is never closed is not held whole', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield bytesOf('a,b\n"');
      for (;;) {
        sent++;
        yield bytesOf('x'.repeat(65_536));
      }
    }
    const read = async (): Promise<void> => {
      for await (const _ of readCsv(endless()));
    };
    await expect(read()).rejects.toMatchObject({ code: 'invalid_csv' });
    expect(sent).toBeLessThan(64);
  });
});
