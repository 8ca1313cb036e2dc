import { type CsvRecord, readCsv } from '../../../platform/csv/index.ts';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Actor } from '../../access/index.ts';
import type * as contract from './contract.ts';
import { peopleInvalid } from './problems.ts';
import { headerProblems, limits, proposeMapping } from './rows.ts';
import {
  addRows,
  deleteUpload,
  findUpload,
  forgetUploads,
  insertUpload,
  finishUpload,
  sampleRows,
} from './upload-store.ts';

/** Rows that are written at once: what is held of a file. */
const batch = 1_000;

/**
 * Takes a file as it comes and lays its lines aside. Nothing of it stays when it cannot be read to its end. Throws
 * `invalid_csv`, `empty_csv`, `csv_not_utf8`, `csv_too_large`, `people_invalid`.
 */
export async function takeUpload(
  db: Database,
  actor: Actor,
  bytes: AsyncIterable<Uint8Array>,
): Promise<contract.Upload> {
  await forgetUploads(db);
  const id = await insertUpload(db, actor.name);
  try {
    await readInto(db, id, bytes);
  } catch (error) {
    await deleteUpload(db, id);
    throw error;
  }
  return showUpload(db, id);
}

async function readInto(db: Database, id: number, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let columns: string[] | undefined;
  let waiting: CsvRecord[] = [];
  let rows = 0;
  const write = async (): Promise<void> => {
    await addRows(db, id, waiting);
    waiting = [];
  };
  for await (const record of readCsv(bytes)) {
    if (columns === undefined) {
      columns = columnsOf(record.cells);
      continue;
    }
    if (++rows > limits.rows) throw tooLarge(`more than ${limits.rows} rows`);
    waiting.push(record);
    if (waiting.length >= batch) await write();
  }
  await write();
  if (columns === undefined || rows === 0) throw new PlumblineError('empty_csv');
  await finishUpload(db, id, { columns, rows });
}

function columnsOf(cells: readonly string[]): string[] {
  if (cells.length > limits.columns) throw tooLarge(`${cells.length} columns, the limit is ${limits.columns}`);
  if (cells.some((cell) => cell.length > limits.cell))
    throw tooLarge(`a column name of more than ${limits.cell} characters`);
  const columns = cells.map((cell) => cell.trim());
  const problems = headerProblems(columns);
  if (problems.length > 0) throw peopleInvalid(problems);
  return columns;
}

const tooLarge = (what: string): PlumblineError =>
  new PlumblineError('csv_too_large', { message: `The file has ${what}.` });

/** Throws `people_upload_not_found`. */
export async function showUpload(db: Queryable, id: number): Promise<contract.Upload> {
  const { columns, rows } = await theUpload(db, id);
  return { id, columns, rows, sample: await sampleRows(db, id, 20), mapping: proposeMapping(columns) };
}

/** Throws `people_upload_not_found`. */
export async function theUpload(db: Queryable, id: number): Promise<{ columns: string[]; rows: number }> {
  const found = await findUpload(db, id);
  if (found === undefined) throw new PlumblineError('people_upload_not_found');
  return found;
}
