import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import type * as contract from './contract.ts';

/** An import of many, as the process has it that works on it. */
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
  /** Somebody began it before and did not end it. */
  resumed: boolean;
}

/** The next repository, or the one that somebody began and did not end. */
export function beginItem(db: Queryable, { id, fence }: Hold): Promise<BegunItem | undefined> {
  return db.maybeOne<BegunItem>(
    `update repositories.bulk_import_items i set state = 'running', started_at = coalesce(i.started_at, now())
       from repositories.bulk_imports b
      cross join lateral (select n.position, n.state from repositories.bulk_import_items n
                           where n.bulk_id = b.id and n.state in ('waiting', 'running') and n.not_before <= now()
                           order by n.state = 'running' desc, n.position limit 1) n
      where b.id = $1 and b.fence = $2 and i.bulk_id = b.id and i.position = n.position
     returning i.position, i.project, i.slug, i.started_at as "startedAt", n.state = 'running' as resumed`,
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
