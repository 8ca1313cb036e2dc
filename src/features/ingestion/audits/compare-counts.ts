import type { Tx } from '../../../platform/database/index.ts';
import type { TaskVerdict } from '../publishing/judge-task.ts';
import type { CountedScope } from '../publishing/slice-reading.ts';
import { sliceName } from '../slice-name.ts';
import { priorities } from '../store/priorities.ts';
import { insertTask } from '../store/runs.ts';
import type { LeasedTask } from '../store/tasks.ts';
import { want } from '../store/wants.ts';
import { type CompareOptions, endAuditTask } from './compare-slice.ts';

/**
 * Compares counts by status with what is stored. Where they differ though nothing happened since the last sync, every
 * row of the slice is compared by a task of its own, and repaired. A scope that is merely behind is read again. Where
 * nothing was counted and nothing was refused, nobody knows whether what is stored is right: that is compared whole, too.
 */
export async function compareCounts({
  db,
  sink,
  task,
  reading,
}: Omit<CompareOptions, 'essential' | 'needed'>): Promise<TaskVerdict> {
  return db.transaction(async (tx) => {
    const audit = await tx.one<{ id: number }>('select id from ingestion.audits where run_id = $1', [task.runId]);
    const holdings = sink.holdings?.(tx, task.integrationId, task.slice);
    const names = await sink.scopeNames?.(tx, task.integrationId, [task.slice]);
    let differs = holdings === undefined || (reading.counts.length === 0 && reading.unavailable.length === 0);
    for (const counted of holdings === undefined ? [] : reading.counts) {
      const stored = await holdings?.counts(counted.stream, counted.scope);
      const differences = differencesOf(counted, stored ?? {});
      const label = `${sliceName(task.slice)} · ${names?.get(`${task.slice} ${counted.scope}`) ?? counted.scope}`;
      await insertScope(tx, { auditId: audit.id, task, counted, stored: sum(stored ?? {}), differences, label });
      differs ||= differences.length > 0 && !counted.behind;
    }
    if (reading.counts.some((counted) => counted.behind)) {
      await want(tx, task.integrationId, task.slice, 'current', { reason: 'discovery', priority: priorities.schedule });
    }
    if (differs) {
      const { runId, integrationId, place, hostKey, slice } = task;
      const where = { integrationId, place, hostKey, slice };
      await insertTask(tx, { runId, ...where, phase: 'audit', priority: priorities.background });
    }
    const lost = reading.unavailable[0];
    const verdict: TaskVerdict =
      lost === undefined
        ? { state: 'success', failure: undefined }
        : { state: 'partial', failure: { code: lost.code, message: lost.message, upstream: lost.upstream } };
    await endAuditTask(tx, task, verdict);
    return verdict;
  });
}

interface CountDifference {
  status: string;
  stored: number;
  source: number;
}

/** A server that does not count by status is compared by the sum. */
function differencesOf({ byStatus }: CountedScope, stored: Readonly<Record<string, number>>): CountDifference[] {
  const held = 'all' in byStatus ? { all: sum(stored) } : stored;
  const statuses = new Set([...Object.keys(byStatus), ...Object.keys(held)]);
  return [...statuses]
    .map((status) => ({ status, stored: (held as Record<string, number>)[status] ?? 0, source: byStatus[status] ?? 0 }))
    .filter((row) => row.stored !== row.source)
    .sort((a, b) => (a.status < b.status ? -1 : 1));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

interface ScopeRow {
  auditId: number;
  task: LeasedTask;
  counted: CountedScope;
  stored: number;
  differences: readonly CountDifference[];
  label: string;
}

async function insertScope(tx: Tx, { auditId, task, counted, stored, differences, label }: ScopeRow): Promise<void> {
  const { stream, scope, behind, method, byStatus } = counted;
  const named = differences.map(({ status, ...counts }) => ({
    stream,
    scope,
    sourceKey: status,
    kind: 'changed',
    fields: [{ name: 'count', stored: String(counts.stored), source: String(counts.source) }],
  }));
  await tx.execute(
    `insert into ingestion.audit_scopes (audit_id, slice, stream, scope, label, source, stored, retained, method, proof, differences,
            difference_count, behind)
     values ($1, $2, $3, $4, $5, $6, $7, 0, $8, 'counts_equal', $9, $10, $11)`,
    [
      auditId,
      task.slice,
      stream,
      scope,
      label,
      sum(byStatus),
      stored,
      method,
      JSON.stringify(named),
      differences.length,
      behind,
    ],
  );
}
