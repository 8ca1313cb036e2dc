import type { Queryable, Tx } from '../../../platform/database/index.ts';

export interface KeyRow {
  id: number;
  name: string;
  madeBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
  integrationIds: number[];
}

const columns = `k.id, k.name, k.made_by as "madeBy", k.created_at as "createdAt", k.last_used_at as "lastUsedAt",
  k.revoked_at as "revokedAt", k.revoked_by as "revokedBy",
  (select coalesce(jsonb_agg(i.integration_id order by i.integration_id), '[]') from satellites.key_integrations i where i.key_id = k.id) as "integrationIds"`;

export async function insertKey(
  tx: Tx,
  key: { name: string; hash: Buffer; madeBy: string; integrationIds: readonly number[] },
): Promise<number> {
  const { id } = await tx.one<{ id: number }>(
    'insert into satellites.keys (name, hash, made_by) values ($1, $2, $3) returning id',
    [key.name, key.hash, key.madeBy],
  );
  await tx.execute('insert into satellites.key_integrations (key_id, integration_id) select $1, unnest($2::bigint[])', [
    id,
    key.integrationIds,
  ]);
  return id;
}

export function findKeyByHash(db: Queryable, hash: Buffer): Promise<KeyRow | undefined> {
  return db.maybeOne(`select ${columns} from satellites.keys k where k.hash = $1`, [hash]);
}

export function findKey(db: Queryable, id: number): Promise<KeyRow | undefined> {
  return db.maybeOne(`select ${columns} from satellites.keys k where k.id = $1`, [id]);
}

export function listKeys(db: Queryable): Promise<KeyRow[]> {
  return db.query(`select ${columns} from satellites.keys k order by k.revoked_at is not null, k.id desc`);
}

/** False when it had been revoked before. */
export async function revokeKey(tx: Tx, id: number, by: string): Promise<boolean> {
  const changed = await tx.execute(
    'update satellites.keys set revoked_at = now(), revoked_by = $2 where id = $1 and revoked_at is null',
    [id, by],
  );
  return changed > 0;
}

export async function noteKeyUse(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `update satellites.keys set last_used_at = now()
      where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [id],
  );
}
