import type { Queryable } from '../../../platform/database/index.ts';
import type { Sealed } from '../../../platform/vault/index.ts';

export interface CredentialRow {
  id: number;
  integrationId: number;
  label: string;
  kind: string | null;
  /** Per field of the connector's secrets. */
  sealed: Record<string, Sealed>;
  lastFour: string | null;
  expiresAt: Date | null;
  createdAt: Date;
}

const columns = `id, integration_id as "integrationId", label, kind, sealed, last_four as "lastFour",
  expires_at as "expiresAt", created_at as "createdAt"`;

/** The one in use: the newest. */
export function findCredential(db: Queryable, integrationId: number): Promise<CredentialRow | undefined> {
  return db.maybeOne(
    `select ${columns} from integrations.credentials where integration_id = $1 order by id desc limit 1`,
    [integrationId],
  );
}

export function listCredentials(db: Queryable, integrationIds: readonly number[]): Promise<CredentialRow[]> {
  return db.query(
    `select distinct on (integration_id) ${columns} from integrations.credentials
      where integration_id = any($1::bigint[]) order by integration_id, id desc`,
    [integrationIds],
  );
}

/** The id comes first: each sealed value is bound to it. */
export async function nextCredentialId(db: Queryable): Promise<number> {
  const row = await db.one<{ id: number }>(
    "select nextval(pg_get_serial_sequence('integrations.credentials', 'id')) as id",
  );
  return row.id;
}

export async function replaceCredential(db: Queryable, row: Omit<CredentialRow, 'createdAt'>): Promise<void> {
  await db.execute('delete from integrations.credentials where integration_id = $1', [row.integrationId]);
  await db.execute(
    `insert into integrations.credentials (id, integration_id, label, kind, sealed, last_four, expires_at)
     overriding system value values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.integrationId, row.label, row.kind, JSON.stringify(row.sealed), row.lastFour, row.expiresAt],
  );
}

/** What a check learned about the credential in use. */
export async function updateCredentialFacts(
  db: Queryable,
  integrationId: number,
  facts: { kind: string | null; expiresAt: Date | null },
): Promise<void> {
  await db.execute(
    `update integrations.credentials set kind = coalesce($2, kind), expires_at = coalesce($3, expires_at)
      where integration_id = $1`,
    [integrationId, facts.kind, facts.expiresAt],
  );
}

export function deleteCredentials(db: Queryable, integrationId: number): Promise<number> {
  return db.execute('delete from integrations.credentials where integration_id = $1', [integrationId]);
}
