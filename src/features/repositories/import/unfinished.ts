import type { Queryable } from '../../../platform/database/index.ts';

/** A repository that is being set up. */
export interface ImportPlace {
  integrationId: number;
  repositoryKey: string;
  prefix: string;
}

export interface WantedProject {
  sonarqubeId: number;
  projectKey: string;
}

/** After so long whoever began it is gone, and what is left is taken over. */
const goneAfter = "interval '2 minutes'";

/**
 * Notes that a repository is being set up, before anything is made. One that was begun before and never ended goes on
 * with the project it was begun for; null: somebody else is at it.
 */
export async function beginImport(
  db: Queryable,
  { integrationId, repositoryKey, prefix }: ImportPlace,
  { sonarqubeId, projectKey }: WantedProject,
  by: string,
): Promise<(WantedProject & { resumed: boolean }) | null> {
  const row = await db.maybeOne<WantedProject & { resumed: boolean }>(
    `insert into repositories.imports as i (integration_id, repository_key, prefix, sonarqube_id, project_key, started_by)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (integration_id, repository_key, prefix) do update set started_at = now(), started_by = excluded.started_by
       where i.started_at < now() - ${goneAfter}
     returning sonarqube_id as "sonarqubeId", project_key as "projectKey", xmax <> 0 as resumed`,
    [integrationId, repositoryKey, prefix, sonarqubeId, projectKey, by],
  );
  return row ?? null;
}

export async function endImport(db: Queryable, { integrationId, repositoryKey, prefix }: ImportPlace): Promise<void> {
  await db.execute(
    'delete from repositories.imports where integration_id = $1 and repository_key = $2 and prefix = $3',
    [integrationId, repositoryKey, prefix],
  );
}

/** Leaves it to be gone on with at once. */
export async function leaveImport(db: Queryable, { integrationId, repositoryKey, prefix }: ImportPlace): Promise<void> {
  await db.execute(
    `update repositories.imports set started_at = '-infinity'
      where integration_id = $1 and repository_key = $2 and prefix = $3`,
    [integrationId, repositoryKey, prefix],
  );
}

/** Keys of repositories whose setting up began and is not ended. */
export async function unfinishedOf(db: Queryable, integrationId: number): Promise<Set<string>> {
  const rows = await db.query<{ key: string }>(
    'select repository_key as key from repositories.imports where integration_id = $1',
    [integrationId],
  );
  return new Set(rows.map(({ key }) => key));
}
