import type { Queryable } from '../../../platform/database/index.ts';
import { catalogue, type ErrorCode } from '../../../platform/errors/index.ts';
import type { RunningUntold } from '../contract.ts';
import type { Freshness } from './freshness.ts';

/** What of a time is gone, with why: else it would look as though nothing had run there. */
export async function untoldOf(db: Queryable, at: Date, fresh: readonly Freshness[]): Promise<RunningUntold[]> {
  const removed = await db.query<{ name: string }>(
    `select name from shared.removed_integrations where created_at <= $1 and (removed_at is null or removed_at > $1) order by name, integration_id`,
    [at],
  );
  const forgotten = fresh.filter((one) => one.forgotten);
  return [...inWords('said_by_removed', removed), ...inWords('readings_forgotten', forgotten)];
}

function inWords(code: ErrorCode, integrations: readonly { name: string }[]): RunningUntold[] {
  if (integrations.length === 0) return [];
  const { title, remedy } = catalogue[code];
  return [{ code, message: title, remedy, details: integrations.map(({ name }) => name).toSorted() }];
}
