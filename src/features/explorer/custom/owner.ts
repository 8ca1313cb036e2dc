import pg from 'pg';
import type { Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { attempt, grantData, isSuperuser } from '../login/harden.ts';
import { type DatabaseIdentity, markOf, usableRole } from '../login/reader-role.ts';

const { escapeIdentifier, escapeLiteral } = pg;

const roleName = 'plumbline_custom';
const mark = 'What analysts build. Plumbline keeps it and never changes it.';

/**
 * Schema `custom` and the role that owns everything in it, with their rights as they must be; made with the first login that
 * may write, after its role. The schema itself is
 * ours, so that nobody can drop or rename it, and the role cannot sign in: logins become it when they begin.
 * Throws `sql_unavailable` where somebody else has a schema of that name.
 */
export async function ensureCustom(tx: Tx, database: DatabaseIdentity): Promise<string> {
  const owner = await ownerRole(tx, database);
  const there = await tx.maybeOne<{ comment: string | null }>(
    `select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = 'custom'`,
  );
  if (there !== undefined && there.comment !== mark) {
    throw new PlumblineError('sql_unavailable', {
      message: 'The database has a schema custom that is not ours.',
      remedy: 'Rename that schema, or give Plumbline a database of its own.',
    });
  }
  if (there === undefined) {
    await tx.execute('create schema custom');
    await tx.execute(`comment on schema custom is ${escapeLiteral(mark)}`);
  }
  await grantCustom(tx, owner, database);
  return owner;
}

/** The role of an installation in which somebody may write, with its rights as they must be; undefined while nobody may. */
export async function renewCustom(tx: Tx, database: DatabaseIdentity): Promise<string | undefined> {
  const there = await tx.maybeOne(
    `select 1 from pg_namespace where nspname = 'custom' and obj_description(oid, 'pg_namespace') = $1`,
    [mark],
  );
  return there === undefined ? undefined : ensureCustom(tx, database);
}

/** The role alone, where there is one. Changes nothing. */
export async function customOwner(tx: Tx, database: DatabaseIdentity): Promise<string | undefined> {
  const row = await tx.maybeOne<{ name: string }>(
    `select rolname as name from pg_roles where rolname = any ($1) and shobj_description(oid, 'pg_authid') = $2`,
    [[roleName, `${roleName}_${database.oid}`], markOf(database)],
  );
  return row?.name;
}

/** The schema with everything in it, where it is ours. */
export async function dropCustom(tx: Tx): Promise<void> {
  const ours = await tx.maybeOne(
    `select 1 from pg_namespace where nspname = 'custom' and obj_description(oid, 'pg_namespace') = $1`,
    [mark],
  );
  if (ours !== undefined) await tx.execute('drop schema custom cascade');
}

async function ownerRole(tx: Tx, database: DatabaseIdentity): Promise<string> {
  const { name, exists } = await usableRole(tx, roleName, database);
  const role = escapeIdentifier(name);
  await tx.execute(`${exists ? 'alter' : 'create'} role ${role} nologin noinherit`);
  await tx.execute(`comment on role ${role} is ${escapeLiteral(markOf(database))}`);
  if (!(await isSuperuser(tx))) await attempt(tx, `grant ${role} to current_user`);
  return name;
}

async function grantCustom(tx: Tx, owner: string, database: DatabaseIdentity): Promise<void> {
  const role = escapeIdentifier(owner);
  await grantData(tx, [owner], database.name);
  const readers = await tx.query<{ name: string }>(
    `select rolname as name from pg_roles where shobj_description(oid, 'pg_authid') = $1 and rolname <> $2`,
    [markOf(database), owner],
  );
  // Who reads data reads what was built on it.
  if (readers.length > 0)
    await tx.execute(`grant usage on schema custom to ${readers.map(({ name }) => escapeIdentifier(name)).join(', ')}`);
  await tx.execute(`grant usage, create on schema custom to ${role}`);
  // What is built by steps stands in tables of the session meanwhile.
  await attempt(tx, `grant temporary on database ${escapeIdentifier(database.name)} to ${role}`);
  // Who may not use the schema sees nothing of it.
  await tx.execute(`alter default privileges for role ${role} in schema custom grant select on tables to public`);
}
