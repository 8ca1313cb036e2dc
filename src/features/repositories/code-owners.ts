import type { Queryable } from '../../platform/database/index.ts';
import { newestStagedOfScope } from '../ingestion/index.ts';
import type { PublishContext, StreamOutcome, StreamPublished } from '../ingestion/sink.ts';

/**
 * The file of code owners of a repository, as it was read. One that could not be read leaves the owners that were read
 * last, and is said to be unread from then on; only a reading that looked through its places says that there is none.
 */
export async function publishOwners(
  { tx, taskId, runId }: PublishContext,
  { stream, scope, outcome }: StreamOutcome,
  repository: number,
): Promise<StreamPublished> {
  const values = [taskId, stream, scope, repository, runId];
  const updated =
    outcome === 'complete'
      ? await tx.execute(
          `with read as (
             select record ->> 'file' as file, record -> 'rules' as rules, (record ->> 'notUnderstood')::int as not_understood
               from (${newestStagedOfScope}) s)
           update repositories.repositories r
              set owners_file = read.file, owners_rules = read.rules, owners_not_understood = read.not_understood,
                  owners_unread_since = null, synced_at = now(), run_id = $5
             from read
            where r.id = $4 and (r.owners_unread_since is not null
               or (r.owners_file, r.owners_rules, r.owners_not_understood) is distinct from (read.file, read.rules, read.not_understood))`,
          values,
        )
      : await tx.execute(
          `update repositories.repositories set owners_unread_since = now(), synced_at = now(), run_id = $2
            where id = $1 and owners_unread_since is null`,
          [repository, runId],
        );
  return { stream, scope, stored: outcome === 'complete' ? 1 : 0, inserted: 0, updated, gone: 0, held: false };
}

/** Only of what a project is bound to somebody asks who owns it. */
export async function isBound(db: Queryable, repository: number): Promise<boolean> {
  const row = await db.maybeOne(
    'select from repositories.bindings where repository_id = $1 limit 1 /* any: whether there is one */',
    [repository],
  );
  return row !== undefined;
}
