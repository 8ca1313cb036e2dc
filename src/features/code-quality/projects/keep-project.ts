import type { Tx } from '../../../platform/database/index.ts';

/** What is needed of a project that was just made on the server. */
export interface MadeProject {
  key: string;
  name: string;
  uuid: string | null;
  organization: string | null;
  qualifier: string;
  visibility: string | null;
}

/**
 * Stores a project that the next run would find, so that it can be spoken of at once; returns its row. The run writes it
 * again, as its hash is of nothing.
 */
export async function keepProject(tx: Tx, integrationId: number, made: MadeProject): Promise<number> {
  const { key, name, uuid, organization, qualifier, visibility } = made;
  const row = await tx.one<{ id: number }>(
    `insert into code_quality.projects (integration_id, source_key, source_uuid, name, organization, qualifier, visibility, row_hash)
     values ($1, $2, $3, $4, $5, $6, $7, gen_random_uuid())
     on conflict (integration_id, source_key) do update
       set source_uuid = coalesce(excluded.source_uuid, code_quality.projects.source_uuid), row_hash = excluded.row_hash, deleted_at = null
     returning id`,
    [integrationId, key, uuid, name, organization, qualifier, visibility],
  );
  return row.id;
}
