import type { Queryable, Tx } from '../../platform/database/index.ts';

/** The watched repositories of a registry. It has no ids of them. */
export async function watchedRepositories(db: Queryable, integrationId: number): Promise<Map<string, null>> {
  const rows = await db.query<{ name: string }>(
    'select source_key as name from images.repositories where integration_id = $1 and deleted_at is null order by 1',
    [integrationId],
  );
  return new Map(rows.map(({ name }) => [name, null]));
}

/**
 * Repositories that the settings leave out leave every number at once: that was a person's wish and needs no second look.
 * The registry has their images still. Returns those that were watched until now; what is asked for again is noted.
 */
export async function leaveOutRepositories(
  tx: Tx,
  integrationId: number,
  outside: readonly string[],
): Promise<number[]> {
  await tx.execute(
    `update images.repositories set left_scope_at = null
      where integration_id = $1 and left_scope_at is not null and source_key <> all ($2)`,
    [integrationId, outside],
  );
  if (outside.length === 0) return [];
  const left = `select id from images.repositories where integration_id = $1 and source_key = any ($2)`;
  const values = [integrationId, outside];
  await tx.execute(
    `update images.tag_periods set to_at = now() where to_at is null and repository_id in (${left})`,
    values,
  );
  const images = await tx.query<{ id: number }>(
    `update images.images set untagged_at = now()
      where untagged_at is null and gone_at is null and repository_id in (${left}) returning id`,
    values,
  );
  await tx.execute(
    `update images.repositories set deleted_at = coalesce(deleted_at, now()), left_scope_at = now() where id in (${left})`,
    values,
  );
  return images.map(({ id }) => id);
}

/** Ends the period of tags that the settings leave out. */
export async function leaveOutTags(tx: Tx, repositoryId: number, outside: readonly string[]): Promise<void> {
  if (outside.length === 0) return;
  await tx.execute(
    'update images.tag_periods set to_at = now() where repository_id = $1 and to_at is null and name = any ($2)',
    [repositoryId, outside],
  );
}
