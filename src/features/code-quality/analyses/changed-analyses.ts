import type { Tx } from '../../../platform/database/index.ts';

/** Above this many in one publish, which is a backfill, the project is named instead of each analysis. */
const mostNamed = 20;

/**
 * What other rooms react to: analyses of a commit that this publish wrote, or whose gate turned. `analysis` has the
 * analysis's id, `analyses_of_project` the project's.
 */
export async function changedAnalyses(tx: Tx, projectId: number): Promise<{ kind: string; id: number }[]> {
  // now() is when the transaction began: only its own rows have exactly this time.
  const rows = await tx.query<{ id: number }>(
    `select id from code_quality.analyses where project_id = $1 and synced_at = now() and revision is not null
      order by id limit ${mostNamed + 1}`,
    [projectId],
  );
  if (rows.length > mostNamed) return [{ kind: 'analyses_of_project', id: projectId }];
  return rows.map(({ id }) => ({ kind: 'analysis', id }));
}
