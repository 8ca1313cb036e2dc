import type { Companion } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';

/** A list that was read before the deletion may still name it. */
const rememberedAfterDeletion = "interval '1 day'";

/**
 * Companions on the server of an integration ($1), whichever integration of that server they were made through. The only
 * answer to whether a key is one: nothing is told by how a key looks.
 */
const ofServer = `
  select c.source_key as key, p.source_key as of, c.name
    from code_quality.companions c
    join code_quality.projects p on p.id = c.project_id
    left join shared.integrations made on made.id = c.integration_id
    left join shared.integrations asking on asking.id = $1
   where (c.integration_id = $1 or made.server_id = asking.server_id)
     and (c.state <> 'deleted' or c.changed_at > now() - ${rememberedAfterDeletion})`;

/** Of one slice, or all of them for a discovery. */
export function companionsOf(db: Queryable, integrationId: number, slice: string): Promise<Companion[]> {
  return db.query<Companion>(
    `select distinct on (known.key) known.* from (${ofServer}) known where $2 = 'discovery' or 'project:' || known.of = $2 order by known.key`,
    [integrationId, slice],
    'companions of a slice',
  );
}

/** Where what is said of a slice belongs, when the slice is a companion; undefined: it is what it says. */
export async function mainSliceOf(
  db: Queryable,
  integrationId: number,
  slice: string,
): Promise<{ slice: string; scope: string } | undefined> {
  const found = await db.maybeOne<Companion>(
    `select distinct on (known.key) known.* from (${ofServer}) known where 'project:' || known.key = $2 order by known.key`,
    [integrationId, slice],
  );
  return found === undefined ? undefined : { slice: `project:${found.of}`, scope: `companion:${found.key}` };
}
