import pg from 'pg';
import type { Tx } from '../../../platform/database/index.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/**
 * What every login for people gets, at each start again: a role may change its own settings for good
 * (`ALTER ROLE … SET`), and this takes back what it changed.
 */
const settings: Record<string, string> = {
  search_path: 'data, pg_catalog',
  default_transaction_read_only: 'on',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '60s',
  // The parser that checks a text must read it as the server does.
  standard_conforming_strings: 'on',
  // A client that vanished without a word must not keep a query running.
  client_connection_check_interval: '1s',
  work_mem: '16MB',
  hash_mem_multiplier: '1',
  // What a parallel worker takes comes on top.
  temp_buffers: '1MB',
  max_parallel_workers_per_gather: '1',
  jit: 'off',
};

/** Only a superuser, or who was granted SET on them, can give these to a role. */
const privilegedSettings: Record<string, string> = { temp_file_limit: '1GB' };

export interface RoleLimits {
  statementTimeout: string;
  transactionTimeout: string;
  idleSessionTimeout: string;
  /** The role that it becomes when it begins, and writes as. */
  writesAs?: string;
}

/** Names without a schema are looked for, and made, where it may write. */
const writing = (role: string): Record<string, string> => ({
  search_path: 'custom, data, pg_catalog',
  default_transaction_read_only: 'off',
  role,
});

/** Puts a role's settings back to what they must be. Writes nothing when they are; true when it wrote. */
export async function resetRoleSettings(tx: Tx, role: string, database: string, limits: RoleLimits): Promise<boolean> {
  const { version, stored } = await tx.one<{ version: number; stored: string[] }>(
    `select current_setting('server_version_num')::int as version,
       array(select (case when s.setdatabase = 0 then '' else 'only here: ' end) || unnest(s.setconfig)
             from pg_db_role_setting s join pg_roles r on r.oid = s.setrole where r.rolname = $1) as stored`,
    [role],
  );
  const wanted = {
    ...settings,
    statement_timeout: limits.statementTimeout,
    idle_session_timeout: limits.idleSessionTimeout,
    ...(version < 170_000 ? {} : { transaction_timeout: limits.transactionTimeout }),
    ...(limits.writesAs === undefined ? {} : writing(limits.writesAs)),
  };
  const privileged = Object.entries(privilegedSettings);
  const form = (entries: [string, string][]): string =>
    entries
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join('\n');
  const plain = Object.entries(wanted);
  const now = [...stored].sort().join('\n');
  if (now === form([...plain, ...privileged]) || now === form(plain)) return false;
  const name = escapeIdentifier(role);
  await tx.execute(`alter role ${name} reset all`);
  await tx.execute(`alter role ${name} in database ${escapeIdentifier(database)} reset all`);
  for (const [setting, value] of plain) await tx.execute(setStatement(name, setting, value));
  for (const [setting, value] of privileged) await attempt(tx, setStatement(name, setting, value));
  return true;
}

function setStatement(role: string, setting: string, value: string): string {
  // A list of schemas must not be quoted as one name.
  return `alter role ${role} set ${setting} = ${setting === 'search_path' ? value : escapeLiteral(value)}`;
}

/** Lets roles read schema `data` of this database and nothing else of ours. */
export async function grantData(tx: Tx, roles: readonly string[], database: string): Promise<void> {
  if (roles.length === 0) return;
  const names = roles.map((role) => escapeIdentifier(role)).join(', ');
  await tx.execute(`grant connect on database ${escapeIdentifier(database)} to ${names}`);
  await tx.execute(`grant usage on schema data to ${names}`);
  await tx.execute(`grant select on all tables in schema data to ${names}`);
}

/** Functions an SQL text could do harm or look around with; nothing of ours calls them as an ordinary role. */
const closedFunctions = `
  pg_notify pg_sleep pg_sleep_for pg_sleep_until query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml
  cursor_to_xmlschema table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema
  schema_to_xml_and_xmlschema database_to_xml database_to_xmlschema database_to_xml_and_xmlschema ts_stat
  pg_advisory_lock pg_advisory_lock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock
  pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_advisory_unlock
  pg_advisory_unlock_all pg_advisory_unlock_shared lo_creat lo_create lo_from_bytea lo_import lo_export lo_open lo_put
  lo_get lo_unlink lo_truncate lo_truncate64 lowrite loread pg_stat_get_activity pg_stat_get_backend_activity
  pg_lock_status pg_cancel_backend pg_terminate_backend pg_export_snapshot pg_logical_emit_message`
  .trim()
  .split(/\s+/);

/**
 * Takes rights from PUBLIC that every login would have. As far as this database user may: only the owner of a database
 * can close its temporary tables, only a superuser PostgreSQL's own functions. Logins that use this database
 * already keep those; one that comes later and needs them must be granted them.
 */
export async function closePublicRights(tx: Tx, database: string, ownCluster: boolean): Promise<void> {
  await attempt(tx, `revoke temporary on database ${escapeIdentifier(database)} from public`);
  await attempt(tx, 'revoke all on schema public from public');
  const superuser = await isSuperuser(tx);
  if (!superuser) return;
  const others = await otherLogins(tx);
  // A function is text that somebody else runs later, with what that one may do.
  const { languages } = await tx.one<{ languages: string[] }>(
    `select array(select lanname::text from pg_language where lanname in ('sql', 'plpgsql') and has_language_privilege('public', oid, 'usage')) as languages`,
  );
  for (const language of languages) {
    await tx.execute(`revoke usage on language ${escapeIdentifier(language)} from public`);
    if (others.length > 0)
      await tx.execute(`grant usage on language ${escapeIdentifier(language)} to ${others.join(', ')}`);
  }
  const functions = await tx.query<{ signature: string }>(
    `select p.oid::regprocedure::text as signature
     from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace
       and (p.proname = any($1) or p.oid = 'pg_catalog.jsonb_delete(jsonb, text[])'::regprocedure)
       and has_function_privilege('public', p.oid, 'execute')`,
    [closedFunctions],
  );
  for (const { signature } of functions) {
    await tx.execute(`revoke execute on function pg_catalog.${signature} from public`);
    // Whoever uses this database beside us, or will run the hub as an ordinary user, keeps what they had.
    if (others.length > 0)
      await tx.execute(`grant execute on function pg_catalog.${signature} to ${others.join(', ')}`);
  }
  if (!ownCluster) return;
  const databases = await tx.query<{ datname: string }>(
    "select datname from pg_database where datname <> current_database() and has_database_privilege('public', oid, 'connect')",
  );
  for (const { datname } of databases) {
    await attempt(tx, `revoke connect, temporary on database ${escapeIdentifier(datname)} from public`);
  }
}

/** Logins of others that own something in this database or were granted something, quoted; superusers need no grant. */
async function otherLogins(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ rolname: string }>(
    `select rolname from pg_roles r
     where rolcanlogin and not rolsuper and coalesce(shobj_description(r.oid, 'pg_authid'), '') not like 'Plumbline:%'
       and exists (
         select from pg_shdepend d join pg_database here on here.datname = current_database()
         where d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid
           and (d.dbid = here.oid or d.classid = 'pg_database'::regclass and d.objid = here.oid))
     order by 1`,
  );
  return rows.map((row) => escapeIdentifier(row.rolname));
}

export async function isSuperuser(tx: Tx): Promise<boolean> {
  const row = await tx.one<{ rolsuper: boolean }>('select rolsuper from pg_roles where rolname = current_user');
  return row.rolsuper;
}

/** Runs a statement that this database user may not be allowed to; false when it is not. */
export async function attempt(tx: Tx, statement: string): Promise<boolean> {
  await tx.execute('savepoint attempt');
  try {
    await tx.execute(statement);
    await tx.execute('release savepoint attempt');
    return true;
  } catch (error) {
    await tx.execute('rollback to savepoint attempt');
    if (sqlState(error) === '42501') return false;
    throw error;
  }
}

/** PostgreSQL's five-character code of an error, or undefined when it is none of PostgreSQL's. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
