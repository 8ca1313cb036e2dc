import { newestStagedOfScope } from '../../ingestion/index.ts';
import type { PublishContext, StreamPublished } from '../../ingestion/sink.ts';

const stream = 'project_tags';

/**
 * Tags as they were read. A project that no record names keeps those it had, and is said to be unread from then on: what
 * nobody could read is not untagged. Nothing is said where the reading did not ask for them.
 */
export async function publishTags(context: PublishContext): Promise<StreamPublished | undefined> {
  const { tx, integrationId, taskId, runId } = context;
  const outcome = context.outcomes.find((one) => one.stream === stream);
  if (outcome === undefined) return undefined;
  // What an interrupted reading had staged before the stream was found to be closed is not its answer.
  const isRead = outcome.outcome === 'complete';
  const { stored, updated } = await tx.one<{ stored: number; updated: number }>(
    `with staged as (
       select s.source_key, array(select jsonb_array_elements_text(s.record -> 'tags')) as tags
         from (${newestStagedOfScope}) s where $5),
     read as (
       update code_quality.projects p set tags = s.tags, tags_unread_since = null, synced_at = now(), run_id = $6
         from staged s where p.integration_id = $4 and p.source_key = s.source_key and (p.tags <> s.tags or p.tags_unread_since is not null)
       returning p.id),
     unread as (
       update code_quality.projects p set tags_unread_since = now(), synced_at = now(), run_id = $6
        where p.integration_id = $4 and p.tags_unread_since is null and p.deleted_at is null and p.left_scope_at is null
          and not exists (select from staged s where s.source_key = p.source_key)
       returning p.id)
     select (select count(*) from staged) as stored, (select count(*) from read) + (select count(*) from unread) as updated`,
    [taskId, stream, '', integrationId, isRead, runId],
  );
  return { stream, scope: '', stored, inserted: 0, updated, gone: 0, held: false };
}
