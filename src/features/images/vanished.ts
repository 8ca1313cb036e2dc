import type { Queryable, Tx } from '../../platform/database/index.ts';
import { newestStaged } from './staged.ts';

/** Keys of repositories, as a part of a statement with its values. */
interface Keys {
  text: string;
  values: readonly unknown[];
}

/**
 * A repository that is gone takes its tags and images with it. Returns the images that were there until now. Where too
 * many repositories disappear at once they are held, and so is what is in them.
 */
export async function closeRepositories(tx: Tx, integrationId: number, absent: Keys): Promise<number[]> {
  const values = [...absent.values, integrationId];
  const gone = `select r.id from images.repositories r where r.integration_id = $${values.length} and r.source_key in (${absent.text})`;
  await tx.execute(
    `update images.tag_periods set to_at = now() where to_at is null and repository_id in (${gone})`,
    values,
  );
  const images = await tx.query<{ id: number }>(
    `update images.images set gone_at = now(), untagged_at = coalesce(untagged_at, now())
      where gone_at is null and repository_id in (${gone}) returning id`,
    values,
  );
  return images.map(({ id }) => id);
}

/** Listed repositories that were gone: what is in them must be read, also where it is what it was before. */
export async function returnedRepositories(
  db: Queryable,
  { taskId, integrationId }: { taskId: number; integrationId: number },
): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select r.source_key as name from (${newestStaged('repositories')}) n
       join images.repositories r on r.integration_id = $2 and r.source_key = n.source_key
      where r.deleted_at is not null order by 1`,
    [taskId, integrationId],
  );
  return rows.map(({ name }) => name);
}
