import { advisoryLocks, type Database, type Queryable } from '../../../platform/database/index.ts';

export interface Freshness {
  integrationId: number;
  name: string;
  lastGoodAt: Date | null;
  /** Since when what it says is too old to be believed; null: it is not. */
  staleSince: Date | null;
  scheduled: boolean;
  /** It was read then, and the runs that would tell when are kept no more: what was noted stands in for them. */
  forgotten: boolean;
}

/** How old the word of each integration is now, or was then. */
export function readFreshness(db: Queryable, at: Date | null): Promise<Freshness[]> {
  return at === null ? freshNow(db) : freshThen(db, at);
}

function freshNow(db: Queryable): Promise<Freshness[]> {
  return db.query(
    `select i.id as "integrationId", i.name, f.last_good_at as "lastGoodAt", f.stale_since as "staleSince", f.interval_seconds is not null as scheduled, false as forgotten
       from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id order by i.id`,
  );
}

function freshThen(db: Queryable, at: Date): Promise<Freshness[]> {
  return db.query(
    `select i.id as "integrationId", i.name, good.at as "lastGoodAt", f.interval_seconds is not null as scheduled,
            coalesce(f.was_read and good.at is null, false) as forgotten,
            case when f.was_read and good.at is null then f.stale_since
                 else ingestion.stale_since(f.interval_seconds, good.at, f.webhook_broken_since, f.made_at, $1) end as "staleSince"
       from shared.integrations i
       left join running.freshness f on f.integration_id = i.id and f.valid_from <= $1 and (f.valid_to is null or f.valid_to > $1)
       left join lateral (
         select r.finished_at as at from shared.runs r
          where r.integration_id = i.id and r.status = 'success' and r.kind not in ('audit', 'aggregation') and r.finished_at <= $1
          order by r.finished_at desc limit 1) good on true
      order by i.id`,
    [at],
  );
}

/** Notes by what ages are judged now, where it differs from what was noted. */
export async function noteFreshness(db: Database): Promise<void> {
  const same = `(f.interval_seconds, f.webhook_broken_since, f.stale_since, f.last_good_at is not null)
                is not distinct from (n.interval_seconds, n.webhook_broken_since, n.stale_since, n.was_read)`;
  await db.transaction(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock($1)', [advisoryLocks.running]);
    const { at } = await tx.one<{ at: Date }>('select clock_timestamp() as at');
    await tx.execute(
      `update running.freshness n set valid_to = $1
        where n.valid_to is null
          and not exists (select from shared.integration_freshness f where f.integration_id = n.integration_id and ${same})`,
      [at],
    );
    await tx.execute(
      `insert into running.freshness (integration_id, interval_seconds, webhook_broken_since, made_at, stale_since, was_read, valid_from)
       select f.integration_id, f.interval_seconds, f.webhook_broken_since, f.made_at, f.stale_since, f.last_good_at is not null, $1 from shared.integration_freshness f
        where not exists (select from running.freshness n where n.integration_id = f.integration_id and n.valid_to is null)
        order by 1`,
      [at],
    );
  });
}
