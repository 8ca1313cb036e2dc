import pg from 'pg';
import type { Built } from '../../explorer/index.ts';
import type { Queryable } from '../../../platform/database/index.ts';

const { escapeIdentifier } = pg;

/** Which tables there are, and which of them a backup does not hold. */
export interface OwnTables {
  /** PostgreSQL schemas of ours. */
  schemas: readonly string[];
  /** `schema.name` of tables, with the reason. */
  leftOut: Readonly<Record<string, string>>;
}

export interface Table {
  schema: string;
  name: string;
  /** Quoted, with its schema. */
  quoted: string;
  columns: string[];
  quotedColumns: string;
  /** Rows as PostgreSQL believes. */
  estimate: number;
}

/** The tables a backup holds, each after those its rows refer to. */
export async function backedUpTables(db: Queryable, { schemas, leftOut }: OwnTables): Promise<Table[]> {
  const tables = await db.query<Table & { oid: number }>(
    `select c.oid::int8 as oid, n.nspname as schema, c.relname as name, format('%I.%I', n.nspname, c.relname) as quoted,
            array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
                     and not a.attisdropped and a.attgenerated = '' order by a.attname) as columns,
            (select string_agg(format('%I', a.attname), ', ' order by a.attname) from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as "quotedColumns",
            greatest(0, (select sum(p.reltuples) from pg_class p where p.oid = c.oid
               or p.oid in (select inhrelid from pg_inherits where inhparent = c.oid)))::float8 as estimate
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
      order by 2, 3`,
    [schemas],
  );
  const references = await db.query<{ from: number; to: number }>(
    `select conrelid::int8 as from, confrelid::int8 as to from pg_constraint where contype = 'f' and conrelid <> confrelid`,
  );
  const wanted = tables.filter((table) => !Object.hasOwn(leftOut, `${table.schema}.${table.name}`));
  return inOrder(wanted, references);
}

/** A table of schema `custom`, as the others are. */
export function builtTable({ name, columns }: Built['tables'][number]): Table {
  return {
    schema: 'custom',
    name,
    quoted: `custom.${escapeIdentifier(name)}`,
    columns: columns.map((column) => column.name),
    quotedColumns: columns.map((column) => escapeIdentifier(column.name)).join(', '),
    estimate: 0,
  };
}

function inOrder<T extends { oid: number }>(
  tables: readonly T[],
  references: readonly { from: number; to: number }[],
): T[] {
  const done: T[] = [];
  let waiting = [...tables];
  while (waiting.length > 0) {
    const open = new Set(waiting.map((table) => table.oid));
    const ready = waiting.filter(
      (table) => !references.some((reference) => reference.from === table.oid && open.has(reference.to)),
    );
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    done.push(...ready);
    waiting = waiting.filter((table) => !ready.includes(table));
  }
  return done;
}

export interface Sequence {
  schema: string;
  name: string;
  value: number;
  called: boolean;
}

/** Where every sequence stands. Never behind the rows of an older snapshot: sequences only rise. */
export async function readSequences(db: Queryable, schemas: readonly string[]): Promise<Sequence[]> {
  const rows = await db.query<{ schema: string; name: string; quoted: string }>(
    `select n.nspname as schema, c.relname as name, format('%I.%I', n.nspname, c.relname) as quoted
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and c.relkind = 'S' order by 1, 2`,
    [schemas],
  );
  const sequences: Sequence[] = [];
  for (const { schema, name, quoted } of rows) {
    const state = await db.one<{ value: number; called: boolean }>(
      `select last_value as value, is_called as called from ${quoted}`,
    );
    sequences.push({ schema, name, ...state });
  }
  return sequences;
}
