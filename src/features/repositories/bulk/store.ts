import { z } from 'zod';
import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type * as contract from './contract.ts';

/** What is the same for each repository, as it was asked for. */
export const How = z.object({
  keyRule: z.enum(['project_slug', 'project:slug', 'slug']),
  visibility: z.enum(['public', 'private']).optional(),
  annotations: z.boolean(),
  buildStatus: z.boolean(),
  summaryComment: z.boolean(),
});
export type How = z.infer<typeof How>;

export interface NewBulk {
  integrationId: number;
  sonarqubeId: number;
  userId: number;
  tokenId: number | null;
  startedBy: string;
  how: How;
  requestHash: string;
  repositories: readonly { project: string; slug: string }[];
}

/** Null: the same person has begun the same, and it is not ended. */
export async function insertBulk(tx: Tx, wanted: NewBulk): Promise<number | null> {
  const { integrationId, sonarqubeId, userId, tokenId, startedBy, how, requestHash, repositories } = wanted;
  const row = await tx.maybeOne<{ id: number }>(
    `insert into repositories.bulk_imports (integration_id, sonarqube_id, user_id, token_id, started_by, how, request_hash)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (integration_id, user_id, request_hash) where ended_at is null do nothing returning id`,
    [integrationId, sonarqubeId, userId, tokenId, startedBy, JSON.stringify(how), requestHash],
  );
  if (row === undefined) return null;
  await tx.execute(
    `insert into repositories.bulk_import_items (bulk_id, position, project, slug)
     select $1, w.position, w.project, w.slug from unnest($2::text[], $3::text[]) with ordinality as w (project, slug, position)`,
    [row.id, repositories.map(({ project }) => project), repositories.map(({ slug }) => slug)],
  );
  return row.id;
}

/** The one that is not ended and was asked for in the same words. */
export function findSame(
  db: Queryable,
  { integrationId, userId, requestHash }: Pick<NewBulk, 'integrationId' | 'userId' | 'requestHash'>,
): Promise<{ id: number } | undefined> {
  return db.maybeOne(
    `select id from repositories.bulk_imports
      where integration_id = $1 and user_id = $2 and request_hash = $3 and ended_at is null`,
    [integrationId, userId, requestHash],
  );
}

/** What is not begun is left out. Ends it, unless a repository is begun: then whoever takes it ends that one first. */
export async function cancelBulk(tx: Tx, id: number): Promise<boolean> {
  const asked = await tx.execute(
    'update repositories.bulk_imports set cancel_asked_at = now(), due_at = now() where id = $1 and ended_at is null and cancel_asked_at is null',
    [id],
  );
  if (asked === 0) return false;
  await leaveOut(tx, id, ['waiting']);
  await tx.execute(
    `update repositories.bulk_imports set state = 'cancelled', ended_at = now()
      where id = $1 and not exists (select from repositories.bulk_import_items where bulk_id = $1 and state = 'running')`,
    [id],
  );
  return true;
}

/** Its person may not import any more. */
export async function forbidBulk(tx: Tx, id: number): Promise<void> {
  await tx.execute(
    "update repositories.bulk_imports set state = 'not_allowed', ended_at = now() where id = $1 and ended_at is null",
    [id],
  );
  await leaveOut(tx, id, ['waiting', 'running']);
}

/** With the account end the imports that were begun with it. */
export async function forbidBulksOf(tx: Tx, userId: number): Promise<void> {
  const rows = await tx.query<{ id: number }>(
    'select id from repositories.bulk_imports where user_id = $1 and ended_at is null order by id for update',
    [userId],
  );
  for (const { id } of rows) await forbidBulk(tx, id);
}

async function leaveOut(tx: Tx, id: number, states: readonly string[]): Promise<void> {
  await tx.execute(
    "update repositories.bulk_import_items set state = 'left_out', ended_at = now() where bulk_id = $1 and state = any ($2)",
    [id, states],
  );
}

export interface BulkRow {
  id: number;
  state: contract.BulkImport['state'];
  startedBy: string;
  startedAt: Date;
  endedAt: Date | null;
  cancelling: boolean;
  sonarqubeId: number;
  sonarqubeName: string;
  total: number;
  done: number;
  failed: number;
  leftOut: number;
}

const select = `
  select b.id, b.state, b.started_by as "startedBy", b.started_at as "startedAt", b.ended_at as "endedAt",
         b.cancel_asked_at is not null and b.ended_at is null as cancelling, b.sonarqube_id as "sonarqubeId",
         coalesce(s.name, '') as "sonarqubeName", n.total, n.done, n.failed, n."leftOut"
    from repositories.bulk_imports b
    left join shared.integrations s on s.id = b.sonarqube_id
    cross join lateral (select count(*) as total, count(*) filter (where i.state = 'done') as done,
                               count(*) filter (where i.state = 'failed') as failed,
                               count(*) filter (where i.state = 'left_out') as "leftOut"
                          from repositories.bulk_import_items i where i.bulk_id = b.id) n
   where b.integration_id = $1 and b.user_id = $2`;

/** So many that are ended are shown. */
const mostShown = 20;

export function findBulks(db: Queryable, integrationId: number, userId: number): Promise<BulkRow[]> {
  return db.query(
    `${select} and (b.ended_at is null or b.id in (select id from repositories.bulk_imports
                     where integration_id = $1 and user_id = $2 and ended_at is not null order by id desc limit $3))
      order by b.id desc`,
    [integrationId, userId, mostShown],
  );
}

export function findBulk(
  db: Queryable,
  { integrationId, userId, id }: { integrationId: number; userId: number; id: number },
): Promise<BulkRow | undefined> {
  return db.maybeOne(`${select} and b.id = $3`, [integrationId, userId, id]);
}

export interface ItemRow {
  project: string;
  slug: string;
  state: contract.BulkImportItem['state'];
  already: boolean | null;
  projectKey: string | null;
  /** Null where the binding was ended since. */
  bindingId: number | null;
  error: contract.BulkImportItem['error'];
}

export function itemsOf(db: Queryable, id: number): Promise<ItemRow[]> {
  return db.query(
    `select i.project, i.slug, i.state, i.already, i.project_key as "projectKey", b.id as "bindingId", i.error
       from repositories.bulk_import_items i left join repositories.bindings b on b.id = i.binding_id
      where i.bulk_id = $1 order by i.position`,
    [id],
  );
}
