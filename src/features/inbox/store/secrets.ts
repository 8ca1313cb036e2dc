import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { Sealed, Vault } from '../../../platform/vault/index.ts';

/** Opened secrets, newest first; empty when the integration is there and has none. */
export type LiveSecrets = readonly string[];

const table = 'inbox.secrets';
const field = 'secret';

/** Every secret that counts now; undefined when there is no such integration of this kind. */
export async function readLiveSecrets(
  db: Queryable,
  vault: Vault,
  place: { kind: string; integrationId: number; adapter: string },
): Promise<LiveSecrets | undefined> {
  const rows = await db.query<{ id: number | null; sealed: Sealed | null }>(
    `select s.id, s.sealed from shared.integrations i
       left join inbox.secrets s on s.integration_id = i.id and s.adapter = $3 and (s.retire_at is null or s.retire_at > now())
      where i.id = $1 and i.kind = $2 and i.state <> 'deleting' order by s.id desc`,
    [place.integrationId, place.kind, place.adapter],
    'inbox-live-secrets',
  );
  if (rows.length === 0) return undefined;
  return rows.flatMap(({ id, sealed }) => (id === null ? [] : [vault.open({ table, row: id, field }, sealed)]));
}

export interface NewSecret {
  integrationId: number;
  adapter: string;
  purpose: 'own' | 'handed_out';
  secret: string;
}

/** The id comes first: the sealed value is bound to it. */
export async function insertSecret(tx: Tx, vault: Vault, entry: NewSecret): Promise<number> {
  const { id } = await tx.one<{ id: number }>("select nextval(pg_get_serial_sequence('inbox.secrets', 'id')) as id");
  await tx.execute(
    `insert into inbox.secrets (id, integration_id, adapter, purpose, sealed) overriding system value values ($1, $2, $3, $4, $5)`,
    [
      id,
      entry.integrationId,
      entry.adapter,
      entry.purpose,
      JSON.stringify(vault.seal({ table, row: id, field }, entry.secret)),
    ],
  );
  return id;
}

export async function openSecret(db: Queryable, vault: Vault, id: number): Promise<string> {
  const { sealed } = await db.one<{ sealed: Sealed }>('select sealed from inbox.secrets where id = $1', [id]);
  return vault.open({ table, row: id, field }, sealed);
}

/** Lets a secret count for some hours more. One that ends sooner keeps its end. */
export async function retireSecrets(tx: Queryable, ids: readonly number[], hours: number): Promise<void> {
  await tx.execute(
    `update inbox.secrets set retire_at = least(coalesce(retire_at, 'infinity'), now() + make_interval(hours => $2)) where id = any ($1)`,
    [ids, hours],
  );
}

export interface SecretInfo {
  adapter: string;
  purpose: 'own' | 'handed_out';
  createdAt: Date;
  retireAt: Date | null;
}

export function listSecrets(db: Queryable, integrationId: number): Promise<SecretInfo[]> {
  return db.query(
    `select adapter, purpose, created_at as "createdAt", retire_at as "retireAt" from inbox.secrets
      where integration_id = $1 and (retire_at is null or retire_at > now()) order by id desc`,
    [integrationId],
  );
}

export async function handedOutSecrets(db: Queryable, integrationId: number, adapter: string): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select id from inbox.secrets where integration_id = $1 and adapter = $2 and purpose = 'handed_out' and retire_at is null`,
    [integrationId, adapter],
  );
  return rows.map(({ id }) => id);
}

/** Ended ones that no webhook needs to be told about any more. */
export function sweepSecrets(db: Queryable): Promise<number> {
  return db.execute(
    `delete from inbox.secrets s where s.retire_at < now()
        and not exists (select from inbox.webhooks w where w.secret_id = s.id)`,
  );
}
