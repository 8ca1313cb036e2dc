import type { CsvRecord } from '../../../platform/csv/index.ts';
import { copyRows, type Database, type Queryable } from '../../../platform/database/index.ts';

export async function insertUpload(db: Queryable, by: string): Promise<number> {
  const { id } = await db.one<{ id: number }>('insert into teams.uploads (uploaded_by) values ($1) returning id', [by]);
  return id;
}

/** What nobody saved within a day. */
export async function forgetUploads(db: Queryable): Promise<void> {
  await db.execute("delete from teams.uploads where uploaded_at < now() - interval '1 day'");
}

export async function deleteUpload(db: Queryable, id: number): Promise<void> {
  await db.execute('delete from teams.uploads where id = $1', [id]);
}

export async function addRows(db: Database, id: number, records: readonly CsvRecord[]): Promise<void> {
  if (records.length === 0) return;
  await db.transaction((tx) =>
    copyRows(
      tx,
      'teams.upload_rows',
      ['upload_id', 'line', 'cells'],
      records.map(({ line, cells }) => [id, line, cells]),
    ),
  );
}

export async function finishUpload(
  db: Queryable,
  id: number,
  { columns, rows }: { columns: readonly string[]; rows: number },
): Promise<void> {
  await db.execute('update teams.uploads set columns = $2, rows = $3, ready = true where id = $1', [id, columns, rows]);
}

export function findUpload(db: Queryable, id: number): Promise<{ columns: string[]; rows: number } | undefined> {
  return db.maybeOne('select columns, rows from teams.uploads where id = $1 and ready', [id]);
}

export async function sampleRows(db: Queryable, id: number, limit: number): Promise<string[][]> {
  const rows = await db.query<{ cells: string[] }>(
    'select cells from teams.upload_rows where upload_id = $1 order by line limit $2',
    [id, limit],
  );
  return rows.map(({ cells }) => cells);
}

/** Its lines in order, some at a time: nobody waits for all of them. */
export async function* uploadRows(db: Queryable, id: number): AsyncGenerator<{ line: number; cells: string[] }[]> {
  let after = 0;
  for (;;) {
    const rows = await db.query<{ line: number; cells: string[] }>(
      'select line, cells from teams.upload_rows where upload_id = $1 and line > $2 order by line limit 2000',
      [id, after],
    );
    if (rows.length === 0) return;
    after = rows.at(-1)?.line ?? after;
    yield rows;
  }
}
