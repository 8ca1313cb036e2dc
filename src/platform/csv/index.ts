export { type CsvRecord, readCsv } from './read.ts';
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';

/** A number written exactly as it stands: it is no formula, although it may begin with a minus. */
export interface NumberText {
  numberText: string;
}

export type CsvCell = string | number | boolean | null | NumberText;

/**
 * A CSV file (RFC 4180, UTF-8, one line of names first). A text that a spreadsheet would run as a formula gets an
 * apostrophe in front, also where it stands behind what some take for the end of a cell or line; null is an empty cell.
 */
export function csvStream(
  names: readonly string[],
  rows: Iterable<readonly CsvCell[]> | AsyncIterable<readonly CsvCell[]>,
): Readable {
  const writer = stringify({
    header: true,
    columns: names.map((name, index) => ({ key: String(index), header: name })),
    record_delimiter: 'windows',
    // The library quotes its own line end only; readers take a lone CR or LF for one, too.
    quoted_match: /[\r\n;\t]/,
    cast: {
      boolean: (value) => (value ? 'true' : 'false'),
      object: (value) => (value as unknown as NumberText).numberText,
      string: disarmed,
    },
  });
  const source = Readable.from(rows);
  source.on('error', (error) => writer.destroy(error));
  writer.on('close', () => source.destroy());
  return source.pipe(writer);
}

/** What begins a formula, behind what spreadsheets of some country or setting take for the end of a cell or a line. */
const behindAnEnd = /[\r\n;\t](?=[=+\-@＝＋－＠])/g;
const atTheStart = /^(?=[=+\-@\t\r\n＝＋－＠])/;

const disarmed = (text: string): string => text.replace(behindAnEnd, "$&'").replace(atTheStart, "'");
