import type { Tx } from '../../../platform/database/index.ts';
import type { PublishContext, StreamOutcome } from '../../ingestion/sink.ts';

/** Below this size a scope may lose everything at once; above it more than half is held back. */
const guardedSize = 50;

export interface AbsenceResult {
  gone: number;
  held: boolean;
}

/**
 * Marks what a proven listing no longer holds as gone at an unknown date; what was open ends now. Nothing is ever
 * deleted here. A large disappearance that no newer analysis explains is held back until it is confirmed. `stored` are
 * the findings of this kind that the branch now has, `inserted` those of them that this publish added.
 */
export async function markAbsentFindings(
  tx: Tx,
  context: PublishContext,
  outcome: StreamOutcome,
  branch: { id: number; projectId: number; analyzedSinceLastPublish: boolean; stored: number; inserted: number },
): Promise<AbsenceResult> {
  // All that is stored came just now from this listing.
  if (branch.stored === branch.inserted) return { gone: 0, held: false };
  if (!outcome.absenceTrusted || outcome.proof === 'unproven' || outcome.sourceMoved) return { gone: 0, held: false };
  const kind = outcome.stream === 'issues' ? 'issue' : 'hotspot';
  // A set operation sorts or hashes both sides whatever the planner knows of the stage; a join may compare each with each.
  const absent = `select f.source_key from code_quality.findings f where f.project_id = $6 and f.branch_id = $1 and f.kind = $2 and f.deleted_at is null
    except select s.source_key from ingestion.stage s where s.task_id = $3 and s.stream = $4 and s.scope = $5`;
  const values = [branch.id, kind, context.taskId, outcome.stream, outcome.scope, branch.projectId];
  const { gone } = await tx.one<{ gone: number }>(`select count(*) as gone from (${absent}) absent`, values);
  if (gone === 0) return { gone: 0, held: false };
  const explained =
    branch.analyzedSinceLastPublish ||
    context.absenceConfirmed ||
    branch.stored < guardedSize ||
    gone * 2 <= branch.stored;
  if (!explained) return { gone: 0, held: true };
  await tx.execute(
    `update code_quality.findings f
        set deleted_at = $7, period_to = coalesce(f.period_to, greatest($7, f.period_from)), synced_at = now(), run_id = $8
      where f.integration_id = $9 and f.source_key in (${absent})`,
    [...values, context.now, context.runId, context.integrationId],
  );
  return { gone, held: false };
}
