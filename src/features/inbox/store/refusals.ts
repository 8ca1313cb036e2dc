import type { Queryable } from '../../../platform/database/index.ts';
import type { RefusalCount } from '../intake/refusals.ts';

/** Adds what a process counted; what the address named but is no integration is dropped. */
export async function addRefusals(db: Queryable, counts: readonly RefusalCount[]): Promise<void> {
  if (counts.length === 0) return;
  const rows = counts.map(({ lastAt, ...count }) => ({ ...count, lastAt: lastAt.toISOString() }));
  await db.execute(
    `insert into inbox.refusals as r (integration_id, reason, day, times, last_at, last_address)
     select c."integrationId", c.reason, (c."lastAt" at time zone 'UTC')::date, c.times, c."lastAt", c."lastAddress"
       from jsonb_to_recordset($1) as c ("integrationId" bigint, reason text, times bigint, "lastAt" timestamptz, "lastAddress" text)
       join shared.integrations i on i.id = c."integrationId"
      order by 1, 2, 3
         on conflict (integration_id, reason, day) do update
        set times = r.times + excluded.times, last_at = greatest(r.last_at, excluded.last_at), last_address = excluded.last_address`,
    [JSON.stringify(rows)],
  );
}

export function listRefusals(
  db: Queryable,
  integrationId: number,
): Promise<{ reason: string; times: number; lastAt: Date; lastAddress: string }[]> {
  return db.query(
    `select reason, sum(times)::bigint as times, max(last_at) as "lastAt",
            (array_agg(last_address order by last_at desc))[1] as "lastAddress"
       from inbox.refusals where integration_id = $1 group by reason order by reason`,
    [integrationId],
  );
}
