import type { Database, Tx } from '../../../platform/database/index.ts';
import type { ColumnDescription, SchemaDescription, TableDescription } from '../contract.ts';
import { sqlState } from '../login/harden.ts';
import { parseComment } from './comments.ts';
import { type CatalogColumn, countRows, estimateRows, newestValue, readColumns, sampleRows } from './store.ts';

/** Above this a count is the planner's estimate and says so: an exact one would read the whole table. */
const exactUpTo = 100_000;

/** Columns that say when a row was last read or written, the best first. */
const freshnessColumns = ['synced_at', 'finished_at', 'measured_at', 'analyzed_at', 'updated_at', 'created_at'];

/** The last resort of a large table: its rows come from runs. */
const runsTable = 'runs';

/** Describes schema `data` as it is in the database: what is not there is not shown, what is there is. */
export async function describeSchema(db: Database, now: Date): Promise<SchemaDescription> {
  return db.transaction(async (tx) => {
    await tx.execute('set transaction read only');
    await tx.execute("set local statement_timeout = '3s'");
    const columns = await readColumns(tx);
    const names = [...new Set(columns.map((column) => column.table_name))];
    const tables: TableDescription[] = [];
    for (const name of names) {
      const own = columns.filter((column) => column.table_name === name);
      tables.push(await describeTable(tx, name, own, columns));
    }
    return { schema: 'data', tables: withReferences(tables), generatedAt: now.toISOString() };
  });
}

async function describeTable(
  tx: Tx,
  name: string,
  columns: readonly CatalogColumn[],
  all: readonly CatalogColumn[],
): Promise<TableDescription> {
  const comment = parseComment(columns[0]?.table_comment ?? null);
  const samples = await attempt(tx, () => sampleRows(tx, name), []);
  const rows = await rowCount(tx, name);
  const freshAt = await freshness(tx, name, rows.estimated, columns, all);
  return {
    name,
    comment: comment.text,
    source: comment.source,
    rows,
    freshAt: freshAt?.toISOString() ?? null,
    columns: columns.map((column) => describeColumn(column, samples)),
    referencedBy: [],
  };
}

async function rowCount(tx: Tx, table: string): Promise<{ count: number; estimated: boolean }> {
  const estimate = Math.round(await estimateRows(tx, table));
  // An estimate can be far off where statistics are missing, so small and large are told apart by counting.
  const count = await attempt(tx, () => countRows(tx, table, exactUpTo), undefined);
  if (count !== undefined && count <= exactUpTo) return { count, estimated: false };
  return { count: Math.max(estimate, count ?? 0), estimated: true };
}

async function freshness(
  tx: Tx,
  table: string,
  isLarge: boolean,
  columns: readonly CatalogColumn[],
  all: readonly CatalogColumn[],
): Promise<Date | null> {
  const find = (name: string, among: readonly CatalogColumn[]): string | undefined =>
    freshnessColumns.find((column) =>
      among.some(
        (candidate) =>
          candidate.table_name === name && candidate.name === column && candidate.type.startsWith('timestamp'),
      ),
    );
  const own = isLarge ? undefined : find(table, columns);
  if (own !== undefined) return attempt(tx, () => newestValue(tx, table, own), null);
  const runs = find(runsTable, all);
  return runs === undefined ? null : attempt(tx, () => newestValue(tx, runsTable, runs), null);
}

/** A table that takes too long must not take the page with it. */
async function attempt<T>(tx: Tx, work: () => Promise<T>, otherwise: T): Promise<T> {
  await tx.execute('savepoint describing');
  try {
    const result = await work();
    await tx.execute('release savepoint describing');
    return result;
  } catch (error) {
    if (sqlState(error) !== '57014') throw error;
    await tx.execute('rollback to savepoint describing');
    return otherwise;
  }
}

function describeColumn(column: CatalogColumn, samples: readonly Record<string, unknown>[]): ColumnDescription {
  const comment = parseComment(column.comment);
  const sample = samples
    .map((row) => row[column.name])
    .find((value) => value !== null && value !== undefined && value !== '');
  return {
    name: column.name,
    type: column.type,
    comment: comment.text,
    example: sample === undefined ? null : exampleText(sample),
    isPrimaryKey: column.name === 'id',
    foreignKey: comment.foreignKey,
    source: comment.source,
  };
}

function exampleText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function withReferences(tables: TableDescription[]): TableDescription[] {
  const references = tables.flatMap((table) =>
    table.columns.flatMap(({ name, foreignKey }) =>
      foreignKey === null ? [] : [{ table: table.name, column: name, to: foreignKey }],
    ),
  );
  return tables.map((table) => ({
    ...table,
    referencedBy: references
      .filter((reference) => reference.to.table === table.name)
      .map(({ table: from, column, to }) => ({ table: from, column, to: to.column })),
  }));
}
