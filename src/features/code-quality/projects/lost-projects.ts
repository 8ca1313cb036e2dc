import { type ListingSpec, tableListing } from '../../ingestion/index.ts';
import type { PublishContext, StreamOutcome } from '../../ingestion/sink.ts';
import { projects } from './merge-projects.ts';

/** The projects of an integration: what the server has no more is gone, be it unlisted or asked for by its key. */
export function projectListing(integrationId: number): ListingSpec {
  const { write, absence } = tableListing(projects, [integrationId]);
  if (absence === undefined) throw new Error('projects are marked as gone');
  return {
    write,
    absence: {
      ...absence,
      async mark(context, absent) {
        await absence.mark(context, absent);
        await context.tx.execute(
          `update code_quality.projects set unreadable_at = null
            where integration_id = $1 and deleted_at is not null and unreadable_at is not null`,
          [integrationId],
        );
      },
    },
    stored: countListedProjects,
  };
}

/** Notes which projects the server has and the token may not read any more; what is listed again is readable again. */
export async function noteUnreadableProjects(context: PublishContext, { unreadable }: StreamOutcome): Promise<void> {
  const { tx, integrationId, runId } = context;
  if (unreadable === undefined) return;
  await tx.execute(
    `update code_quality.projects
        set unreadable_at = case when source_key = any ($2) then now() end, synced_at = now(), run_id = $3
      where integration_id = $1 and deleted_at is null and (unreadable_at is not null) <> (source_key = any ($2))`,
    [integrationId, unreadable, runId],
  );
}

/** Notes which projects the server was asked for one by one: a discovery asks for a few, those of the longest ago first. */
export async function noteLookedFor(
  { tx, integrationId }: PublishContext,
  { lookedFor }: StreamOutcome,
): Promise<void> {
  if (lookedFor === undefined || lookedFor.length === 0) return;
  await tx.execute(
    'update code_quality.projects set looked_for_at = now() where integration_id = $1 and source_key = any ($2)',
    [integrationId, lookedFor],
  );
}

/**
 * Stored projects that the listing answers for. One that does not tell what it leaves out (a filter by key, a list of
 * what the token may browse) answers for what it names.
 */
export async function countListedProjects(
  { tx, integrationId, taskId }: PublishContext,
  outcome: StreamOutcome,
): Promise<number> {
  const { n } = await tx.one<{ n: number }>(
    `select count(*) as n from code_quality.projects p
      where p.integration_id = $1 and p.deleted_at is null and p.left_scope_at is null
        and ($3 or p.source_key in (select source_key from shared.staged_records where task_id = $2 and stream = 'projects'))`,
    [integrationId, taskId, outcome.absenceTrusted],
  );
  return n;
}

/**
 * Notes whether the project may be read: its branches, which every reading begins with, and its findings, which the server
 * hides in silence. A stream that is closed for another reason (a proxy, a fault) says nothing about that.
 */
export async function noteReadability(context: PublishContext, projectId: number): Promise<void> {
  if (context.phase !== 'current') return;
  const branches = context.outcomes.find((outcome) => outcome.stream === 'branches');
  if (branches === undefined) return;
  const refused = context.outcomes.some(
    ({ stream, code }) =>
      (stream === 'branches' && code === 'project_not_found') ||
      (['branches', 'issues'].includes(stream) && code === 'invalid_permissions'),
  );
  if (!refused && branches.outcome !== 'complete') return;
  const readable = !refused;
  await context.tx.execute(
    `update code_quality.projects set unreadable_at = case when $2 then null else now() end, synced_at = now(), run_id = $3
      where id = $1 and (unreadable_at is null) <> $2`,
    [projectId, readable, context.runId],
  );
}
