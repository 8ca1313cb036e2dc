import type { z } from 'zod';
import { beginningWith, containing, type Queryable } from '../../platform/database/index.ts';
import type { ClaimOutcome } from '../../domain/claim.ts';
import type { ImageList, ImageQuery, ImageRow } from './contract.ts';
import { pageSize } from './list-repositories.ts';

const sorts = {
  newest: 'm.first_seen_at',
  created: 'm.created_at',
  repository: 'lower(r.source_key)',
} as const;

type Query = Omit<z.output<typeof ImageQuery>, 'node'> & {
  /** Repositories of a node. */
  of?: readonly number[] | undefined;
};

const from = 'images.images m join images.repositories r on r.id = m.repository_id';

/** Each part can use its own index, or reads one table once. */
const found = `
  select i.id from images.images i join images.repositories r on r.id = i.repository_id where r.source_key ilike $1
  union all
  select i.id from images.images i where i.digest like $2 or i.digest like 'sha256:' || $2
  union all
  select t.image_id from images.tag_periods t where t.to_at is null and t.name ilike $1
  union all
  select p.image_id from images.platforms p where p.commit like $2`;

/** $1 contained, $2 beginning, $3 integrations, $4 repository, $5 outcomes, $6 repositories of a node. */
function whereOf(query: Query): { sql: string; values: unknown[] } {
  const sql = [
    "m.kind = 'image'",
    query.untagged === 'without' ? 'm.untagged_at is null and m.gone_at is null' : 'true',
    `($1::text is null or m.id in (${found}))`,
    '($3::bigint[] is null or m.integration_id = any ($3))',
    '($4::bigint is null or m.repository_id = $4)',
    '($5::text[] is null or exists (select from images.platforms p where p.image_id = m.id and p.outcome = any ($5)))',
    '($6::bigint[] is null or m.repository_id = any ($6))',
  ].join(' and ');
  const { search, integration, repository, outcome, of } = query;
  return {
    sql,
    values: [
      containing(search),
      beginningWith(search),
      integration ?? null,
      repository ?? null,
      outcome ?? null,
      of ?? null,
    ],
  };
}

/** One page of images. */
export async function listImages(db: Queryable, query: Query): Promise<ImageList> {
  const where = whereOf(query);
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from ${from} where ${where.sql}`,
    where.values,
  );
  const ids = await db.query<{ id: number }>(
    `select m.id from ${from} where ${where.sql}
      order by ${sorts[query.sort]} ${query.direction} nulls last, m.id ${query.direction} limit ${pageSize} offset $7`,
    [...where.values, (query.page - 1) * pageSize],
  );
  const images = await readImageRows(
    db,
    ids.map((row) => row.id),
  );
  return { images, total, page: query.page, pageSize };
}

interface Row {
  id: number;
  integration_id: number;
  integration_name: string | null;
  repository_id: number;
  repository: string;
  digest: string;
  tags: string[];
  platforms: string[];
  outcomes: ClaimOutcome[];
  trusts: ImageRow['provenance']['trust'][];
  commits: (string | null)[];
  repository_keys: (string | null)[];
  dirty: boolean;
  created_at: Date | null;
  first_seen_at: Date;
  untagged_at: Date | null;
  gone_at: Date | null;
  left_scope_at: Date | null;
  problem_code: string | null;
  problem_message: string | null;
}

/** Rows of the list in the order of the ids. */
export async function readImageRows(db: Queryable, ids: readonly number[]): Promise<ImageRow[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<Row>(
    `select m.id, m.integration_id, i.name as integration_name, m.repository_id, r.source_key as repository, m.digest, m.created_at,
            m.first_seen_at, m.untagged_at, m.gone_at, r.left_scope_at, m.problem_code, m.problem_message,
            array(select t.name from images.tag_periods t where t.image_id = m.id and t.to_at is null order by t.name) as tags,
            p.platforms, p.outcomes, p.trusts, p.commits, p.repository_keys, p.dirty
       from unnest($1::bigint[]) with ordinality as wanted (id, place)
       join images.images m on m.id = wanted.id
       join images.repositories r on r.id = m.repository_id
       left join shared.integrations i on i.id = m.integration_id
       cross join lateral (
         select coalesce(array_agg(concat_ws('/', os, architecture, variant) order by ordinal), '{}') as platforms,
                coalesce(array_agg(distinct outcome), '{}') as outcomes, coalesce(array_agg(distinct trust), '{}') as trusts,
                coalesce(array_agg(distinct commit), '{}') as commits, coalesce(array_agg(distinct repository_key), '{}') as repository_keys,
                coalesce(bool_or(dirty), false) as dirty
           from images.platforms where image_id = m.id) p
      order by wanted.place`,
    [ids],
  );
  return rows.map(toRow);
}

/** What several platforms say, when it is one thing. */
function common<T>(values: readonly T[]): T | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

function toRow(row: Row): ImageRow {
  return {
    id: row.id,
    integration: { id: row.integration_id, name: row.integration_name ?? `deleted integration ${row.integration_id}` },
    repository: { id: row.repository_id, name: row.repository },
    digest: row.digest,
    tags: row.tags,
    platforms: row.platforms,
    provenance: {
      outcome: common(row.outcomes),
      trust: common(row.trusts),
      commit: common(row.commits),
      repositoryKey: common(row.repository_keys),
      dirty: row.dirty,
    },
    createdAt: row.created_at?.toISOString() ?? null,
    firstSeenAt: row.first_seen_at.toISOString(),
    untaggedAt: row.untagged_at?.toISOString() ?? null,
    goneAt: row.gone_at?.toISOString() ?? null,
    leftScopeAt: row.left_scope_at?.toISOString() ?? null,
    problem: row.problem_code === null ? null : { code: row.problem_code, message: row.problem_message ?? '' },
  };
}
