import type { Database, Tx } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/index.ts';

/** Children before parents; platforms, claims and tag periods go with their image. */
const steps = ['tag_periods', 'images', 'repositories'] as const;

/** Removes about `limit` rows of an integration; returns how many went, 0 when none is left. */
async function purge(tx: Tx, integrationId: number, limit: number): Promise<number> {
  for (const table of steps) {
    const removed = await tx.execute(
      `delete from images.${table} where ctid = any (array(select ctid from images.${table} where integration_id = $1 limit $2 /* any: all of them go, batch by batch */))`,
      [integrationId, limit],
    );
    if (removed > 0) return removed;
  }
  return 0;
}

/** Repositories, images and everything that belongs to them. */
export function imagesData(db: Database): IntegrationData {
  return {
    room: 'Images, tags and provenance',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        `select (select count(*) from images.images where integration_id = $1)
              + (select count(*) from images.tag_periods where integration_id = $1)
              + (select count(*) from images.repositories where integration_id = $1) as n`,
        [integrationId],
      );
      return n;
    },
    purge,
  };
}
