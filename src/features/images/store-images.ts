import { ImageRecord } from '../../connectors/oci-registry/records.ts';
import type { ListingSpec } from '../ingestion/index.ts';
import type { PublishContext } from '../ingestion/sink.ts';
import { newestStaged } from './staged.ts';
import { type HashedImage, storeImages } from './store-image.ts';

/** Images parsed and written at once. */
const batchSize = 200;

/**
 * The images of a repository. A registry does not list them: one is gone when it was asked for and is not there. Ids of
 * those that changed are added to `changed`.
 */
export function imageListing(repositoryId: number, changed: Set<number>): ListingSpec {
  return {
    write: (context) => writeImages(context, repositoryId, changed),
    absence: {
      present: {
        text: 'select i.digest as source_key from images.images i where i.repository_id = $1 and i.gone_at is null',
        values: [repositoryId],
      },
      async mark({ tx }, absent) {
        const gone = await tx.query<{ id: number }>(
          `update images.images i set gone_at = now()
            where i.repository_id = $${absent.values.length + 1} and i.gone_at is null and i.digest in (${absent.text}) returning i.id`,
          [...absent.values, repositoryId],
        );
        for (const { id } of gone) changed.add(id);
      },
    },
  };
}

interface StagedImage {
  source_key: string;
  row_hash: string;
  record: unknown;
  id: number | null;
  same: boolean;
  was_gone: boolean;
}

async function writeImages(
  { tx, taskId, integrationId, runId, trustHashes }: PublishContext,
  repositoryId: number,
  changed: Set<number>,
): Promise<{ inserted: number; updated: number; returned: number }> {
  const written = { inserted: 0, updated: 0, returned: 0 };
  for (let after = ''; ; ) {
    const rows = await tx.query<StagedImage>(
      `select n.source_key, n.row_hash, n.record, i.id, i.row_hash is not distinct from n.row_hash and i.gone_at is null as same,
              i.gone_at is not null as was_gone
         from (${newestStaged('images')}) n left join images.images i on i.repository_id = $2 and i.digest = n.source_key
        where n.source_key > $3 order by n.source_key limit ${batchSize}`,
      [taskId, repositoryId, after],
    );
    const differing = rows.filter((row) => !row.same || !trustHashes);
    const images = differing.map(
      (row): HashedImage => ({ image: ImageRecord.parse(row.record), rowHash: row.row_hash }),
    );
    for (const id of await storeImages(tx, { integrationId, repositoryId, runId }, images)) changed.add(id);
    written.inserted += differing.filter((row) => row.id === null).length;
    written.updated += differing.filter((row) => row.id !== null).length;
    written.returned += differing.filter((row) => row.was_gone).length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return written;
    after = last.source_key;
  }
}
