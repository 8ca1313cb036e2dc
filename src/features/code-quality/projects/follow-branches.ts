import type { Tx } from '../../../platform/database/index.ts';
import { type KnownBranch, type ListedBranch, planBranchKeys } from './branch-identity.ts';

/** Gives the rows of branches the keys that the listing knows them by, before anything of the listing is stored. */
export async function followBranches(
  tx: Tx,
  { taskId, projectId }: { taskId: number; projectId: number },
): Promise<void> {
  const listed = await tx.query<ListedBranch>(
    `select distinct s.source_key as key, s.record ->> 'name' as name, (s.record ->> 'isMain')::boolean as "isMain"
       from shared.staged_records s where s.task_id = $1 and s.stream = 'branches' and s.scope = '' and s.record ->> 'kind' = 'branch'`,
    [taskId],
  );
  const stored = await tx.query<KnownBranch>(
    `select id as row, source_key as key, is_main as "isMain" from code_quality.branches
      where project_id = $1 and kind = 'branch' and deleted_at is null order by id for update`,
    [projectId],
  );
  for (const { row, to } of planBranchKeys(stored, listed))
    await tx.execute('update code_quality.branches set source_key = $2, synced_at = now() where id = $1', [row, to]);
}
