import type { Queryable, Tx } from '../../platform/database/index.ts';
import { newestOf } from '../ingestion/index.ts';
import type { PublishContext, StreamOutcome } from '../ingestion/sink.ts';

/** Projects that are stored, asked for and not gone. Harness has no ids of them but their names. */
export async function knownProjects(db: Queryable, integrationId: number): Promise<Map<string, null>> {
  const rows = await db.query<{ key: string }>(
    'select source_key as key from deployments.projects where integration_id = $1 and deleted_at is null order by 1',
    [integrationId],
  );
  return new Map(rows.map(({ key }) => [key, null]));
}

/** Listed projects that were gone or left out: what is in them must be read. */
export async function returnedProjects({ tx, taskId, integrationId }: PublishContext): Promise<string[]> {
  const rows = await tx.query<{ key: string }>(
    `select p.source_key as key from (${newestOf('$1', "'projects'", "''")}) n
       join deployments.projects p on p.integration_id = $2 and p.source_key = n.source_key
      where p.deleted_at is not null order by 1`,
    [taskId, integrationId],
  );
  return rows.map(({ key }) => `project:${key}`);
}

/**
 * Projects that the settings leave out leave the list at once: that was a person’s wish and needs no second look. Harness
 * has them still, and what ran in them stays stored. What is asked for again is noted.
 */
export async function leaveOutProjects(tx: Tx, integrationId: number, outcome: StreamOutcome): Promise<void> {
  if (outcome.coverage === 'named') return;
  const outside = (outcome.outside ?? []).map(({ key }) => key);
  await tx.execute(
    `update deployments.projects set left_scope_at = null
      where integration_id = $1 and left_scope_at is not null and source_key <> all ($2)`,
    [integrationId, outside],
  );
  await tx.execute(
    `update deployments.projects set deleted_at = coalesce(deleted_at, now()), left_scope_at = coalesce(left_scope_at, now())
      where integration_id = $1 and source_key = any ($2)`,
    [integrationId, outside],
  );
}
