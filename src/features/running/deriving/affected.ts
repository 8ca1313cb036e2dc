import type { Queryable } from '../../../platform/database/index.ts';
import type { Wanted } from './derive.ts';

type Some = { places: number[]; entries: number[] };

const rowsWhere = (condition: string): string =>
  `select place_id as "placeId", environment_image_id as "entryId" from running.verdicts v where v.valid_to is null and ${condition}`;

/** `name`: planned once, for what is asked by the thousand. */
async function some(db: Queryable, query: string, wanted: number | readonly number[], name?: string): Promise<Some> {
  const rows = await db.query<{ placeId: number | null; entryId: number | null }>(query, [wanted], name);
  return {
    places: [...new Set(rows.flatMap(({ placeId }) => placeId ?? []))],
    entries: [...new Set(rows.flatMap(({ entryId }) => entryId ?? []))],
  };
}

/** Where a deployment is of, now and as it was known before. */
export const ofDeployment = (db: Queryable, id: number): Promise<Wanted> =>
  some(
    db,
    `select place_id as "placeId", null as "entryId" from shared.deployments where id = $1 union ${rowsWhere('v.deployment_id = $1')}`,
    id,
  );

/** Where its deployments are, and whatever is in doubt: what left it so may have been one that is gone. */
export const ofExecution = (db: Queryable, id: number): Promise<Wanted> =>
  some(
    db,
    `select place_id as "placeId", null::bigint as "entryId" from shared.deployments where execution_id = $1 union ${rowsWhere('v.doubt is not null')}`,
    id,
  );

export const ofEntry = (id: number): Wanted => ({ places: [], entries: [id] });

export const ofImage = (db: Queryable, id: number): Promise<Wanted> =>
  some(
    db,
    `${rowsWhere('v.image_id = $1')} union select null, e.id from shared.environment_images e where e.image_id = $1 and e.valid_to is null`,
    id,
  );

export const ofProject = (db: Queryable, id: number): Promise<Wanted> =>
  some(db, rowsWhere('v.project_ids @> array[$1::bigint]'), id);

/** What was said by the gate of a commit, or by nothing, when that commit is analysed. */
export const ofAnalyses = (db: Queryable, ids: readonly number[]): Promise<Wanted> =>
  some(
    db,
    `${rowsWhere('v.project_ids && array(select a.project_id from shared.analyses a where a.id = any ($1))')}
     union select r.place_id, null from shared.analyses a join shared.running_places r on r.commit = a.revision where a.id = any ($1)`,
    ids,
    'what runs of analyses',
  );
