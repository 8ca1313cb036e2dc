import type { Database } from '../../../platform/database/index.ts';
import type { Tell } from '../changes.ts';
import { beginHistory, recordGrounds } from '../history/record.ts';
import { type Owner, owners } from './model.ts';
import { refreshLinks } from './refresh.ts';

/** Records of each kind, as their rooms show them. */
const sources: Record<Owner, string> = {
  pull_request: 'shared.pull_requests',
  analysis: 'shared.analyses',
  image: 'shared.images',
  execution: 'shared.harness_executions',
  deployment: 'shared.deployments',
  environment_image: 'shared.environment_images',
};

export interface Place {
  owner: Owner;
  after: number;
}

/** Records of one step. */
const atOnce = 500;

/**
 * One step of looking at every record again, and at every link whose record is not there any more. Returns where to go
 * on; undefined at the end. From nothing it makes the whole index, and ends with the same as what grew. Where nothing differs
 * nothing is written, and no history either.
 */
export async function rebuildStep(db: Database, { owner, after }: Place, tell?: Tell): Promise<Place | undefined> {
  const rows = await db.query<{ id: number }>(
    `select id from ${sources[owner]} where id > $1
     union select owner_id from trace.links where owner = $2 and owner_id > $1
     union select thing_id from trace.said where thing = $2 and thing_id > $1 and said_to is null
     order by 1 limit $3`,
    [after, owner, atOnce],
  );
  const ids = rows.map(({ id }) => Number(id));
  await refreshLinks(db, owner, ids, tell);
  const last = ids.at(-1);
  if (last !== undefined && ids.length === atOnce) return { owner, after: last };
  const next = owners[owners.indexOf(owner) + 1];
  if (next !== undefined) return { owner: next, after: 0 };
  await recordGrounds(db);
  await beginHistory(db);
  return undefined;
}

export const beginning: Place = { owner: owners[0], after: 0 };

/** Looks at every record again, in one go. */
export async function rebuildLinks(db: Database, signal?: AbortSignal): Promise<void> {
  for (let place: Place | undefined = beginning; place !== undefined; place = await rebuildStep(db, place))
    signal?.throwIfAborted();
}
