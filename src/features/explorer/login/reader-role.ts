import pg from 'pg';
import type { Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { attempt, isSuperuser } from './harden.ts';
import { scramVerifier } from './scram.ts';

const { escapeIdentifier, escapeLiteral } = pg;

export interface DatabaseIdentity {
  name: string;
  oid: number;
}

export async function databaseIdentity(tx: Tx): Promise<DatabaseIdentity> {
  return tx.one('select datname as name, oid::bigint as oid from pg_database where datname = current_database()');
}

interface RoleRow {
  rolname: string;
  privileged: boolean;
  comment: string | null;
  /** Whether the database its comment names still exists. */
  owner_exists: boolean;
}

/**
 * Makes or takes over a login of ours and gives it the password. Roles belong to a whole cluster, which several hubs may
 * share: the comment says whose it is, and a hub that finds the plain name taken uses one with its database's number.
 */
export async function ensureRole(
  tx: Tx,
  options: { name: string; database: DatabaseIdentity; password: string; connectionLimit: number },
): Promise<string> {
  const { name, exists } = await usableRole(tx, options.name, options.database);
  await writeRole(tx, name, !exists, options);
  return name;
}

/** The name under which a role of ours is or can be made. Throws `sql_unavailable`. */
export async function usableRole(
  tx: Tx,
  plain: string,
  database: DatabaseIdentity,
): Promise<{ name: string; exists: boolean }> {
  const mark = markOf(database);
  const candidates = [plain, `${plain}_${database.oid}`];
  const found = await tx.query<RoleRow>(
    `select r.rolname, (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication) as privileged,
            shobj_description(r.oid, 'pg_authid') as comment,
            exists (select from pg_database d
                    where d.oid::text = substring(shobj_description(r.oid, 'pg_authid') from 'database ([0-9]+)$')) as owner_exists
     from pg_roles r where r.rolname = any($1)`,
    [candidates],
  );
  const usable = (name: string): boolean => {
    const row = found.find((role) => role.rolname === name);
    return (
      row === undefined || row.comment === mark || (row.comment?.startsWith('Plumbline') === true && !row.owner_exists)
    );
  };
  // The one it has stays its own when the plain name becomes free: things may belong to it.
  const name = found.find((role) => role.comment === mark)?.rolname ?? candidates.find(usable);
  if (name === undefined) {
    throw new PlumblineError('sql_unavailable', {
      message: `The role ${plain} exists and is not ours.`,
      remedy: 'Rename or drop that role, then restart the hub.',
    });
  }
  const row = found.find((role) => role.rolname === name);
  if (row?.privileged === true) {
    throw new PlumblineError('sql_unavailable', {
      message: `The role ${name} has rights that a reader must not have.`,
      remedy: `Drop the role ${name}, then restart the hub: it makes it again.`,
    });
  }
  return { name, exists: row !== undefined };
}

export function markOf(database: DatabaseIdentity): string {
  return `Plumbline: reads for people in database ${database.oid}`;
}

async function writeRole(
  tx: Tx,
  name: string,
  isNew: boolean,
  options: { database: DatabaseIdentity; password: string; connectionLimit: number },
): Promise<void> {
  const role = escapeIdentifier(name);
  const login = `login noinherit connection limit ${options.connectionLimit} password ${escapeLiteral(scramVerifier(options.password))}`;
  await tx.execute(`${isNew ? 'create' : 'alter'} role ${role} ${login}`);
  await tx.execute(`comment on role ${role} is ${escapeLiteral(markOf(options.database))}`);
  await leaveGroups(tx, name);
  // Without it only a superuser could cancel the reader's queries from another connection.
  if (!(await isSuperuser(tx))) await attempt(tx, `grant ${role} to current_user`);
}

/** Somebody may have put the role into a group: what that group may read is not for everybody with SQL. */
async function leaveGroups(tx: Tx, name: string): Promise<void> {
  const groups = await tx.query<{ rolname: string }>(
    `select g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member
     where r.rolname = $1`,
    [name],
  );
  for (const group of groups) {
    await tx.execute(`revoke ${escapeIdentifier(group.rolname)} from ${escapeIdentifier(name)}`);
  }
}
