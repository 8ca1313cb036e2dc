import type { Tx } from '../../platform/database/index.ts';
import type { ListingSpec } from '../ingestion/index.ts';
import { newestStaged } from './staged.ts';

interface Place {
  taskId: number;
  integrationId: number;
  repositoryId: number;
}

/** The tags of a repository: where each points now. One that moves or is not listed any more has its period ended. */
export function tagListing(repositoryId: number): ListingSpec {
  return {
    async write({ tx, taskId, integrationId }) {
      const place = { taskId, integrationId, repositoryId };
      const moved = await closeMovedTags(tx, place);
      const opened = await openTags(tx, place);
      const updated = Math.min(moved, opened);
      return { inserted: opened - updated, updated };
    },
    absence: {
      present: {
        text: 'select t.name as source_key from images.tag_periods t where t.repository_id = $1 and t.to_at is null',
        values: [repositoryId],
      },
      mark: ({ tx }, absent) =>
        tx.execute(
          `update images.tag_periods t set to_at = now()
            where t.repository_id = $${absent.values.length + 1} and t.to_at is null and t.name in (${absent.text})`,
          [...absent.values, repositoryId],
        ),
    },
  };
}

/** What the staged tags point to now; one whose image is not stored is left out, and stays where it was. */
const pointing = `
  select n.source_key as name, i.id as image_id
    from (${newestStaged('image_tags')}) n join images.images i on i.repository_id = $2 and i.digest = n.record ->> 'digest'`;

async function closeMovedTags(tx: Tx, { taskId, repositoryId }: Place): Promise<number> {
  return tx.execute(
    `update images.tag_periods t set to_at = now() from (${pointing}) p
      where t.repository_id = $2 and t.name = p.name and t.to_at is null and t.image_id <> p.image_id`,
    [taskId, repositoryId],
  );
}

/** Begins a period for each tag that points somewhere new. */
async function openTags(tx: Tx, { taskId, integrationId, repositoryId }: Place): Promise<number> {
  return tx.execute(
    `insert into images.tag_periods (integration_id, repository_id, name, image_id, from_at)
     select $3, $2, p.name, p.image_id, now() from (${pointing}) p
      where not exists (select from images.tag_periods t where t.repository_id = $2 and t.name = p.name and t.to_at is null)
      order by p.name`,
    [taskId, repositoryId, integrationId],
  );
}
