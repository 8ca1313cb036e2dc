import type { Tx } from '../../../platform/database/index.ts';
import type { PublishContext, StreamOutcome } from '../../ingestion/sink.ts';

/** Marks findings that the source was asked for and has no more; returns how many. Nothing is ever deleted here. */
export async function markGoneFindings(
  tx: Tx,
  context: PublishContext,
  outcome: StreamOutcome,
  branchId: number,
): Promise<number> {
  if (outcome.gone === undefined || outcome.gone.length === 0) return 0;
  return tx.execute(
    `update code_quality.findings f
        set deleted_at = $4, period_to = coalesce(f.period_to, greatest($4, f.period_from)), synced_at = now(), run_id = $5
      where f.integration_id = $1 and f.branch_id = $2 and f.source_key = any ($3) and f.deleted_at is null and f.kind = $6`,
    [
      context.integrationId,
      branchId,
      outcome.gone,
      context.now,
      context.runId,
      outcome.stream === 'issues' ? 'issue' : 'hotspot',
    ],
  );
}
