import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { PlumblineError } from '../errors/index.ts';

/** One record of a file, with the line it ends on. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** More characters than a record may have: a quote that is never closed takes the rest of the file for one cell. */
const recordCharacters = 1_000_000;
/** Of the first line, in which the delimiter is looked for. */
const headCharacters = 100_000;

/**
 * The records of a CSV file (RFC 4180; comma, semicolon or tab, as its first line has it), read as it comes and never held
 * whole. Empty lines are left out. Throws `csv_not_utf8` and `invalid_csv`, with the line.
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const texts = decoded(bytes);
  const first = await headOf(texts);
  const parser = parse({
    delimiter: delimiterOf(first),
    info: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: recordCharacters,
  });
  const source = Readable.from(joined(first, texts));
  source.on('error', (error) => parser.destroy(error));
  parser.on('close', () => source.destroy());
  source.pipe(parser);
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: string[] }>)
      yield { line: info.lines, cells: record };
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  } finally {
    parser.destroy();
  }
}

async function headOf(texts: AsyncGenerator<string>): Promise<string> {
  let head = '';
  while (head.length < headCharacters && !head.includes('\n')) {
    const { done, value } = await texts.next();
    if (done === true) break;
    head += value;
  }
  return head;
}

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first !== '') yield first;
  yield* rest;
}

/** The one that stands most often in the first line, outside of quotes. */
function delimiterOf(head: string): string {
  const [line = ''] = head.replace(/"[^"]*"/g, '').split(/\r?\n/, 1);
  const times = (one: string): number => line.split(one).length;
  return [';', '\t'].reduce((best, one) => (times(one) > times(best) ? one : best), ',');
}

/** UTF-8 as text, without its byte order mark. PostgreSQL has no NUL in a text, and no table of names needs one. */
async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let lines = 1;
  const textOf = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new PlumblineError('csv_not_utf8', { message: `The file is not UTF-8 at or behind line ${lines}.` });
    }
  };
  let begun = false;
  for await (const chunk of bytes) {
    if (!begun && isUtf16(chunk)) {
      throw new PlumblineError('csv_not_utf8', { message: 'The file is written in UTF-16, not in UTF-8.' });
    }
    begun = true;
    const text = textOf(chunk);
    const nul = text.indexOf('\0');
    if (nul !== -1) {
      const line = lines + newlines(text.slice(0, nul));
      throw new PlumblineError('invalid_csv', { message: `Line ${line} contains a NUL character.` });
    }
    lines += newlines(text);
    yield text;
  }
  yield textOf();
}

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

const words: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'Text stands behind a closing quote',
  INVALID_OPENING_QUOTE: 'A quote stands within a cell that does not begin with one',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'A line has more or fewer cells than the line of names',
  CSV_MAX_RECORD_SIZE: 'A line is too long, as behind a quote that is never closed',
};

/** Without the library’s own words, which repeat what stands in the file. */
function unreadable(error: CsvError): PlumblineError {
  const { code } = error;
  const lines = (error as { lines?: unknown }).lines;
  const where = typeof lines === 'number' ? ` (line ${lines})` : '';
  return new PlumblineError('invalid_csv', { message: `${words[code] ?? 'The file is no CSV table'}${where}.` });
}
