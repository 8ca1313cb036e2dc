import type { Difference, PublishContext, ScopeComparison } from '../ingestion/sink.ts';
import { newestStaged } from './staged.ts';

interface Compared {
  source_key: string;
  stored: string | null;
  source: string | null;
}

const place = (stream: string): { stream: string; scope: string } => ({ stream, scope: '' });

/** Which repositories of the registry are not stored, or stored and gone. */
export async function compareRepositories({ tx, taskId, integrationId }: PublishContext): Promise<ScopeComparison[]> {
  const rows = await tx.query<Compared>(
    `select coalesce(r.source_key, n.source_key) as source_key, r.source_key as stored, n.source_key as source
       from (${newestStaged('repositories')}) n
       full join (select * from images.repositories where integration_id = $2 and deleted_at is null) r on r.source_key = n.source_key
      order by 1`,
    [taskId, integrationId],
  );
  const { retained } = await tx.one<{ retained: number }>(
    'select count(*) as retained from images.repositories where integration_id = $1 and deleted_at is not null',
    [integrationId],
  );
  return [toComparison('repositories', 'repositories', rows, retained)];
}

/** Where tags point, and what each image's record came to. Changes neither. */
export async function compareRepository({
  tx,
  taskId,
  integrationId,
  slice,
}: PublishContext): Promise<ScopeComparison[]> {
  const name = slice.replace(/^repository:/, '');
  const values = [taskId, integrationId, name];
  const mine = 'r.integration_id = $2 and r.source_key = $3';
  const tags = await tx.query<Compared>(
    `select coalesce(t.name, n.source_key) as source_key, t.digest as stored, n.record ->> 'digest' as source
       from (${newestStaged('image_tags')}) n
       full join (select t.name, i.digest from images.tag_periods t join images.images i on i.id = t.image_id
                    join images.repositories r on r.id = t.repository_id where ${mine} and t.to_at is null) t on t.name = n.source_key
      order by 1`,
    values,
  );
  const images = await tx.query<Compared>(
    `select n.source_key, i.row_hash::text as stored, n.row_hash::text as source
       from (${newestStaged('images')}) n
       left join (select i.* from images.images i join images.repositories r on r.id = i.repository_id where ${mine}) i on i.digest = n.source_key
      order by 1`,
    values,
  );
  const { retained } = await tx.one<{ retained: number }>(
    `select count(*) as retained from images.images i join images.repositories r on r.id = i.repository_id
      where r.integration_id = $1 and r.source_key = $2 and i.untagged_at is not null`,
    [integrationId, name],
  );
  return [toComparison('image_tags', name, tags, 0), toComparison('images', name, images, retained)];
}

function toComparison(stream: string, label: string, rows: readonly Compared[], retained: number): ScopeComparison {
  const differing = rows.filter((row) => row.stored !== row.source);
  return {
    ...place(stream),
    label,
    source: rows.filter((row) => row.source !== null).length,
    stored: rows.filter((row) => row.stored !== null).length,
    retained,
    differences: differing.map((row) => toDifference(stream, row)),
  };
}

function toDifference(stream: string, { source_key: sourceKey, stored, source }: Compared): Difference {
  const fieldName = stream === 'image_tags' ? 'digest' : 'record';
  if (stored === null) return { ...place(stream), sourceKey, kind: 'missing', fields: [] };
  if (source === null) return { ...place(stream), sourceKey, kind: 'invented', fields: [] };
  return { ...place(stream), sourceKey, kind: 'changed', fields: [{ name: fieldName, stored, source }] };
}
