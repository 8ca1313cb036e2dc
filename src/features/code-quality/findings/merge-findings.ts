import type { Tx } from '../../../platform/database/index.ts';
import {
  addNamesOfFindings,
  expandFindings,
  type FindingsOfSlice,
  openWorkTables,
  sourceColumnNames,
  takeStaged,
} from './staged-findings.ts';

export interface MergeCounts {
  inserted: Map<number, number>;
  updated: Map<number, number>;
}

/**
 * Merges the staged records of a stream: compare first, write second, so that an unchanged row costs no write, no WAL
 * and no identity value. Periods that end are kept. Counts are per branch.
 */
export async function mergeFindings(
  tx: Tx,
  stream: 'issues' | 'hotspots',
  slice: FindingsOfSlice,
  options: { runId: number; trustHashes: boolean },
): Promise<MergeCounts> {
  await openWorkTables(tx);
  if ((await takeStaged(tx, stream, slice, options.trustHashes)) === 0)
    return { inserted: new Map(), updated: new Map() };
  await addNamesOfFindings(tx, slice);
  await expandFindings(tx, stream, slice);
  await keepEndedPeriods(tx);
  const updated = await updateFindings(tx, options.runId);
  const inserted = await insertFindings(tx, slice, options.runId);
  return { inserted, updated };
}

/** The state a period counts under: a fixed finding keeps that of the period that ended. */
const countedState = `case when w.state in ('open', 'accepted', 'false_positive') then w.state when w.state = 'fixed' then f.counted_state end`;

/** True when what a finding counts as begins anew: another class, level or state, or open again after an end. */
const periodBegins = `(
  row(f.class, f.axis, f.raw_level) is distinct from row(w.class, w.axis, w.raw_level)
  or f.counted_state is distinct from ${countedState}
  or f.period_to is not null and f.deleted_at is null and w.state <> 'fixed')`;

const endedBy = `case when f.kind = 'hotspot' and w.kind = 'issue' then 'became_vulnerability'
                      when f.period_to is not null then 'closed'
                      when f.counted_state is distinct from ${countedState} then w.state
                      else 'reclassified' end`;

async function keepEndedPeriods(tx: Tx): Promise<void> {
  await tx.execute(
    `insert into code_quality.finding_past_periods (finding_id, from_at, to_at, class, axis, raw_level, state, ended_by)
     select f.id, f.period_from, coalesce(f.period_to, greatest(w.updated_at, f.period_from)), f.class, f.axis, f.raw_level, f.counted_state, ${endedBy}
       from work_findings w join code_quality.findings f on f.id = w.id
      where f.counted_state is not null and ${periodBegins} and f.period_from < coalesce(f.period_to, w.updated_at)
      order by f.id`,
  );
}

async function updateFindings(tx: Tx, runId: number): Promise<Map<number, number>> {
  const columns = sourceColumnNames;
  const rows = await tx.query<{ branch_id: number; n: number }>(
    `with changed as (
       update code_quality.findings f
          set ${columns.map((name) => `${name} = w.${name}`).join(', ')},
              row_hash = w.row_hash, deleted_at = null, synced_at = now(), run_id = $1,
              counted_state = ${countedState},
              period_from = case when ${periodBegins} then greatest(w.updated_at, f.period_from) else least(f.period_from, w.opened_at) end,
              period_to = case when w.state = 'fixed' then coalesce(w.closed_at, w.updated_at) end
         from work_findings w
        where f.id = w.id
          and (f.deleted_at is not null or f.row_hash <> w.row_hash
               or row(${columns.map((name) => `f.${name}`).join(', ')}) is distinct from row(${columns.map((name) => `w.${name}`).join(', ')}))
       returning f.branch_id)
     select branch_id, count(*) as n from changed group by 1`,
    [runId],
  );
  return new Map(rows.map((row) => [row.branch_id, row.n]));
}

async function insertFindings(tx: Tx, slice: FindingsOfSlice, runId: number): Promise<Map<number, number>> {
  const rows = await tx.query<{ branch_id: number; n: number }>(
    `with added as (
       insert into code_quality.findings (integration_id, project_id, run_id, source_key, row_hash, ${sourceColumnNames.join(', ')},
              counted_state, period_from, period_to)
       select $1, $2, $3, w.source_key, w.row_hash, ${sourceColumnNames.map((name) => `w.${name}`).join(', ')},
              case when w.state = 'fixed' then 'open' when w.state <> 'other' then w.state end,
              case when w.state in ('accepted', 'false_positive') then greatest(w.updated_at, w.opened_at) else w.opened_at end,
              case when w.state = 'fixed' then greatest(coalesce(w.closed_at, w.updated_at), w.opened_at) end
         from work_findings w where w.id is null order by w.source_key
       returning id, branch_id, state, class, axis, raw_level, opened_at, period_from),
     first_open as (
       -- What was accepted before we first saw it was open until then; the last change is the best date there is.
       insert into code_quality.finding_past_periods (finding_id, from_at, to_at, class, axis, raw_level, state, ended_by)
       select id, opened_at, period_from, class, axis, raw_level, 'open', state
         from added where state in ('accepted', 'false_positive') and opened_at < period_from)
     select branch_id, count(*) as n from added group by 1`,
    [slice.integrationId, slice.projectId, runId],
  );
  return new Map(rows.map((row) => [row.branch_id, row.n]));
}
