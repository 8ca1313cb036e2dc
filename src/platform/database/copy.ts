import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Tx } from './database.ts';

/** A value of one column; a list becomes an array of texts. */
export type Cell = string | number | boolean | null | Date | readonly string[];

/** Bulk insert by COPY (text format), rows streamed. Column order is `columns`; JSON cells are passed as text. */
export async function copyRows(
  tx: Tx,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  await copyChunks(tx, table, columns, encodeRows(rows));
}

/** The same for rows that `encodeRows` made text of earlier. */
export async function copyChunks(
  tx: Tx,
  table: string,
  columns: readonly string[],
  chunks: Iterable<Buffer>,
): Promise<void> {
  const sink = tx.client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
  await pipeline(Readable.from(chunks), sink);
}

const chunkCharacters = 64 * 1024;

/** Rows in COPY's text format. What waits to be written waits as bytes: as values it would outlive several collections. */
export function* encodeRows(rows: Iterable<readonly Cell[]>): Generator<Buffer> {
  let text = '';
  for (const row of rows) {
    for (let index = 0; index < row.length; index++) {
      if (index > 0) text += '\t';
      text += encode(row[index] as Cell);
    }
    text += '\n';
    if (text.length >= chunkCharacters) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

const special = /[\\\n\r\t\0]/;
const specials = /[\\\n\r\t\0]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '' };

function encode(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return encodeText(cell);
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'object') return String(cell);
  return cell.length === 0 ? '{}' : encodeText(`{${cell.map(arrayElement).join(',')}}`);
}

function encodeText(text: string): string {
  // PostgreSQL has no NUL in text; an outside system that sends one must not fail the page.
  return special.test(text) ? text.replace(specials, (character) => escapes[character] as string) : text;
}

function arrayElement(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
