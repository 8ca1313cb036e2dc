import type { Queryable } from '../../../platform/database/index.ts';
import { SingleSignOn } from './contract.ts';

export interface SettingsRow {
  settings: SingleSignOn;
  sealed: { secret?: unknown };
  version: number;
  updatedAt: Date;
  updatedBy: string;
}

export async function findSettings(db: Queryable): Promise<SettingsRow | undefined> {
  const row = await db.maybeOne<SettingsRow>(
    `select settings, sealed, version, updated_at as "updatedAt", updated_by as "updatedBy"
       from access.single_sign_on`,
    [],
    'access_single_sign_on',
  );
  return row === undefined ? undefined : { ...row, settings: SingleSignOn.parse(row.settings) };
}

export async function putSettings(
  db: Queryable,
  row: { settings: SingleSignOn; sealed: object; updatedBy: string },
): Promise<void> {
  await db.execute(
    `insert into access.single_sign_on as s (id, settings, sealed, updated_by) values (1, $1, $2, $3)
     on conflict (id) do update set settings = excluded.settings, sealed = excluded.sealed,
       updated_by = excluded.updated_by, updated_at = now(), version = s.version + 1`,
    [JSON.stringify(row.settings), JSON.stringify(row.sealed), row.updatedBy],
  );
}

export async function nextStartId(db: Queryable): Promise<number> {
  const row = await db.one<{ id: number }>(
    `select nextval(pg_get_serial_sequence('access.single_sign_on_starts', 'id')) as id`,
  );
  return row.id;
}

export async function insertStart(
  db: Queryable,
  start: { id: number; stateHash: Buffer; bindingHash: Buffer; version: number; returnTo: string; sealed: object },
): Promise<void> {
  await db.execute(
    `insert into access.single_sign_on_starts (id, state_hash, binding_hash, version, return_to, sealed, expires_at)
     overriding system value values ($1, $2, $3, $4, $5, $6, now() + interval '10 minutes')`,
    [start.id, start.stateHash, start.bindingHash, start.version, start.returnTo, JSON.stringify(start.sealed)],
  );
}

export interface StartRow {
  id: number;
  version: number;
  returnTo: string;
  sealed: { nonce: unknown; verifier: unknown };
}

/** Only once, in the browser that began, and in time. */
export function takeStart(
  db: Queryable,
  { stateHash, bindingHash }: { stateHash: Buffer; bindingHash: Buffer },
): Promise<StartRow | undefined> {
  return db.maybeOne(
    `delete from access.single_sign_on_starts
      where state_hash = $1 and binding_hash = $2 and expires_at > now()
      returning id, version, return_to as "returnTo", sealed`,
    [stateHash, bindingHash],
  );
}

export async function deleteOldStarts(db: Queryable): Promise<void> {
  await db.execute(
    `delete from access.single_sign_on_starts where id in (
       select id from access.single_sign_on_starts where expires_at <= now()
        order by id limit 500 for update skip locked)`,
  );
}

/** False when it was obeyed before. */
export async function rememberLogout(db: Queryable, tokenHash: Buffer): Promise<boolean> {
  await db.execute(
    `delete from access.logout_tokens where token_hash in (
       select token_hash from access.logout_tokens where expires_at <= now()
        order by token_hash limit 500 for update skip locked)`,
  );
  const added = await db.execute(
    `insert into access.logout_tokens (token_hash, expires_at) values ($1, now() + interval '1 day')
     on conflict do nothing`,
    [tokenHash],
  );
  return added === 1;
}
