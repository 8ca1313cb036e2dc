import pg from 'pg';
import type { Tx } from '../../../platform/database/index.ts';

const { escapeIdentifier } = pg;

export interface CatalogColumn {
  table_name: string;
  table_comment: string | null;
  name: string;
  type: string;
  comment: string | null;
}

/** Every column of schema `data`, tables by name, columns in their order. */
export async function readColumns(tx: Tx): Promise<CatalogColumn[]> {
  return tx.query(`
    select c.relname::text as table_name, obj_description(c.oid, 'pg_class') as table_comment, a.attname::text as name,
           format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as comment
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = to_regnamespace('data') and c.relkind in ('v', 'r', 'm') and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`);
}

/** Some rows, each as JSON, so that every type has a text. */
export async function sampleRows(tx: Tx, table: string): Promise<Record<string, unknown>[]> {
  const rows = await tx.query<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) as row from (select * from ${qualified(table)} limit 25 /* any: examples, and an order would sort all rows */) t`,
  );
  return rows.map(({ row }) => row);
}

/** The planner's guess, which costs nothing however large the table is. */
export async function estimateRows(tx: Tx, table: string): Promise<number> {
  const [row] = await tx.query<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>(
    `explain (format json) select 1 from ${qualified(table)}`,
  );
  return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}

/** Rows up to `most` + 1. */
export async function countRows(tx: Tx, table: string, most: number): Promise<number> {
  const row = await tx.one<{ n: number }>(
    `select count(*) as n from (select 1 from ${qualified(table)} limit $1 /* any: counted only */) t`,
    [most + 1],
  );
  return row.n;
}

export async function newestValue(tx: Tx, table: string, column: string): Promise<Date | null> {
  const row = await tx.one<{ at: Date | null }>(
    `select max(${escapeIdentifier(column)})::timestamptz as at from ${qualified(table)}`,
  );
  return row.at;
}

function qualified(table: string): string {
  return `data.${escapeIdentifier(table)}`;
}
