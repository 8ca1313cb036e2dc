import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { trimCharacter } from '../../../domain/text-edges.ts';
import type { Database, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, type AuditActor, audit, liveTokenIds } from '../../access/index.ts';
import type { Analyst, ConnectionInfo, CreatedAnalyst } from '../contract.ts';
import { ensureCustom, renewCustom } from '../custom/owner.ts';
import { attempt, grantData, isSuperuser, resetRoleSettings } from '../login/harden.ts';
import { type DatabaseIdentity, databaseIdentity, markOf } from '../login/reader-role.ts';
import { randomPassword, scramVerifier } from '../login/scram.ts';
import {
  type AnalystRow,
  type AnalystScope,
  findAnalyst,
  insertAnalyst,
  limitsOf,
  listTokenLogins,
  markRevoked,
  revokedRoles,
} from './store.ts';

const { escapeIdentifier, escapeLiteral } = pg;

const dayMs = 86_400_000;
const defaultDays = 90;
const mostDays = 365;

/** A dashboard opens a handful of connections; more from one login would starve the others. */
const connectionLimit = 8;

export interface NewAnalyst {
  name: string;
  scope: AnalystScope;
  expiresAt: string | undefined;
}

/**
 * Makes a login and tells its password this once. Throws `analyst_name_taken`, `analyst_expiry_invalid`, and
 * `sql_unavailable` through the caller's check.
 */
export async function createAnalyst(
  db: Database,
  options: { actor: Actor; wanted: NewAnalyst; connection: ConnectionInfo; now: Date },
): Promise<CreatedAnalyst> {
  const { actor, wanted, connection, now } = options;
  const expiresAt = expiry(wanted.expiresAt, now);
  const roleName = roleNameOf(wanted.name);
  const password = randomPassword();
  const id = await db.transaction(async (tx) => {
    const inserted = await insertAnalyst(tx, {
      name: wanted.name,
      scope: wanted.scope,
      roleName,
      createdBy: actor.name,
      tokenId: actor.tokenId,
      expiresAt,
    });
    if (inserted === undefined) throw new PlumblineError('analyst_name_taken');
    await makeRole(tx, { roleName, password, expiresAt, scope: wanted.scope });
    await audit(
      tx,
      actor,
      'analyst.created',
      { kind: 'analyst', id: inserted, name: wanted.name },
      {
        role: roleName,
        scope: wanted.scope,
        expiresAt: expiresAt.toISOString(),
      },
    );
    return inserted;
  });
  const row = await findAnalyst(db, id);
  if (row === undefined) throw new PlumblineError('analyst_not_found');
  const connectionString = connectionStringOf(connection, roleName, password);
  return { analyst: toAnalyst(row), connectionString, psql: `psql "${connectionString}"` };
}

function expiry(text: string | undefined, now: Date): Date {
  const at = text === undefined ? new Date(now.getTime() + defaultDays * dayMs) : new Date(text);
  if (at <= now || at.getTime() > now.getTime() + mostDays * dayMs) throw new PlumblineError('analyst_expiry_invalid');
  return at;
}

/** Roles are shared by all databases of a cluster, hence the random end; at most 63 characters. */
function roleNameOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  const slug = trimCharacter(words, '_').slice(0, 30);
  return `plumbline_analyst_${slug === '' ? 'login' : slug}_${randomBytes(4).toString('hex')}`;
}

async function makeRole(
  tx: Tx,
  login: { roleName: string; password: string; expiresAt: Date; scope: AnalystScope },
): Promise<void> {
  const database = await databaseIdentity(tx);
  const role = escapeIdentifier(login.roleName);
  await tx.execute(
    `create role ${role} login noinherit connection limit ${connectionLimit}
     password ${escapeLiteral(scramVerifier(login.password))} valid until ${escapeLiteral(login.expiresAt.toISOString())}`,
  );
  await tx.execute(`comment on role ${role} is ${escapeLiteral(markOf(database))}`);
  // Without it only a superuser could see and end what the login runs.
  if (!(await isSuperuser(tx))) await attempt(tx, `grant ${role} to current_user`);
  const owner = login.scope === 'read' ? await renewCustom(tx, database) : await ensureCustom(tx, database);
  await grantData(tx, [login.roleName], database.name);
  if (owner !== undefined && login.scope === 'read_write')
    await tx.execute(`grant ${escapeIdentifier(owner)} to ${role}`);
  await resetRoleSettings(tx, login.roleName, database.name, limitsOf(login.scope, owner));
}

function connectionStringOf(connection: ConnectionInfo, role: string, password: string): string {
  const host = connection.host.includes(':') ? `[${connection.host}]` : connection.host;
  const database = encodeURIComponent(connection.database);
  return `postgres://${role}:${password}@${host}:${connection.port}/${database}?sslmode=${connection.sslMode}`;
}

/** Ends the login and its sessions. Throws `analyst_not_found`. */
export async function revokeAnalyst(db: Database, actor: AuditActor, id: number): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await findAnalyst(tx, id);
    if (row === undefined) throw new PlumblineError('analyst_not_found');
    await markRevoked(tx, id);
    if (await roleExists(tx, row.role_name)) await tx.execute(`alter role ${escapeIdentifier(row.role_name)} nologin`);
    await audit(tx, actor, 'analyst.revoked', { kind: 'analyst', id, name: row.name }, { role: row.role_name });
  });
  await finishRevocations(db);
}

/** A login ends with the API token it was made with. */
export async function revokeLoginsOfTokens(db: Database): Promise<void> {
  const logins = await listTokenLogins(db);
  const live = await liveTokenIds(
    db,
    logins.map(({ tokenId }) => tokenId),
  );
  for (const { id } of logins.filter(({ tokenId }) => !live.has(tokenId)))
    await revokeAnalyst(db, { kind: 'system', name: 'logins of revoked tokens' }, id);
}

/** Ends the sessions of revoked logins, then removes their roles; what a crash left undone is done by the next call. */
export async function finishRevocations(db: Database): Promise<void> {
  for (const roleName of await revokedRoles(db)) {
    await db.execute('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [roleName]);
    await db.transaction(async (tx) => {
      if (await roleExists(tx, roleName)) await dropRole(tx, roleName, await databaseIdentity(tx));
    });
  }
}

async function roleExists(tx: Tx, roleName: string): Promise<boolean> {
  return (await tx.maybeOne('select 1 from pg_roles where rolname = $1', [roleName])) !== undefined;
}

async function dropRole(tx: Tx, roleName: string, database: DatabaseIdentity): Promise<void> {
  const role = escapeIdentifier(roleName);
  await tx.execute(`revoke all on all tables in schema data from ${role}`);
  await tx.execute(`revoke all on schema data from ${role}`);
  await tx.execute(`revoke all on database ${escapeIdentifier(database.name)} from ${role}`);
  // It owns nothing, and may have said what others could read of what it would make.
  await attempt(tx, `drop owned by ${role}`);
  await tx.execute(`drop role ${role}`);
}

export function toAnalyst(row: AnalystRow): Analyst {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    role: row.role_name,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    expired: row.expired,
    sessions: row.sessions,
  };
}
