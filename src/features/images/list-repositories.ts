import type { z } from 'zod';
import { containing, type Queryable } from '../../platform/database/index.ts';
import type { RepositoryList, RepositoryQuery, RepositoryRow } from './contract.ts';

export const pageSize = 50;

const states = {
  watched: 'r.deleted_at is null',
  outside: 'r.left_scope_at is not null',
  gone: 'r.deleted_at is not null and r.left_scope_at is null',
} as const;

const sorts = {
  name: 'lower(r.source_key)',
  images: 'images',
  newest: 'newest_at',
} as const;

interface Row {
  id: number;
  name: string;
  integration_id: number;
  integration_name: string | null;
  tags: number;
  images: number;
  with_commit: number;
  newest_at: Date | null;
  read_at: Date | null;
  left_at: Date | null;
}

/** One page of the repositories, watched or not, with what they hold. */
export async function listRepositories(
  db: Queryable,
  query: Omit<z.output<typeof RepositoryQuery>, 'node'> & { of?: readonly number[] | undefined },
): Promise<RepositoryList> {
  const where = `${states[query.state]} and ($1::text is null or r.source_key ilike $1) and ($2::bigint[] is null or r.integration_id = any ($2)) and ($3::bigint[] is null or r.id = any ($3))`;
  const values = [containing(query.search), query.integration ?? null, query.of ?? null];
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from images.repositories r where ${where}`,
    values,
  );
  const rows = await db.query<Row>(
    `select r.id, r.source_key as name, r.integration_id, i.name as integration_name, held.images, held.with_commit, held.newest_at,
            (select count(*) from images.tag_periods t where t.repository_id = r.id and t.to_at is null) as tags,
            slice.current_published_at as read_at, r.deleted_at as left_at
       from images.repositories r
       left join shared.integrations i on i.id = r.integration_id
       left join shared.slices slice on slice.integration_id = r.integration_id and slice.slice = 'repository:' || r.source_key
       cross join lateral (
         select count(*) as images, max(m.first_seen_at) as newest_at,
                count(*) filter (where exists (select from images.platforms p where p.image_id = m.id)
                                   and not exists (select from images.platforms p where p.image_id = m.id and p.outcome <> 'resolved')) as with_commit
           from images.images m
          where m.repository_id = r.id and m.kind = 'image' and m.untagged_at is null and m.gone_at is null) held
      where ${where}
      order by ${sorts[query.sort]} ${query.direction} nulls last, r.id limit ${pageSize} offset $4`,
    [...values, (query.page - 1) * pageSize],
  );
  return { repositories: rows.map(toRow), total, page: query.page, pageSize };
}

function toRow(row: Row): RepositoryRow {
  return {
    id: row.id,
    name: row.name,
    integration: { id: row.integration_id, name: row.integration_name ?? `deleted integration ${row.integration_id}` },
    tags: row.tags,
    images: row.images,
    withCommit: row.with_commit,
    newestAt: row.newest_at?.toISOString() ?? null,
    readAt: row.read_at?.toISOString() ?? null,
    leftAt: row.left_at?.toISOString() ?? null,
  };
}
