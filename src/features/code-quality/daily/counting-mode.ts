import type { Tx } from '../../../platform/database/index.ts';
import type { StreamOutcome } from '../../ingestion/sink.ts';

/**
 * Stores how a server says it counts. The first word of it holds for all time, another one from now on; silence changes
 * nothing. Returns whether what is counted now is another reading of the findings.
 */
export async function followMode(
  tx: Tx,
  server: { integrationId: number; mode: 'mqr' | 'standard' | null; now: Date },
): Promise<boolean> {
  const { integrationId, mode, now } = server;
  const stored = await tx.maybeOne<{ from_at: string; mode: string; told: boolean }>(
    `select from_at::text as from_at, mode, told from code_quality.counting_modes where integration_id = $1 order by counting_modes.from_at desc limit 1 for update`,
    [integrationId],
  );
  if (stored === undefined) {
    await tx.execute(
      `insert into code_quality.counting_modes (integration_id, from_at, mode, told) values ($1, '-infinity', $2, $3)`,
      [integrationId, mode ?? 'mqr', mode !== null],
    );
    return mode === 'standard';
  }
  if (mode === null || (stored.told && stored.mode === mode)) return false;
  if (stored.told) {
    await tx.execute(
      `insert into code_quality.counting_modes (integration_id, from_at, mode, told) values ($1, greatest($2::timestamptz, $4::timestamptz + interval '1 millisecond'), $3, true)`,
      [integrationId, now, mode, stored.from_at],
    );
    return true;
  }
  await tx.execute('update code_quality.counting_modes set mode = $2, told = true where integration_id = $1', [
    integrationId,
    mode,
  ]);
  return stored.mode !== mode;
}

/**
 * From when on the server's own counts of a branch are stored without a gap, as its reading says: a moment, `-infinity`
 * where it was not analysed before. Returns whether that is news.
 */
export async function notePast(tx: Tx, branchId: number, { bookmark }: StreamOutcome): Promise<boolean> {
  const from =
    typeof bookmark === 'object' && bookmark !== null && !Array.isArray(bookmark) ? bookmark['from'] : undefined;
  if (typeof from !== 'string' || (from !== '-infinity' && Number.isNaN(Date.parse(from)))) return false;
  const changed = await tx.execute(
    'update code_quality.branches set past_from = $2 where id = $1 and past_from is distinct from $2::timestamptz',
    [branchId, from],
  );
  return changed > 0;
}
