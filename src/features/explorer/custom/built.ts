import pg from 'pg';
import type { Queryable, Tx } from '../../../platform/database/index.ts';
import { databaseIdentity } from '../login/reader-role.ts';
import { rebuildKeptViews } from './kept-views.ts';
import { ensureCustom } from './owner.ts';

const { escapeIdentifier, escapeLiteral } = pg;

export interface BuiltTable {
  name: string;
  columns: { name: string; type: string; notNull: boolean; default: string | null; comment: string | null }[];
  /** Primary keys and what else PostgreSQL holds rows to, but for references to other tables. */
  constraints: string[];
  indexes: string[];
  comment: string | null;
}

/** What stands in schema `custom`, and what of it cannot be written down, with the reason. */
export interface Built {
  tables: BuiltTable[];
  views: { name: string; materialized: boolean; definition: string }[];
  leftOut: { name: string; reason: string }[];
}

/**
 * Describes schema `custom` and holds its tables as they are until the end of the transaction: whoever replaces one
 * meanwhile waits. In a transaction that sees what others commit.
 */
export async function holdBuilt(tx: Tx): Promise<Built> {
  const built: Built = { tables: [], views: await readViews(tx), leftOut: [] };
  const found = await tx.query<{ name: string; reason: string | null }>(
    `select c.relname as name,
            case when c.relkind = 'f' then 'it lies on another server'
                 when c.relkind = 'p' or c.relispartition or exists (select from pg_inherits where c.oid in (inhrelid, inhparent)) then 'it is made of parts'
                 when c.relkind = 'S' then 'it is a sequence'
                 when not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) then 'it has no columns'
                 when exists (select from pg_attribute a join pg_type t on t.oid = a.atttypid
                               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and t.typnamespace <> 'pg_catalog'::regnamespace)
                   then 'a column is of a type that somebody made'
                 when exists (select from pg_attribute a where a.attrelid = c.oid and a.attgenerated <> '') then 'a column is computed' end as reason
       from pg_class c
      where c.relnamespace = to_regnamespace('custom') and c.relkind in ('r', 'p', 'f', 'S') and c.relpersistence = 'p' order by 1`,
  );
  for (const { name, reason } of found) {
    if (reason !== null) built.leftOut.push({ name, reason });
    else if (await holds(tx, name)) built.tables.push(await describeTable(tx, name));
    else built.leftOut.push({ name, reason: 'it was being replaced' });
  }
  return built;
}

const nameOf = (name: string): string => `custom.${escapeIdentifier(name)}`;

async function holds(tx: Tx, name: string): Promise<boolean> {
  await tx.execute('savepoint hold');
  try {
    await tx.execute(`lock table ${nameOf(name)} in access share mode`);
    await tx.execute('release savepoint hold');
    return true;
  } catch {
    await tx.execute('rollback to savepoint hold');
    return false;
  }
}

const readViews = (db: Queryable): Promise<Built['views']> =>
  db.query(
    `select c.relname as name, c.relkind = 'm' as materialized, pg_get_viewdef(c.oid) as definition
       from pg_class c where c.relnamespace = to_regnamespace('custom') and c.relkind in ('v', 'm') order by 1`,
  );

async function describeTable(tx: Tx, name: string): Promise<BuiltTable> {
  const table = nameOf(name);
  const columns = await tx.query<BuiltTable['columns'][number]>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull",
            case when a.attidentity = '' and pg_get_expr(d.adbin, d.adrelid) not like 'nextval(%' then pg_get_expr(d.adbin, d.adrelid) end as default,
            col_description(a.attrelid, a.attnum) as comment
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [table],
  );
  const rest = await tx.one<Omit<BuiltTable, 'name' | 'columns'>>(
    `select array(select format('constraint %I %s', conname, pg_get_constraintdef(oid)) from pg_constraint
                   where conrelid = $1::regclass and contype in ('p', 'u', 'c', 'x') order by conname) as constraints,
            array(select pg_get_indexdef(i.indexrelid) from pg_index i
                   where i.indrelid = $1::regclass and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by 1) as indexes,
            obj_description($1::regclass, 'pg_class') as comment`,
    [table],
  );
  return { name, columns, ...rest };
}

/**
 * Makes schema `custom` as it was described, its rows by `load`. Each text of the description runs as one statement and
 * as the role that owns what it makes, so that it can do no more than those who built it.
 */
export async function rebuildBuilt(
  tx: Tx,
  { tables, views }: Pick<Built, 'tables' | 'views'>,
  load: (table: BuiltTable) => Promise<void>,
): Promise<void> {
  const owner = await ensureCustom(tx, await databaseIdentity(tx));
  const asOwner = async (statements: readonly string[]): Promise<void> => {
    await tx.execute(`set local role ${escapeIdentifier(owner)}`);
    for (const text of statements) await tx.client.query({ text, queryMode: 'extended' } as pg.QueryConfig);
    await tx.execute('reset role');
  };
  for (const table of tables) {
    await asOwner([createOf(table)]);
    await load(table);
    await asOwner(restOf(table));
  }
  for (const { name, materialized, definition } of views)
    await tx.execute(
      'insert into platform.kept_views (name, materialized, definition) values ($1, $2, $3) on conflict do nothing',
      [name, materialized, definition],
    );
  await rebuildKeptViews(tx, owner);
}

function createOf({ name, columns }: BuiltTable): string {
  const parts = columns.map(({ name: column, type, default: value, notNull }) =>
    [escapeIdentifier(column), type, value === null ? '' : `default ${value}`, notNull ? 'not null' : ''].join(' '),
  );
  return `create table ${nameOf(name)} (${parts.join(', ')})`;
}

function restOf({ name, columns, constraints, indexes, comment }: BuiltTable): string[] {
  const table = nameOf(name);
  const comments = columns.flatMap((column) =>
    column.comment === null
      ? []
      : [`comment on column ${table}.${escapeIdentifier(column.name)} is ${escapeLiteral(column.comment)}`],
  );
  return [
    ...constraints.map((constraint) => `alter table ${table} add ${constraint}`),
    ...indexes,
    ...(comment === null ? [] : [`comment on table ${table} is ${escapeLiteral(comment)}`]),
    ...comments,
  ];
}
