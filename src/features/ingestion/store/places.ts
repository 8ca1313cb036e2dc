import type { Queryable } from '../../../platform/database/index.ts';

/** Where the hub itself reaches outside systems from. A worker elsewhere claims the tasks of its own place only. */
export const hubPlace = 'hub';

/** Where the database is: work that calls nobody. */
export const databasePlace = 'database';

/** Those of the places in which a task waits that is due. Asked by many who wait for work: one look into an index each. */
export async function placesWithWork(db: Queryable, places: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ place: string }>(
    `select p.place from unnest($1::text[]) as p (place)
      where exists (select from ingestion.tasks t where t.place = p.place and t.state = 'pending' and t.not_before <= now())`,
    [places],
  );
  return rows.map(({ place }) => place);
}

/** True while tasks of these integrations are due, being carried out, or waiting to be published: more may come of them. */
export async function tasksUnderWay(db: Queryable, integrationIds: readonly number[]): Promise<boolean> {
  const { busy } = await db.one<{ busy: boolean }>(
    `select exists (select from ingestion.tasks t
                     where t.integration_id = any ($1) and t.state in ('pending', 'leased', 'staged') and t.not_before <= now()) as busy`,
    [integrationIds],
  );
  return busy;
}

/** How much waits and is being read in each place. */
export async function queuesOf(
  db: Queryable,
  places: readonly string[],
): Promise<ReadonlyMap<string, { waiting: number; reading: number }>> {
  const rows = await db.query<{ place: string; waiting: number; reading: number }>(
    `select place, count(*) filter (where state = 'pending')::int as waiting, count(*) filter (where state = 'leased')::int as reading
       from ingestion.tasks where place = any ($1) and state in ('pending', 'leased') group by place`,
    [places],
  );
  return new Map(rows.map(({ place, waiting, reading }) => [place, { waiting, reading }]));
}
