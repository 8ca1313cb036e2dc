import type { Queryable, Tx } from '../../../platform/database/index.ts';
import { type RoleLimits, resetRoleSettings } from '../login/harden.ts';
import type { DatabaseIdentity } from '../login/reader-role.ts';

/** Analysts work longer with one query than a page does; supervision ends what goes beyond. */
const analystLimits: RoleLimits = {
  statementTimeout: '5min',
  transactionTimeout: '30min',
  idleSessionTimeout: '8h',
};

export type AnalystScope = 'read' | 'read_write';

export const limitsOf = (scope: AnalystScope, owner: string | undefined): RoleLimits =>
  scope === 'read' || owner === undefined ? analystLimits : { ...analystLimits, writesAs: owner };

export interface AnalystRow {
  id: number;
  name: string;
  scope: AnalystScope;
  role_name: string;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  expired: boolean;
  sessions: number;
}

const analystColumns = `
  a.id, a.name, a.scope, a.role_name, a.created_by, a.created_at, a.expires_at, a.expires_at <= now() as expired,
  (select count(*) from pg_stat_activity s where s.usename = a.role_name) as sessions`;

/** Those that were not revoked, newest first. */
export async function listAnalysts(db: Queryable): Promise<AnalystRow[]> {
  return db.query(`select ${analystColumns} from explorer.analysts a where a.revoked_at is null order by a.id desc`);
}

export async function findAnalyst(db: Queryable, id: number): Promise<AnalystRow | undefined> {
  return db.maybeOne(`select ${analystColumns} from explorer.analysts a where a.revoked_at is null and a.id = $1`, [
    id,
  ]);
}

/** The row of a new login; undefined when the name is taken. */
export async function insertAnalyst(
  tx: Tx,
  analyst: Pick<AnalystRow, 'name' | 'scope'> & {
    roleName: string;
    createdBy: string;
    tokenId: number | null;
    expiresAt: Date;
  },
): Promise<number | undefined> {
  const row = await tx.maybeOne<{ id: number }>(
    `insert into explorer.analysts (name, role_name, created_by, token_id, expires_at, scope) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning id`,
    [analyst.name, analyst.roleName, analyst.createdBy, analyst.tokenId, analyst.expiresAt, analyst.scope],
  );
  return row?.id;
}

/** Made with API tokens of which only these are left or none: they go with the others. */
export async function listTokenLogins(db: Queryable): Promise<{ id: number; tokenId: number }[]> {
  return db.query(
    `select id, token_id as "tokenId" from explorer.analysts where revoked_at is null and token_id is not null order by id`,
  );
}

export async function markRevoked(tx: Tx, id: number): Promise<void> {
  await tx.execute('update explorer.analysts set revoked_at = now() where id = $1', [id]);
}

/** Puts every analyst's settings back and returns the roles that exist; a restored database may have lost some. */
export async function resetAnalysts(tx: Tx, database: DatabaseIdentity, owner: string | undefined): Promise<string[]> {
  const rows = await tx.query<{ role_name: string; scope: AnalystScope }>(
    `select a.role_name, a.scope from explorer.analysts a join pg_roles r on r.rolname = a.role_name
     where a.revoked_at is null order by a.id`,
  );
  for (const row of rows) await resetRoleSettings(tx, row.role_name, database.name, limitsOf(row.scope, owner));
  return rows.map((row) => row.role_name);
}

/** Roles of revoked logins that still exist. */
export async function revokedRoles(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ role_name: string }>(
    `select a.role_name from explorer.analysts a join pg_roles r on r.rolname = a.role_name
     where a.revoked_at is not null order by a.id`,
  );
  return rows.map((row) => row.role_name);
}

/** What an analyst's session may not do for longer, whatever it set its own timeouts to. */
const endless = `
  case
    when a.expires_at <= now() then 'expired'
    when s.state = 'active' and now() - s.query_start > interval '5 minutes 30 seconds' then 'query'
    when s.state like 'idle in transaction%' and now() - s.state_change > interval '5 minutes' then 'idle in transaction'
    when now() - s.xact_start > interval '35 minutes' then 'transaction'
  end`;

/**
 * Ends sessions beyond the limits and says which. What is to be ended is settled before anything is ended: as a mere
 * condition PostgreSQL could ask for the end of every session first and for the rest of the conditions afterwards.
 */
export async function endOverlongSessions(db: Queryable): Promise<{ role: string; reason: string }[]> {
  const found = await db.query<{ pid: number; role: string; reason: string }>(
    `select * from (
       select s.pid, a.role_name as role, ${endless} as reason
       from explorer.analysts a join pg_stat_activity s on s.usename = a.role_name
       where a.revoked_at is null) sessions
     where reason is not null`,
  );
  for (const session of found) {
    await db.execute('select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and usename = $2', [
      session.pid,
      session.role,
    ]);
  }
  return found.map(({ role, reason }) => ({ role, reason }));
}

/** Analysts' logins belong to a PostgreSQL server, not to a database: those that are not there are over. */
export async function endLostLogins(tx: Tx): Promise<void> {
  await tx.execute(
    `update explorer.analysts set revoked_at = now()
      where revoked_at is null and not exists (select from pg_roles where rolname = role_name)`,
  );
}
