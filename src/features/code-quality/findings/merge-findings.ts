import type { Tx } from '../../../platform/database/index.ts';
import {
  expandFindings,
  type FindingStream,
  type FindingsOfSlice,
  newFindings,
  sourceColumnNames,
  type Taken,
} from './staged-findings.ts';

export interface MergeCounts {
  inserted: Map<number, number>;
  updated: Map<number, number>;
  /** Those of the updated that were gone before, or another branch's. */
  returned: Map<number, number>;
  /** Projects that findings came from: the key of a project changed at the source. */
  leftProjects: number[];
}

/**
 * Merges the taken records of a stream: compared first, written second, so that an unchanged row costs no write, no
 * WAL and no identity value. Periods that end are kept. Counts are per branch.
 */
export async function mergeFindings(
  tx: Tx,
  stream: FindingStream,
  slice: FindingsOfSlice,
  options: { runId: number; now: Date; taken: Taken },
): Promise<MergeCounts> {
  const { taken, known, streams } = options.taken;
  const counts: MergeCounts = { inserted: new Map(), updated: new Map(), returned: new Map(), leftProjects: [] };
  if (!streams.includes(stream)) return counts;
  if (known > 0 && (await expandFindings(tx, stream, slice, 'known')) > 0) {
    await keepEndedPeriods(tx, options.now);
    Object.assign(counts, await arrivals(tx, slice.projectId));
    counts.updated = await updateFindings(tx, slice, options);
  }
  if (taken > known) counts.inserted = await insertFindings(tx, stream, slice, options);
  return counts;
}

/** A stored row that differs although the source did not change was altered by hand: it is put right, not dated. */
const changed = 'f.row_hash <> w.row_hash';

/** In either reading: the one by type follows from type and severity. */
const reclassified =
  'row(f.class, f.axis, f.raw_level, f.type, f.severity) is distinct from row(w.class, w.axis, w.raw_level, w.type, w.severity)';

/** A finding that is over stays over: its last period keeps what it was when it ended. */
const endsOtherwise = `(${changed} and w.state = 'fixed' and ${reclassified})`;

/** The state a period counts under: a fixed finding keeps that of the period that ended. */
const countedState = `case when w.state in ('open', 'accepted', 'false_positive') then w.state
                           when w.state = 'fixed' and not ${endsOtherwise} then f.counted_state end`;

/** True when what a finding counts as begins anew: another class, level or state, or open again after an end. */
const periodBegins = `(${changed} and w.state <> 'fixed'
  and (${reclassified} or f.counted_state is distinct from ${countedState} or f.state = 'fixed'))`;

/**
 * When the source changed it ($1 now). Some changes, such as other impacts after an upgrade of the server, move no
 * date; then it happened since the last look.
 */
const changedAt = 'case when w.updated_at > f.updated_at then w.updated_at else $1::timestamptz end';

const closedAt = 'coalesce(w.closed_at, w.updated_at)';

const endOfPeriod = `greatest(f.period_from, coalesce(f.period_to, case when w.state = 'fixed' then ${closedAt} else ${changedAt} end))`;

/** What ended it says more than what else changed with it: fixed and of another level in one reading is fixed. */
const endedBy = `case when f.kind = 'hotspot' and w.kind = 'issue' and f.period_to is null then 'became_vulnerability'
                      when f.period_to is not null and f.state <> 'fixed' then 'gone'
                      when f.period_to is not null then 'closed'
                      when w.state = 'fixed' then 'closed'
                      when ${reclassified} and w.state = f.counted_state then 'reclassified' else w.state end`;

/** What a finding is by its impacts, and by its type. */
const readings = (alias: string): string =>
  ['class', 'axis', 'raw_level', 'standard_class', 'standard_axis', 'standard_level']
    .map((name) => `${alias}.${name}`)
    .join(', ');

const pastColumns =
  'finding_id, from_at, to_at, class, axis, raw_level, standard_class, standard_axis, standard_level, state, ended_by';

async function keepEndedPeriods(tx: Tx, now: Date): Promise<void> {
  await tx.execute(
    `insert into code_quality.finding_past_periods (${pastColumns})
     select f.id, f.period_from, ${endOfPeriod}, ${readings('f')}, f.counted_state, ${endedBy}
       from work_findings w join code_quality.findings f on f.id = w.id
      where f.counted_state is not null and (${periodBegins} or ${endsOtherwise})
        and (f.period_from < ${endOfPeriod} or f.kind <> w.kind)
      order by f.id`,
    [now],
  );
}

/** What comes from elsewhere: from other projects, from other branches, and from among the gone. */
async function arrivals(tx: Tx, projectId: number): Promise<Pick<MergeCounts, 'leftProjects' | 'returned'>> {
  const rows = await tx.query<{ from_project: number; branch_id: number; n: number }>(
    `select f.project_id as from_project, w.branch_id, count(*) as n
       from work_findings w join code_quality.findings f on f.id = w.id
      where f.project_id <> $1 or f.deleted_at is not null or f.branch_id is distinct from w.branch_id or f.kind <> w.kind
      group by 1, 2`,
    [projectId],
  );
  const returned = new Map<number, number>();
  for (const row of rows) returned.set(row.branch_id, (returned.get(row.branch_id) ?? 0) + row.n);
  const others = rows.map((row) => row.from_project).filter((id) => id !== projectId);
  return { leftProjects: [...new Set(others)], returned };
}

async function updateFindings(
  tx: Tx,
  slice: FindingsOfSlice,
  options: { runId: number; now: Date },
): Promise<Map<number, number>> {
  const columns = sourceColumnNames;
  const rows = await tx.query<{ branch_id: number; n: number }>(
    `with changed as (
       update code_quality.findings f
          set ${columns.map((name) => `${name} = w.${name}`).join(', ')},
              project_id = $3, row_hash = w.row_hash, deleted_at = null, synced_at = now(), run_id = $2,
              counted_state = ${countedState},
              period_from = case when ${periodBegins} then greatest(${changedAt}, coalesce(f.period_to, f.period_from))
                                 when f.period_from = f.opened_at then least(f.period_from, w.opened_at) else f.period_from end,
              period_to = case when w.state = 'fixed' then greatest(${closedAt}, f.period_from) end
         from work_findings w
        where f.id = w.id
          and (f.deleted_at is not null or f.row_hash <> w.row_hash or f.project_id <> $3
               or row(${columns.map((name) => `f.${name}`).join(', ')}) is distinct from row(${columns.map((name) => `w.${name}`).join(', ')}))
       returning f.branch_id)
     select branch_id, count(*) as n from changed group by 1`,
    [options.now, options.runId, slice.projectId],
  );
  return new Map(rows.map((row) => [row.branch_id, row.n]));
}

async function insertFindings(
  tx: Tx,
  stream: FindingStream,
  slice: FindingsOfSlice,
  { runId, taken }: { runId: number; taken: Taken },
): Promise<Map<number, number>> {
  const { text, values } = newFindings(stream, slice, taken);
  // Taken for a handful of rows, many would be compared with each name and each set of tags.
  if (!taken.measured) await tx.execute('set local enable_nestloop = off');
  const rows = await tx.query<{ branch_id: number; n: number }>(
    `with added as (
       insert into code_quality.findings (integration_id, project_id, run_id, source_key, row_hash, ${sourceColumnNames.join(', ')},
              counted_state, period_from, period_to)
       select $1, $2, $${values.length + 1}, w.source_key, w.row_hash, ${sourceColumnNames.map((name) => `w.${name}`).join(', ')},
              case when w.state = 'fixed' then 'open' when w.state <> 'other' then w.state end,
              case when w.state in ('accepted', 'false_positive') then greatest(w.updated_at, w.opened_at) else w.opened_at end,
              case when w.state = 'fixed' then greatest(coalesce(w.closed_at, w.updated_at), w.opened_at) end
         from (${text}) w
       returning findings.id, branch_id, state, ${readings('findings')}, opened_at, period_from),
     first_open as (
       -- What was accepted before we first saw it was open until then; the last change is the best date there is.
       insert into code_quality.finding_past_periods (${pastColumns})
       select id, opened_at, period_from, ${readings('added')}, 'open', state
         from added where state in ('accepted', 'false_positive') and opened_at < period_from)
     select branch_id, count(*) as n from added group by 1`,
    [...values, runId],
  );
  if (!taken.measured) await tx.execute('set local enable_nestloop = default');
  return new Map(rows.map((row) => [row.branch_id, row.n]));
}
