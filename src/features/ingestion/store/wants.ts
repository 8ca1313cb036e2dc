import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { DiscoveredSlice } from '../publishing/slice-reading.ts';
import { priorities } from './priorities.ts';

/** Why a slice that did not move is wanted: somebody asked for everything. */
const wholeReason = 'full';
/** Why a past is read whole again: more of it is wanted than was read. */
const longerHistoryReason = 'longer_history';

/**
 * Compares what discovery saw with where each slice stands and wants those that moved: a new version wants both phases,
 * a change by hand (`touchedAt`) the current one only; a past is wanted where there is one. Returns how many phases are newly wanted.
 */
export async function wantMovedSlices(
  tx: Tx,
  integrationId: number,
  slices: readonly DiscoveredSlice[],
  options: { everything: boolean; priority: number; historySince: Date; hasHistory: boolean },
): Promise<number> {
  return tx.execute(
    `with seen as (
       select * from jsonb_to_recordset($2) as s (slice text, version text, "touchedAt" text)),
     moved as (
       select seen.slice, seen.version, seen."touchedAt" as touched_at,
              stand.slice is null or seen.version is distinct from stand.version as new_version,
              stand.current_published_at is null or seen."touchedAt" > coalesce(stand.touched_at, '') as touched,
              stand.history_published_at is null as never_history,
              coalesce(stand.history_from > $5::date + 1, false) as history_short
         from seen left join ingestion.slices stand on stand.integration_id = $1 and stand.slice = seen.slice),
     wanted as (
       select slice, version, touched_at, 'current' as phase, $4::smallint as priority,
              case when new_version or touched then 'discovery' else '${wholeReason}' end as reason from moved where $3 or new_version or touched
       union all
       select slice, version, touched_at, 'history', ${priorities.background},
              case when history_short then '${longerHistoryReason}' when new_version or never_history then 'discovery' else '${wholeReason}' end
         from moved where $6 and ($3 or new_version or never_history or history_short))
     insert into ingestion.sync_wants as w (integration_id, slice, phase, priority, reasons, version, touched_at)
     select $1, slice, phase, priority, array[reason], version, touched_at from wanted order by slice, phase
     on conflict (integration_id, slice, phase) do update
        set wanted_generation = w.wanted_generation + 1, version = excluded.version, touched_at = excluded.touched_at,
            not_before = '-infinity', unread = null, named = null,
            priority = case when w.wanted_generation > w.done_generation then least(w.priority, excluded.priority) else excluded.priority end,
            reasons = case when w.unread is not null then excluded.reasons when excluded.reasons <@ w.reasons then w.reasons else w.reasons || excluded.reasons end`,
    [
      integrationId,
      JSON.stringify(slices),
      options.everything,
      options.priority,
      options.historySince,
      options.hasHistory,
    ],
  );
}

/** More than these are read with everything else. */
const mostNamed = 50;

/**
 * Webhook, audit, person and retry all ask the same way: one more generation, the more urgent priority. Whoever names what is
 * to be read adds to what others named; where everything is wanted, nothing needs a name.
 */
export async function want(
  db: Queryable,
  integrationId: number,
  slice: string,
  phase: 'current' | 'history',
  options: { reason: string; priority: number; named?: readonly string[] },
): Promise<void> {
  const together = 'array(select distinct n from unnest(w.named || excluded.named) n order by n)';
  await db.execute(
    `insert into ingestion.sync_wants as w (integration_id, slice, phase, priority, reasons, named)
     values ($1, $2, $3, $4, array[$5], case when cardinality($6::text[]) <= ${mostNamed} then $6::text[] end)
     on conflict (integration_id, slice, phase) do update
        set wanted_generation = w.wanted_generation + 1, priority = least(w.priority, excluded.priority), not_before = '-infinity', unread = null,
            reasons = case when w.unread is not null then array[$5] when $5 = any (w.reasons) then w.reasons else w.reasons || $5 end,
            named = case when w.wanted_generation = w.done_generation then excluded.named
                         when w.named is null or excluded.named is null then null
                         when cardinality(${together}) <= ${mostNamed} then ${together} end`,
    [integrationId, slice, phase, options.priority, options.reason, options.named ?? null],
  );
}

/** Adds a task to the run for each due want that has none waiting. Slices the source no longer lists are left out. */
export async function planDueTasks(
  tx: Tx,
  run: { id: number; integrationId: number; place: string; hostKey: string },
  listed: readonly string[],
): Promise<number> {
  return tx.execute(
    `insert into ingestion.tasks (run_id, integration_id, slice, phase, place, host_key, priority)
     select $1, w.integration_id, w.slice, w.phase, $5, $3, w.priority
       from ingestion.sync_wants w
      where w.integration_id = $2 and w.wanted_generation > w.done_generation and w.not_before <= now() and w.slice = any ($4)
        and not exists (select from ingestion.tasks t where t.integration_id = w.integration_id and t.slice = w.slice
                           and t.phase = w.phase and t.state = 'pending')
      order by w.priority, w.slice, w.phase`,
    [run.id, run.integrationId, run.hostKey, listed, run.place],
  );
}

/**
 * Whoever asked for everything takes it back by cancelling: what did not move at the source is wanted no longer. What
 * moved still is. Returns how many tasks of the run were not carried out and stay wanted.
 */
export async function releaseCancelled(tx: Tx, runId: number): Promise<number> {
  const unread = `
    select w.integration_id, w.slice, w.phase, w.reasons from ingestion.tasks t
      join ingestion.sync_wants w on w.integration_id = t.integration_id and w.slice = t.slice and w.phase = t.phase
     where t.run_id = $1 and t.state in ('leased', 'staged', 'cancelled') and w.wanted_generation > w.done_generation`;
  await tx.execute(
    `update ingestion.sync_wants w set done_generation = w.wanted_generation, reasons = '{}'
       from (select locked.* from ingestion.sync_wants locked
               join (${unread}) u on u.integration_id = locked.integration_id and u.slice = locked.slice and u.phase = locked.phase
              where u.reasons = array['${wholeReason}'] order by locked.slice, locked.phase for update of locked) released
      where w.integration_id = released.integration_id and w.slice = released.slice and w.phase = released.phase`,
    [runId],
  );
  return (await tx.one<{ n: number }>(`select count(*) as n from (${unread}) u`, [runId])).n;
}

/** A slice of which a publish was partial, and whose next reading is put off. */
export interface WaitingSlice {
  slice: string;
  reasons: string[];
  notBefore: Date;
}

/** Those still listed, the soonest first. */
export function waitingSlices(
  db: Queryable,
  integrationId: number,
  listed: readonly string[],
): Promise<WaitingSlice[]> {
  return db.query(
    `select distinct on (not_before, slice) slice, reasons, not_before as "notBefore" from ingestion.sync_wants
      where integration_id = $1 and wanted_generation > done_generation and not_before > now() and slice = any ($2)
      order by not_before, slice`,
    [integrationId, listed],
  );
}

export async function endWaiting(tx: Tx, integrationId: number): Promise<void> {
  await tx.execute(
    `update ingestion.sync_wants set not_before = '-infinity'
      where integration_id = $1 and wanted_generation > done_generation and not_before > now()`,
    [integrationId],
  );
}
