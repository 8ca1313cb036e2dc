import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Log } from '../telemetry/log.ts';
import { teamsRoleOf, twinsOf } from './bounded-statements.ts';
import type { Database, Tx } from './database.ts';
import { advisoryLocks } from './locks.ts';
import type { VisibleRows } from './visible-rows.ts';

type Kind = keyof VisibleRows;

/**
 * How the rows of a table are somebody's: by a column with the number of a row of a kind, by a column with the number of a
 * row of another table that may be seen itself, by a condition, or not at all (`everybody`, with the reason). A table that
 * is not named is of nobody who sees some rows only.
 */
export type VisibleTables = Readonly<
  Record<string, { of: Kind; by: string } | { where: string } | { through: string; by: string } | { everybody: string }>
>;

/**
 * Gives the role of those who see some rows only its tables, their policies and its views, in one transaction, when any of
 * it changed. The hub itself owns the tables, and no policy holds for it. Without the right to make roles nobody can see
 * some rows only: what is begun as such a role fails.
 */
export async function prepareVisibleRows(
  db: Database,
  { tables, schemas }: { tables: VisibleTables; schemas: readonly string[] },
  log: Log,
): Promise<void> {
  try {
    await db.transaction((tx) => prepare(tx, tables, schemas));
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== '42501') throw error;
    log.warn({ error: message }, 'the database user may not make roles: accounts of some teams cannot read anything');
  }
}

async function prepare(tx: Tx, tables: VisibleTables, schemas: readonly string[]): Promise<void> {
  await tx.execute("set local lock_timeout = '60s'");
  await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.views]);
  const name = await teamsRoleOf(tx.client);
  const role = pg.escapeIdentifier(name);
  const sql = [...grants(tables, role), ...(await twins(tx, schemas, role))].join('\n');
  const checksum = createHash('sha256').update(sql).digest('hex');
  const { stored } = await tx.one<{ stored: string | null }>(
    "select obj_description(to_regnamespace('visible_shared'), 'pg_namespace') as stored",
  );
  if (stored === checksum) return;
  await makeRole(tx, name);
  await forgetVisibleRows(tx);
  await tx.execute(`drop owned by ${role}`);
  await tx.execute(sql);
  await tx.execute(`comment on schema visible_shared is ${pg.escapeLiteral(checksum)}`);
}

async function makeRole(tx: Tx, name: string): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const { there, superuser } = await tx.one<{ there: boolean; superuser: boolean }>(
    `select exists (select from pg_roles where rolname = $1) as there,
            (select rolsuper from pg_roles where rolname = current_user) as superuser`,
    [name],
  );
  if (!there) await tx.execute(`create role ${role} nologin noinherit`);
  if (!superuser) await tx.execute(`grant ${role} to current_user`);
}

/** Takes policies and views away, whoever made them: then nobody sees some rows only, until they are prepared again. */
export async function forgetVisibleRows(tx: Tx): Promise<void> {
  const policies = await tx.query<{ table: string }>(
    "select format('%I.%I', schemaname, tablename) as table from pg_policies where policyname = 'visible_rows'",
  );
  for (const { table } of policies) await tx.execute(`drop policy visible_rows on ${table}`);
  const schemas = await tx.query<{ name: string }>(
    "select nspname as name from pg_namespace where nspname like 'visible\\_%'",
  );
  for (const { name } of schemas) await tx.execute(`drop schema ${pg.escapeIdentifier(name)} cascade`);
}

function grants(tables: VisibleTables, role: string): string[] {
  const schemas = new Set(Object.keys(tables).map((table) => table.split('.')[0] ?? ''));
  return [
    ...[...schemas].map((schema) => `grant usage on schema ${schema} to ${role};`),
    ...Object.entries(tables).flatMap(([table, how]) => [
      `grant select on ${table} to ${role};`,
      `alter table ${table} enable row level security;`,
      `create policy visible_rows on ${table} for select to ${role} using (${conditionOf(how)});`,
    ]),
  ];
}

function conditionOf(how: VisibleTables[string]): string {
  if ('everybody' in how) return 'true';
  if ('where' in how) return how.where;
  if ('through' in how) return `exists (select from ${how.through} above where above.id = ${how.by})`;
  return isOf(how.of, how.by);
}

/** As a sub-select the setting is read once, and an index can be asked for what it names. */
export const isOf = (kind: Kind, column: string): string =>
  `${column} = any ((select current_setting('plumbline.${kind}', true))::bigint[])`;

/**
 * A view shows what its owner may see. Those of rooms, which own every table, get a twin each that shows what who asks may
 * see. One of a table that nobody of some teams may read is refused as that table is.
 */
async function twins(tx: Tx, schemas: readonly string[], role: string): Promise<string[]> {
  await tx.execute('set local search_path = pg_catalog');
  const views = await tx.query<{ schema: string; name: string; sql: string }>(
    `select n.nspname as schema, c.relname as name, pg_get_viewdef(c.oid) as sql
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'v' and n.nspname = any ($1) order by c.oid`,
    [['shared', ...schemas]],
  );
  const twin = twinsOf(views.map(({ schema, name }) => `${schema}.${name}`));
  return [
    ...[...new Set(['shared', ...views.map(({ schema }) => schema)])].map(
      (schema) => `create schema visible_${schema}; grant usage on schema visible_${schema} to ${role};`,
    ),
    ...views.map(
      ({ schema, name, sql }) =>
        `create view visible_${schema}.${name} with (security_invoker = true) as ${twin(sql)}
         grant select on visible_${schema}.${name} to ${role};`,
    ),
  ];
}
