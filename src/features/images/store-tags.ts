import type { Tx } from '../../platform/database/index.ts';
import { newestStaged } from './staged.ts';

interface Place {
  taskId: number;
  integrationId: number;
  repositoryId: number;
}

/** What the staged tags point to now; one whose image is not stored is left out, and stays where it was. */
const pointing = `
  select n.source_key as name, i.id as image_id
    from (${newestStaged('image_tags')}) n join images.images i on i.repository_id = $2 and i.digest = n.record ->> 'digest'`;

/** Ends the periods of tags that moved, and with `absence` of those that are not listed any more. */
export async function closeTags(
  tx: Tx,
  { taskId, repositoryId }: Place,
  absence: boolean,
): Promise<{ moved: number; gone: number }> {
  const moved = await tx.execute(
    `update images.tag_periods t set to_at = now() from (${pointing}) p
      where t.repository_id = $2 and t.name = p.name and t.to_at is null and t.image_id <> p.image_id`,
    [taskId, repositoryId],
  );
  const gone = absence
    ? await tx.execute(
        `update images.tag_periods t set to_at = now()
          where t.repository_id = $2 and t.to_at is null
            and not exists (select from ingestion.stage s where s.task_id = $1 and s.stream = 'image_tags' and s.source_key = t.name)`,
        [taskId, repositoryId],
      )
    : 0;
  return { moved, gone };
}

/** Begins a period for each tag that points somewhere new. */
export async function openTags(tx: Tx, { taskId, integrationId, repositoryId }: Place): Promise<number> {
  return tx.execute(
    `insert into images.tag_periods (integration_id, repository_id, name, image_id, from_at)
     select $3, $2, p.name, p.image_id, now() from (${pointing}) p
      where not exists (select from images.tag_periods t where t.repository_id = $2 and t.name = p.name and t.to_at is null)
      order by p.name`,
    [taskId, repositoryId, integrationId],
  );
}
