import { z } from 'zod';
import type { Tx } from '../../../platform/database/index.ts';

/** A repository as its stream yields it. */
export const KeptRepository = z.object({
  id: z.string().regex(/^\d{1,18}$/),
  project: z.string(),
  projectName: z.string().nullable(),
  slug: z.string(),
  name: z.string().nullable(),
  archived: z.boolean(),
  isPublic: z.boolean(),
  originId: z.string().nullable(),
  link: z.string().nullable(),
  cloneUrls: z.array(z.string()),
});
export type KeptRepository = z.infer<typeof KeptRepository>;

/**
 * Stores a repository that the next run would find, so that it can be bound at once; returns its row. The run writes it
 * again, as its hash is of nothing.
 */
export async function keepRepository(tx: Tx, integrationId: number, record: KeptRepository): Promise<number> {
  const { id, project, projectName, slug, name, archived, isPublic, originId, link, cloneUrls } = record;
  const row = await tx.one<{ id: number }>(
    `insert into repositories.repositories as r (integration_id, source_key, row_hash, project, project_name, slug, name, archived,
       is_public, origin_key, link, clone_urls)
     values ($1, $2, gen_random_uuid(), $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (integration_id, source_key) do update
       set project = excluded.project, slug = excluded.slug, link = excluded.link, row_hash = excluded.row_hash, deleted_at = null
     returning id`,
    [integrationId, id, project, projectName, slug, name, archived, isPublic, originId, link, cloneUrls],
  );
  return row.id;
}
