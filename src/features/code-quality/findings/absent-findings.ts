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
 * deleted here. A large disappearance that no newer analysis explains is held back until it is confirmed.
 */
export async function markAbsentFindings(
  tx: Tx,
  context: PublishContext,
  outcome: StreamOutcome,
  branch: { id: number; analyzedSinceLastPublish: boolean },
): Promise<AbsenceResult> {
  if (!outcome.absenceTrusted || outcome.proof === 'unproven' || outcome.sourceMoved) return { gone: 0, held: false };
  const kind = outcome.stream === 'issues' ? 'issue' : 'hotspot';
  const absent = `f.branch_id = $1 and f.kind = $2 and f.deleted_at is null and not exists (
    select from ingestion.stage s where s.task_id = $3 and s.stream = $4 and s.scope = $5 and s.source_key = f.source_key)`;
  const values = [branch.id, kind, context.taskId, outcome.stream, outcome.scope];
  const { gone, stored } = await tx.one<{ gone: number; stored: number }>(
    `select count(*) filter (where ${absent}) as gone, count(*) as stored
       from code_quality.findings f where f.branch_id = $1 and f.kind = $2 and f.deleted_at is null`,
    values,
  );
  if (gone === 0) return { gone: 0, held: false };
  const explained =
    branch.analyzedSinceLastPublish || context.absenceConfirmed || stored < guardedSize || gone * 2 <= stored;
  if (!explained) return { gone: 0, held: true };
  await tx.execute(
    `update code_quality.findings f
        set deleted_at = $6, period_to = coalesce(f.period_to, greatest($6, f.period_from)), synced_at = now(), run_id = $7
      where ${absent}`,
    [...values, context.now, context.runId],
  );
  return { gone, held: false };
}
