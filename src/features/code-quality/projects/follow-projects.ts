import type { ThingAtSource } from '../../../connectors/contract.ts';
import { newestStagedOfScope } from '../../ingestion/index.ts';
import type { PublishContext, StreamOutcome } from '../../ingestion/sink.ts';
import { formerKeyMark, type KnownProject, planKeys } from './identity.ts';

/** Gives rows the keys that their projects have now; returns every key that means another project than before. */
export async function followProjects(context: PublishContext, outcome: StreamOutcome): Promise<string[]> {
  const { tx, taskId, integrationId } = context;
  const stored = await tx.query<KnownProject>(
    `select id as row, source_key as key, source_uuid as id, deleted_at is not null as "isDeleted"
       from code_quality.projects where integration_id = $1 order by id for update`,
    [integrationId],
  );
  const staged = await tx.query<ThingAtSource>(
    `select s.source_key as key, s.record ->> 'uuid' as id from (${newestStagedOfScope}) s`,
    [taskId, outcome.stream, outcome.scope],
  );
  const moves = planKeys(stored, [...staged, ...(outcome.outside ?? [])]);
  if (moves.length === 0) return [];
  const rows = moves.map(({ row }) => row);
  // In two steps: keys may be swapped.
  await tx.execute(
    `update code_quality.projects set source_key = source_key || '${formerKeyMark}${formerKeyMark}' || id where id = any ($1)`,
    [rows],
  );
  await tx.execute(
    `update code_quality.projects p set source_key = m.to_key, synced_at = now(), run_id = $4,
            former_keys = case when position('${formerKeyMark}' in m.from_key) > 0 then p.former_keys else p.former_keys || m.from_key end
       from unnest($1::bigint[], $2::text[], $3::text[]) as m (id, from_key, to_key) where p.id = m.id`,
    [rows, moves.map(({ from }) => from), moves.map(({ to }) => to), context.runId],
  );
  return [...new Set(moves.flatMap(({ from, to }) => [from, to]))];
}

/**
 * What gave its key to another project and is found nowhere else: gone where the listing names every project, unreadable
 * where it names what the token may browse, until somebody finds it.
 */
export async function noteReplaced(context: PublishContext, { gone, unreadable }: StreamOutcome): Promise<void> {
  const { tx, integrationId, runId } = context;
  const column = gone !== undefined && unreadable === undefined ? 'deleted_at' : 'unreadable_at';
  await tx.execute(
    `update code_quality.projects set ${column} = now(), synced_at = now(), run_id = $2
      where integration_id = $1 and position('${formerKeyMark}' in source_key) > 0 and deleted_at is null and unreadable_at is null`,
    [integrationId, runId],
  );
}

/** The ids that rows have; a record that tells none (another token, a proxy) takes none away. */
export async function knownIds({ tx, integrationId }: PublishContext): Promise<Map<number, string>> {
  const rows = await tx.query<{ row: number; id: string }>(
    'select id as row, source_uuid as id from code_quality.projects where integration_id = $1 and source_uuid is not null',
    [integrationId],
  );
  return new Map(rows.map(({ row, id }) => [row, id]));
}

export async function restoreIds({ tx }: PublishContext, ids: ReadonlyMap<number, string>): Promise<void> {
  if (ids.size === 0) return;
  await tx.execute(
    `update code_quality.projects p set source_uuid = known.id
       from unnest($1::bigint[], $2::text[]) as known (row, id) where p.id = known.row and p.source_uuid is null`,
    [[...ids.keys()], [...ids.values()]],
  );
}

/** Notes what the settings leave out, and what they ask for again; returns the keys of the latter. */
export async function noteScope(context: PublishContext, { outside }: StreamOutcome): Promise<string[]> {
  const { tx, integrationId, runId } = context;
  const keys = (outside ?? []).map(({ key }) => key);
  await tx.execute(
    `update code_quality.projects set left_scope_at = now(), synced_at = now(), run_id = $3
      where integration_id = $1 and source_key = any ($2) and left_scope_at is null`,
    [integrationId, keys, runId],
  );
  const back = await tx.query<{ key: string }>(
    `update code_quality.projects set left_scope_at = null, synced_at = now(), run_id = $3
      where integration_id = $1 and left_scope_at is not null and source_key <> all ($2)
     returning source_key as key`,
    [integrationId, keys, runId],
  );
  return back.map(({ key }) => key);
}
