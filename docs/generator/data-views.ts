import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseComment } from '../../src/features/explorer/describe/comments.ts';

export interface DataColumn {
  name: string;
  comment: string;
  /** `table.column` it points to. */
  pointsTo: string | undefined;
  /** Endpoint and field it is read from; undefined for our own columns. */
  source: string | undefined;
}

export interface DataTable {
  name: string;
  comment: string;
  /** Endpoints that feed it; undefined for our own tables. */
  source: string | undefined;
  columns: DataColumn[];
}

/** Tables of schema `data` as the rooms' view files describe them; a test compares them with a migrated database. */
export async function readDataTables(root: string): Promise<DataTable[]> {
  const files: string[] = [];
  for await (const file of glob('src/features/*/data-views.sql', { cwd: root })) files.push(file);
  const tables: DataTable[] = [];
  for (const file of files.toSorted()) tables.push(...tablesOf(await readFile(join(root, file), 'utf8')));
  return tables;
}

function tablesOf(sql: string): DataTable[] {
  const tables: DataTable[] = [];
  for (const [, kind, table = '', column, text = ''] of sql.matchAll(
    /^comment on (view|column) data\.(\w+)(?:\.(\w+))? is '((?:[^']|'')*)';$/gm,
  )) {
    const comment = parseComment(text.replaceAll("''", "'"));
    const source = comment.source ?? undefined;
    if (kind === 'view') tables.push({ name: table, columns: [], comment: comment.text, source });
    else if (column !== undefined) {
      const owner = tables.find((candidate) => candidate.name === table);
      const { foreignKey } = comment;
      const pointsTo = foreignKey === null ? undefined : `${foreignKey.table}.${foreignKey.column}`;
      owner?.columns.push({ name: column, comment: comment.text, pointsTo, source });
    }
  }
  return tables;
}
