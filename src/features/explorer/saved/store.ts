import type { Queryable, Tx } from '../../../platform/database/index.ts';

export interface SavedQueryRow {
  id: number;
  slug: string;
  name: string;
  description: string;
  sql: string;
  owner_key: string;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

const columns = 'id, slug, name, description, sql, owner_key, created_by, created_at, updated_at';

export async function listSavedQueries(db: Queryable): Promise<SavedQueryRow[]> {
  return db.query(`select ${columns} from explorer.saved_queries order by lower(name), id`);
}

/** By number or slug; a slug never consists of digits only. */
export async function findSavedQuery(db: Queryable, idOrSlug: string): Promise<SavedQueryRow | undefined> {
  return /^\d{1,15}$/.test(idOrSlug)
    ? db.maybeOne(`select ${columns} from explorer.saved_queries where id = $1`, [Number(idOrSlug)])
    : db.maybeOne(`select ${columns} from explorer.saved_queries where slug = $1`, [idOrSlug]);
}

/** Undefined when the slug is taken. */
export async function insertSavedQuery(
  tx: Tx,
  query: { slug: string; name: string; description: string; sql: string; ownerKey: string; createdBy: string },
): Promise<SavedQueryRow | undefined> {
  return tx.maybeOne(
    `insert into explorer.saved_queries (slug, name, description, sql, owner_key, created_by)
     values ($1, $2, $3, $4, $5, $6) on conflict (slug) do nothing returning ${columns}`,
    [query.slug, query.name, query.description, query.sql, query.ownerKey, query.createdBy],
  );
}

export async function updateSavedQuery(
  tx: Tx,
  id: number,
  query: { name: string; description: string; sql: string },
): Promise<SavedQueryRow> {
  return tx.one(
    `update explorer.saved_queries set name = $2, description = $3, sql = $4, updated_at = now()
     where id = $1 returning ${columns}`,
    [id, query.name, query.description, query.sql],
  );
}

export async function deleteSavedQuery(tx: Tx, id: number): Promise<void> {
  await tx.execute('delete from explorer.saved_queries where id = $1', [id]);
}
