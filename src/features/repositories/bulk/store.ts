import { z } from 'zod';
import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
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

export interface HeldBulk {
  id: number;
  fence: number;
  integrationId: number;
  sonarqubeId: number;
  userId: number;
  tokenId: number | null;
  startedBy: string;
  how: unknown;
}

/**
 * Takes the import that has waited longest for its turn; one process holds it. One that stopped for want of an access token
 * is due once its person has entered another.
 */
export function takeDueBulk(db: Queryable, leaseSeconds: number): Promise<HeldBulk | undefined> {
  return db.maybeOne<HeldBulk>(
    `update repositories.bulk_imports b set lease_until = now() + make_interval(secs => $1), fence = b.fence + 1, state = 'running'
      where b.id = (select w.id from repositories.bulk_imports w
                     where w.ended_at is null and w.due_at <= now() and (w.lease_until is null or w.lease_until < now())
                       and (w.state = 'running'
                            or exists (select from repositories.user_tokens t
                                        where t.integration_id = w.integration_id and t.user_id = w.user_id and t.refused_at is null))
                     order by w.due_at, w.id limit 1 for update skip locked)
     returning b.id, b.fence, b.integration_id as "integrationId", b.sonarqube_id as "sonarqubeId", b.user_id as "userId",
               b.token_id as "tokenId", b.started_by as "startedBy", b.how`,
    [leaseSeconds],
  );
}

type Hold = Pick<HeldBulk, 'id' | 'fence'>;

/** False: somebody else holds it by now. */
export async function keepBulk(db: Queryable, { id, fence }: Hold, leaseSeconds: number): Promise<boolean> {
  const kept = await db.execute(
    'update repositories.bulk_imports set lease_until = now() + make_interval(secs => $3) where id = $1 and fence = $2',
    [id, fence, leaseSeconds],
  );
  return kept > 0;
}

/** The others have their turn before it is taken again. */
export async function letBulkGo(db: Queryable, { id, fence }: Hold): Promise<void> {
  await db.execute(
    `update repositories.bulk_imports set lease_until = null, due_at = greatest(due_at, clock_timestamp())
      where id = $1 and fence = $2`,
    [id, fence],
  );
}

export interface BegunItem {
  position: number;
  project: string;
  slug: string;
  startedAt: Date;
}

/** The next repository, or the one that somebody began and did not end. */
export function beginItem(db: Queryable, { id, fence }: Hold): Promise<BegunItem | undefined> {
  return db.maybeOne<BegunItem>(
    `update repositories.bulk_import_items i set state = 'running', started_at = coalesce(i.started_at, now())
       from repositories.bulk_imports b
      where b.id = $1 and b.fence = $2 and i.bulk_id = b.id
        and i.position = (select n.position from repositories.bulk_import_items n
                           where n.bulk_id = $1 and n.state in ('waiting', 'running') and n.not_before <= now()
                           order by n.state = 'running' desc, n.position limit 1)
     returning i.position, i.project, i.slug, i.started_at as "startedAt"`,
    [id, fence],
  );
}

export type Outcome =
  | { state: 'done'; already: boolean; bindingId: number; projectKey: string }
  | { state: 'failed'; error: NonNullable<contract.BulkImportItem['error']> }
  /** Somebody else is setting it up. */
  | { state: 'later'; seconds: number }
  /** Its person's access token does not work. */
  | { state: 'token' };

/** Stores what became of a repository; false: somebody else holds the import by now. */
export function endItem(db: Database, hold: Hold, position: number, outcome: Outcome): Promise<boolean> {
  return db.transaction(async (tx) => {
    const row = await tx.maybeOne<{ cancelled: boolean }>(
      `select cancel_asked_at is not null as cancelled from repositories.bulk_imports where id = $1 and fence = $2 for update`,
      [hold.id, hold.fence],
    );
    if (row === undefined) return false;
    await storeOutcome(tx, { ...hold, ...row, position }, outcome);
    return true;
  });
}

async function storeOutcome(
  tx: Tx,
  { id, position, cancelled }: { id: number; position: number; cancelled: boolean },
  outcome: Outcome,
): Promise<void> {
  const set = (assignments: string, values: readonly unknown[] = []): Promise<number> =>
    tx.execute(`update repositories.bulk_import_items set ${assignments} where bulk_id = $1 and position = $2`, [
      id,
      position,
      ...values,
    ]);
  if (outcome.state === 'done') {
    const { already, bindingId, projectKey } = outcome;
    await set("state = 'done', ended_at = now(), already = $3, binding_id = $4, project_key = $5", [
      already,
      bindingId,
      projectKey,
    ]);
  } else if (outcome.state === 'failed') {
    await set("state = 'failed', ended_at = now(), error = $3", [JSON.stringify(outcome.error)]);
  } else if (cancelled) {
    await set("state = 'left_out', ended_at = now()");
  } else if (outcome.state === 'later') {
    // Whoever is at it may set it up: then it was set up before.
    await set("state = 'waiting', started_at = null, not_before = now() + make_interval(secs => $3)", [
      outcome.seconds,
    ]);
  } else {
    await set("state = 'waiting'");
    await tx.execute("update repositories.bulk_imports set state = 'token' where id = $1", [id]);
  }
}

/** Nothing can be begun: it ends, or its next turn comes when a repository may be tried again. */
export async function endBulkIfDone(db: Queryable, { id, fence }: Hold): Promise<void> {
  await db.execute(
    `update repositories.bulk_imports b
        set (state, ended_at, due_at) = (
              select case when count(*) > 0 then b.state when b.cancel_asked_at is null then 'done' else 'cancelled' end,
                     case when count(*) = 0 then now() end, coalesce(min(i.not_before), b.due_at)
                from repositories.bulk_import_items i where i.bulk_id = b.id and i.state in ('waiting', 'running'))
      where b.id = $1 and b.fence = $2`,
    [id, fence],
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
