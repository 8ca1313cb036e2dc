import type { Queryable } from '../../../platform/database/index.ts';
import type { Audit, AuditScope } from '../contract.ts';
import { presentError } from '../present-error.ts';
import type { LeasedTask } from './tasks.ts';

interface AuditRow {
  id: number;
  integration_id: number;
  run_id: number | null;
  requested_by: string;
  status: Audit['status'];
  depth: Audit['depth'];
  created_at: Date;
  finished_at: Date | null;
  tasks: number;
  tasks_done: number;
  error_code: string | null;
  error_message: string | null;
  error_upstream: string | null;
}

const auditSelect = `
  select a.*, r.error_code, r.error_message, r.error_upstream, t.tasks, t.tasks_done
    from ingestion.audits a left join ingestion.runs r on r.id = a.run_id
   cross join lateral (select count(*)::int as tasks, count(*) filter (where state not in ('pending', 'leased', 'staged'))::int as tasks_done
                         from ingestion.tasks where run_id = a.run_id) t`;

export async function readAudit(db: Queryable, id: number): Promise<Audit | undefined> {
  const row = await db.maybeOne<AuditRow>(`${auditSelect} where a.id = $1`, [id]);
  if (row === undefined) return undefined;
  const scopes = await db.query<Omit<AuditScope, 'repairedAt'> & { repairedAt: Date | null }>(
    `select slice, stream, scope, label, source, stored, retained, method, proof, difference_count as "differenceCount", differences,
            behind, repaired_at as "repairedAt", repair_run_id as "repairRunId"
       from ingestion.audit_scopes where audit_id = $1 order by label, stream`,
    [id],
  );
  return presentAudit(
    row,
    scopes.map((scope) => ({ ...scope, repairedAt: scope.repairedAt?.toISOString() ?? null })),
  );
}

/** Newest first, without their scopes. */
export async function listAudits(db: Queryable, integrationId: number): Promise<Audit[]> {
  const rows = await db.query<AuditRow>(`${auditSelect} where a.integration_id = $1 order by a.id desc limit 50`, [
    integrationId,
  ]);
  return rows.map((row) => presentAudit(row, []));
}

function presentAudit(row: AuditRow, scopes: AuditScope[]): Audit {
  return {
    id: row.id,
    integrationId: row.integration_id,
    runId: row.run_id,
    requestedBy: row.requested_by,
    status: row.status,
    depth: row.depth,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    tasksDone: row.tasks_done,
    tasksTotal: row.tasks,
    error: presentError(row),
    scopes,
  };
}

/** A slice that was read whole because of an audit: what that audit named is put right, and stays on record. */
export async function markRepaired(tx: Queryable, task: LeasedTask): Promise<void> {
  await tx.execute(
    `update ingestion.audit_scopes s set repaired_at = now(), repair_run_id = $3
       from ingestion.audits a
      where a.id = s.audit_id and a.integration_id = $1 and s.slice = $2 and s.difference_count > 0 and s.repaired_at is null`,
    [task.integrationId, task.slice, task.runId],
  );
}
