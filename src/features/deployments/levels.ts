import type { Queryable, Tx } from '../../platform/database/index.ts';

/** `project:org/project`, `organization:org` or `account`, as the connector names what it reads. */
interface Level {
  organization: string | null;
  project: string | null;
}

/** Throws for a name that no slice of Harness has. */
export function levelOf(slice: string): Level {
  if (slice === 'account') return { organization: null, project: null };
  const parts = /^(?:organization:([^/]+)|project:([^/]+)\/([^/]+))$/.exec(slice);
  if (parts === null) throw new Error(`“${slice}” is no slice of Harness`);
  const [, alone, organization, project] = parts;
  return alone === undefined
    ? { organization: organization ?? null, project: project ?? null }
    : { organization: alone, project: null };
}

/** The row of a slice, made at its first reading. */
export async function keepLevel(tx: Tx, integrationId: number, slice: string): Promise<number> {
  const known = await findLevel(tx, integrationId, slice);
  if (known !== undefined) return known;
  const { organization, project } = levelOf(slice);
  // Another part of the same slice may be published at this moment.
  await tx.execute(
    `insert into deployments.levels (integration_id, slice, organization, project) values ($1, $2, $3, $4)
     on conflict (integration_id, slice) do nothing`,
    [integrationId, slice, organization, project],
  );
  const made = await findLevel(tx, integrationId, slice);
  if (made === undefined) throw new Error(`no level is stored for slice ${slice}`);
  return made;
}

async function findLevel(db: Queryable, integrationId: number, slice: string): Promise<number | undefined> {
  const row = await db.maybeOne<{ id: number }>(
    'select id from deployments.levels where integration_id = $1 and slice = $2',
    [integrationId, slice],
  );
  return row?.id;
}
