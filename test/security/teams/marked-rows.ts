import type { Database } from '../../../src/platform/database/index.ts';

interface Column {
  name: string;
  type: string;
  identity: boolean;
  required: boolean;
  allowed: string | null;
  checked: boolean;
}

export type Cells = Record<string, unknown>;

/** Writes rows in which every text that is free carries a marker, so that wherever such a text goes it is recognised. */
export function markedRows(db: Database) {
  const known = new Map<string, Promise<Column[]>>();
  const columnsOf = (table: string): Promise<Column[]> => {
    const found = known.get(table) ?? readColumns(db, table);
    known.set(table, found);
    return found;
  };
  return async (table: string, marker: string, given: Cells = {}): Promise<number> => {
    const columns = (await columnsOf(table)).filter(({ name, identity }) => name in given || !identity);
    const cells = columns.map((column) =>
      column.name in given ? given[column.name] : cellOf(column, `${marker}-${column.name}`),
    );
    const unknown = Object.keys(given).filter((name) => !columns.some((column) => column.name === name));
    if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(', ')}`);
    const written = columns.flatMap((column, at) => (cells[at] === undefined ? [] : [{ ...column, cell: cells[at] }]));
    const row = await db.one<{ id?: number }>(
      `insert into ${table} (${written.map(({ name }) => `"${name}"`).join(', ')})
       values (${written.map((_, at) => `$${at + 1}`).join(', ')}) returning *`,
      written.map(({ cell, type }) =>
        type.startsWith('json') && typeof cell === 'object' ? JSON.stringify(cell) : cell,
      ),
    );
    return Number(row.id ?? 0);
  };
}

/** undefined: the table's own default. */
function cellOf({ type, required, allowed, checked }: Column, text: string): unknown {
  if (allowed !== null) return allowed;
  if (type === 'text') return checked ? undefined : text;
  if (type === 'ARRAY:_text') return [text];
  return required ? plain[type] : undefined;
}

const day = '2026-11-20T10:00:00.000Z';
const plain: Record<string, unknown> = {
  uuid: '00000000-0000-4000-8000-000000000000',
  bool: false,
  int2: 1,
  int4: 1,
  int8: 1,
  date: day,
  timestamptz: day,
  jsonb: [],
};

/** With the first value that a check lists, where one does. */
function readColumns(db: Database, table: string): Promise<Column[]> {
  return db.query(
    `select a.attname as name, case when t.typcategory = 'A' then 'ARRAY:' || t.typname else t.typname end as type,
            a.attidentity <> '' as identity, a.attnotnull and not a.atthasdef as required,
            (select substring(pg_get_constraintdef(c.oid) from '''([^'']+)''') from pg_constraint c
              where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]
                and pg_get_constraintdef(c.oid) ~ 'ARRAY' limit 1) as allowed,
            exists (select from pg_constraint c
                     where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey @> array[a.attnum]) as checked
       from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum`,
    [table],
  );
}
