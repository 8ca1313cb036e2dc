import type { Database, Tx } from '../../../platform/database/index.ts';
import { unreadableSentence, type TaskVerdict } from '../publishing/judge-task.ts';
import type { SliceReading } from '../publishing/slice-reading.ts';
import type { ScopeComparison, Sink } from '../sink.ts';
import { clearTaskStage } from '../store/stage.ts';
import { requireWholeStage } from '../store/stage-proof.ts';
import { type LeasedTask, updateHeldTask } from '../store/tasks.ts';
import { priorities } from '../store/priorities.ts';
import { want } from '../store/wants.ts';
import { streamTitle, whereIs } from '../../../domain/stream-words.ts';

/** Differences kept for reading; all are counted. */
const keptDifferences = 1_000;

export interface CompareOptions {
  db: Database;
  sink: Sink;
  task: LeasedTask;
  reading: SliceReading;
  knownUnavailable: ReadonlySet<string>;
  /** Streams without which nothing of a slice is complete. */
  essential: ReadonlySet<string>;
  /** These, and what is counted beside them. */
  needed: ReadonlySet<string>;
}

/** Compares what an audit read with the store, writes what differs, and wants the slice so that the next sync repairs it, or reads what moved meanwhile. */
export async function compareSlice({
  db,
  sink,
  task,
  reading,
  knownUnavailable,
  essential,
  needed,
}: CompareOptions): Promise<TaskVerdict> {
  await updateHeldTask(db, task, 'stage_name = $3', ['Comparing']);
  return db.transaction(async (tx) => {
    await requireWholeStage(tx, task.id, reading.tally);
    const { id: auditId } = await tx.one<{ id: number }>('select id from ingestion.audits where run_id = $1', [
      task.runId,
    ]);
    const { now } = await tx.one<{ now: Date }>('select now() as now');
    const comparisons = await sink.compare({
      tx,
      integrationId: task.integrationId,
      runId: task.runId,
      taskId: task.id,
      phase: task.slice === 'discovery' ? 'discovery' : 'current',
      slice: task.slice,
      outcomes: reading.outcomes,
      now,
      heldAbsences: [],
      setAside: reading.setAside,
      trustHashes: false,
    });
    for (const comparison of comparisons) await insertScope(tx, { auditId, task, reading, comparison });
    const differs = comparisons.some((scope) => scope.differences.length > 0 || scope.source !== scope.stored);
    if (differs && task.slice !== 'discovery') {
      await want(tx, task.integrationId, task.slice, 'current', { reason: 'audit', priority: priorities.person });
    }
    if (task.slice === 'discovery') await planAudits(tx, task, reading);
    const verdict = judgeAudited(reading, { knownUnavailable, essential, needed });
    await endAuditTask(tx, task, verdict);
    return verdict;
  });
}

export async function endAuditTask(tx: Tx, task: LeasedTask, verdict: TaskVerdict): Promise<void> {
  await updateHeldTask(
    tx,
    task,
    `state = $3, finished_at = now(), holder = null, lease_until = null, error_code = $4, error_message = $5, error_upstream = $6,
     stage_name = null, checkpoint = '{}', reading = null, staged = 0, done = coalesce(total, done)`,
    [verdict.state, verdict.failure?.code ?? null, verdict.failure?.message ?? null, verdict.failure?.upstream ?? null],
  );
  await clearTaskStage(tx, task.id);
}

async function insertScope(
  tx: Tx,
  row: { auditId: number; task: LeasedTask; reading: SliceReading; comparison: ScopeComparison },
): Promise<void> {
  const { comparison, reading } = row;
  const outcome = reading.outcomes.find(
    (candidate) => candidate.stream === comparison.stream && candidate.scope === comparison.scope,
  );
  await tx.execute(
    `insert into ingestion.audit_scopes (audit_id, slice, stream, scope, label, source, stored, retained, method, proof, differences, difference_count, behind)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      row.auditId,
      row.task.slice,
      comparison.stream,
      comparison.scope,
      comparison.label,
      comparison.source,
      comparison.stored,
      comparison.retained,
      outcome?.method ?? 'none',
      outcome?.proof ?? 'unproven',
      JSON.stringify(comparison.differences.slice(0, keptDifferences)),
      comparison.differences.length,
      comparison.behind === true || outcome?.sourceMoved === true,
    ],
  );
}

/** One task per slice that the server lists: to count, or to compare every row. */
async function planAudits(tx: Tx, task: LeasedTask, reading: SliceReading): Promise<void> {
  await tx.execute(
    `insert into ingestion.tasks (run_id, integration_id, slice, phase, place, host_key, priority)
     select r.id, r.integration_id, slice, case a.depth when 'counts' then 'count' else 'audit' end, $4, $2, r.priority
       from ingestion.runs r join ingestion.audits a on a.run_id = r.id, unnest($3::text[]) as slice
      where r.id = $1 order by slice`,
    [task.runId, task.hostKey, reading.slices.map((slice) => slice.slice), task.place],
  );
}

/** An audit that could not list everything must not say “equal”, except of what is known since validation to be out of reach. */
function judgeAudited(
  reading: SliceReading,
  { knownUnavailable, essential, needed }: Pick<CompareOptions, 'knownUnavailable' | 'essential' | 'needed'>,
): TaskVerdict {
  const lost = reading.unavailable.find(
    ({ stream, code }) =>
      essential.has(stream) ||
      ((needed.has(stream) || code === 'invalid_permissions') && !knownUnavailable.has(stream)),
  );
  if (lost !== undefined)
    return { state: 'partial', failure: { code: lost.code, message: lost.message, upstream: lost.upstream } };
  const unreadable = reading.outcomes.flatMap(({ unreadable }) => unreadable ?? []);
  if (unreadable.length > 0)
    return {
      state: 'partial',
      failure: { code: 'invalid_permissions', message: unreadableSentence(unreadable), upstream: null },
    };
  const unproven = reading.outcomes.find(
    (outcome) => outcome.outcome === 'complete' && outcome.proof === 'unproven' && outcome.sourceCount !== null,
  );
  if (unproven === undefined) return { state: 'success', failure: undefined };
  const why = unproven.doubt ?? 'the server’s listing could not be proven complete';
  const message = `${streamTitle(unproven.stream)}${whereIs(unproven.scope, 'discovery')}: ${why}.`;
  return { state: 'partial', failure: { code: 'incomplete_listing', message, upstream: null } };
}
