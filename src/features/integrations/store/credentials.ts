import type { Queryable } from '../../../platform/database/index.ts';
import type { Sealed } from '../../../platform/vault/index.ts';

export interface CredentialRow {
  id: number;
  integrationId: number;
  label: string;
  kind: string | null;
  /** Per field of the connector's secrets; empty once deleted. */
  sealed: Record<string, Sealed>;
  lastFour: string | null;
  /** End as the outside system told it at the last check. */
  expiresAt: Date | null;
  /** End as a person declared it. */
  expirationDate: Date | null;
  disabledAt: Date | null;
  /** `by_person`, `address_changed`, or the code with which the outside system refused it. */
  disabledCode: string | null;
  deletedAt: Date | null;
  /** After a 429. */
  pausedUntil: Date | null;
  lastUsedAt: Date | null;
  changedAt: Date;
  createdAt: Date;
}

const columns = `id, integration_id as "integrationId", label, kind, sealed, last_four as "lastFour",
  expires_at as "expiresAt", expiration_date as "expirationDate", disabled_at as "disabledAt",
  disabled_code as "disabledCode", deleted_at as "deletedAt", paused_until as "pausedUntil",
  last_used_at as "lastUsedAt", changed_at as "changedAt", created_at as "createdAt"`;

/** Those that were not deleted, the oldest first. */
export function listCredentials(db: Queryable, integrationIds: readonly number[]): Promise<CredentialRow[]> {
  return db.query(
    `select ${columns} from integrations.credentials
      where integration_id = any($1::bigint[]) and deleted_at is null order by integration_id, id`,
    [integrationIds],
    'credentials of integrations',
  );
}

/** The same, locked until the transaction ends. */
export function lockCredentials(db: Queryable, integrationId: number): Promise<CredentialRow[]> {
  return db.query(
    `select ${columns} from integrations.credentials
      where integration_id = $1 and deleted_at is null order by id for update`,
    [integrationId],
  );
}

/** Also a deleted one. */
export function findCredential(db: Queryable, integrationId: number, id: number): Promise<CredentialRow | undefined> {
  return db.maybeOne(`select ${columns} from integrations.credentials where integration_id = $1 and id = $2`, [
    integrationId,
    id,
  ]);
}

/** The id comes first: each sealed value is bound to it. */
export async function nextCredentialId(db: Queryable): Promise<number> {
  const row = await db.one<{ id: number }>(
    "select nextval(pg_get_serial_sequence('integrations.credentials', 'id')) as id",
  );
  return row.id;
}

/** What a person enters and what the check found about it. */
export type CredentialSecret = Pick<
  CredentialRow,
  'id' | 'integrationId' | 'label' | 'kind' | 'sealed' | 'lastFour' | 'expiresAt' | 'expirationDate'
>;

export async function insertCredential(db: Queryable, row: CredentialSecret): Promise<void> {
  await db.execute(
    `insert into integrations.credentials (id, integration_id, label, kind, sealed, last_four, expires_at, expiration_date)
     overriding system value values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      row.id,
      row.integrationId,
      row.label,
      row.kind,
      JSON.stringify(row.sealed),
      row.lastFour,
      row.expiresAt,
      row.expirationDate,
    ],
  );
}

/** New secret in the same row; what was known of the old one no longer counts. */
export async function replaceSecret(db: Queryable, row: CredentialSecret): Promise<void> {
  await db.execute(
    `update integrations.credentials
        set label = $2, kind = $3, sealed = $4, last_four = $5, expires_at = $6, expiration_date = $7,
            disabled_at = null, disabled_code = null, paused_until = null, changed_at = now()
      where id = $1`,
    [row.id, row.label, row.kind, JSON.stringify(row.sealed), row.lastFour, row.expiresAt, row.expirationDate],
  );
}

/** What a check learned about it; null keeps what is known. */
export async function updateCredentialFacts(
  db: Queryable,
  id: number,
  facts: { kind: string | null; expiresAt: Date | null },
): Promise<void> {
  await db.execute(
    'update integrations.credentials set kind = coalesce($2, kind), expires_at = coalesce($3, expires_at) where id = $1',
    [id, facts.kind, facts.expiresAt],
  );
}

export async function updateCredentialDeclared(
  db: Queryable,
  id: number,
  declared: { label: string; expirationDate: Date | null },
): Promise<void> {
  await db.execute('update integrations.credentials set label = $2, expiration_date = $3 where id = $1', [
    id,
    declared.label,
    declared.expirationDate,
  ]);
}

/** False when it was disabled already. */
export async function disableCredential(db: Queryable, id: number, code: string): Promise<boolean> {
  const changed = await db.execute(
    `update integrations.credentials set disabled_at = now(), disabled_code = $2
      where id = $1 and disabled_at is null and deleted_at is null`,
    [id, code],
  );
  return changed > 0;
}

/** False when it was not disabled. */
export async function enableCredential(db: Queryable, id: number): Promise<boolean> {
  const changed = await db.execute(
    `update integrations.credentials set disabled_at = null, disabled_code = null, paused_until = null
      where id = $1 and disabled_at is not null and deleted_at is null`,
    [id],
  );
  return changed > 0;
}

/** The row stays to be shown; its secret goes. */
export async function softDeleteCredential(db: Queryable, id: number): Promise<void> {
  await db.execute(`update integrations.credentials set deleted_at = now(), sealed = '{}' where id = $1`, [id]);
}

export async function pauseCredential(db: Queryable, id: number, until: Date): Promise<void> {
  await db.execute('update integrations.credentials set paused_until = greatest(paused_until, $2) where id = $1', [
    id,
    until,
  ]);
}

/** Later than every other use by at least a millisecond, which is as fine as uses are compared: no two are equally old. */
export async function noteCredentialUse(db: Queryable, { id, integrationId }: CredentialRow): Promise<void> {
  await db.execute(
    `update integrations.credentials set last_used_at = greatest(clock_timestamp(),
        (select max(last_used_at) + interval '1 millisecond' from integrations.credentials where integration_id = $2))
      where id = $1`,
    [id, integrationId],
    'note use of credential',
  );
}

/** For good, with the integration. */
export function deleteCredentials(db: Queryable, integrationId: number): Promise<number> {
  return db.execute('delete from integrations.credentials where integration_id = $1', [integrationId]);
}
