import { ImageRecord } from '../../connectors/oci-registry/records.ts';
import type { Queryable } from '../../platform/database/index.ts';
import { newestStaged } from './staged.ts';
import { imageTables, namesOf } from './store-image.ts';

/** A value of an image, of one of its platforms or claims, that is not what the registry's content comes to. */
export interface DifferingValue {
  digest: string;
  /** e.g. `kind`, `platforms[0].commit`. */
  name: string;
  stored: string | null;
  source: string | null;
}

/** Images compared at once. */
const batchSize = 200;

/**
 * Compares every stored column of the staged images, of their platforms and claims, with what their records come to. An
 * image that is not stored, or marked as gone, differs in its digest.
 */
export async function compareImages(
  db: Queryable,
  { taskId, repositoryId }: { taskId: number; repositoryId: number | undefined },
): Promise<{ images: number; differing: DifferingValue[] }> {
  const differing: DifferingValue[] = [];
  let images = 0;
  for (let after = ''; ; ) {
    const rows = await db.query<{ source_key: string; record: unknown }>(
      `select n.source_key, n.record from (${newestStaged('images')}) n where n.source_key > $2 order by n.source_key limit ${batchSize}`,
      [taskId, after],
    );
    const records = rows.map(({ record }) => ImageRecord.parse(record));
    for (const table of imageTables) differing.push(...(await compareTable(db, { repositoryId, table, records })));
    images += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return { images, differing };
    after = last.source_key;
  }
}

interface Comparison {
  repositoryId: number | undefined;
  table: (typeof imageTables)[number];
  records: readonly ImageRecord[];
}

/** The hash of a record is not compared: its columns are. */
async function compareTable(db: Queryable, { repositoryId, table, records }: Comparison): Promise<DifferingValue[]> {
  const isImage = table.table === 'images.images';
  const columns = isImage ? `ordinal integer, ${table.columns()}` : table.columns();
  const names = namesOf(columns).filter((name) => name !== 'row_hash' && name !== 'ordinal');
  const expected = records.flatMap((record) =>
    table.rows(record).map((row) => ({ image_digest: record.digest, ...row })),
  );
  const stored = isImage
    ? 'select i.digest as image_digest, 0 as ordinal, i.* from images.images i'
    : `select i.digest as image_digest, t.* from images.images i join ${table.table} t on t.image_id = i.id`;
  const rows = await db.query<{
    digest: string;
    ordinal: number;
    name: string;
    stored: string | null;
    source: string | null;
  }>(
    `select coalesce(e.image_digest, s.image_digest) as digest, coalesce(e.ordinal, s.ordinal) as ordinal, f.name,
            f.stored #>> '{}' as stored, f.source #>> '{}' as source
       from (select * from jsonb_to_recordset($1) as r (image_digest text collate "C", ${columns})) e
       full join (${stored} where i.repository_id = $2 and i.gone_at is null and i.digest = any ($3::text[])) s
         on s.image_digest = e.image_digest and s.ordinal = e.ordinal
      cross join lateral (values ${names.map((name) => `('${name}', to_jsonb(s.${name}), to_jsonb(e.${name}))`).join(', ')}) f (name, stored, source)
      where f.stored is distinct from f.source
      order by 1, 2, 3`,
    [JSON.stringify(expected), repositoryId ?? null, records.map(({ digest }) => digest)],
  );
  const part = table.table.replace('images.', '');
  return rows.map(({ ordinal, name, ...row }) => ({ ...row, name: isImage ? name : `${part}[${ordinal}].${name}` }));
}
