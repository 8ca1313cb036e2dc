import type { StreamPlace } from '../../../connectors/contract.ts';
import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { LeasedTask } from './tasks.ts';

/** Why a task's slice is wanted. */
export interface WantBehind {
  reasons: string[];
  /**
   * What alone kept the last reading from being complete; null: nothing, something else, or somebody wants more since the
   * task was claimed.
   */
  unread: StreamPlace[] | null;
  /** Readings in a row that came to nothing more. */
  attempts: number;
}

export async function wantBehind(db: Queryable, task: LeasedTask): Promise<WantBehind> {
  const row = await db.maybeOne<WantBehind>(
    `select reasons, case when wanted_generation = $4 then unread end as unread, attempts from ingestion.sync_wants
      where integration_id = $1 and slice = $2 and phase = $3`,
    [task.integrationId, task.slice, task.phase, task.generation],
  );
  return row ?? { reasons: [], unread: null, attempts: 0 };
}

/** What a publish left incomplete is wanted again though nothing moves at the source. */
export async function wantAgain(
  tx: Tx,
  { integrationId, slice, phase }: LeasedTask,
  again: { code: string; hours: number; unread: readonly StreamPlace[] | null; attempts: number },
): Promise<void> {
  await tx.execute(
    `update ingestion.sync_wants
        set wanted_generation = greatest(wanted_generation, done_generation + 1), reasons = array[$4], named = null,
            not_before = now() + make_interval(hours => $5), unread = $6, attempts = $7
      where integration_id = $1 and slice = $2 and phase = $3`,
    [
      integrationId,
      slice,
      phase,
      again.code,
      again.hours,
      again.unread === null ? null : JSON.stringify(again.unread),
      again.attempts,
    ],
  );
}
