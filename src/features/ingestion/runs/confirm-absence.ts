import type { Database } from '../../../platform/database/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import type { SourceSummary } from '../source.ts';
import { confirmAbsence } from '../store/held-absences.ts';
import { priorities } from '../store/priorities.ts';
import { insertRun, insertTask } from '../store/runs.ts';
import { ensureHost } from '../store/tasks.ts';
import { want } from '../store/wants.ts';

export interface Confirmation {
  id: number;
  fingerprint: string;
  source: SourceSummary;
  actor: Actor;
}

/**
 * A person confirms a disappearance that is held: its slice is read again at once, whole, and what is missing then is
 * marked as gone if it is the same. Returns the run that reads it.
 */
export function startConfirmation(db: Database, { id, fingerprint, source, actor }: Confirmation): Promise<number> {
  return db.transaction(async (tx) => {
    const { slice, stream, scope, missing, before } = await confirmAbsence(tx, id, { fingerprint, by: actor.name });
    const object = { kind: 'integration', id: source.id, name: source.name };
    await audit(tx, actor, 'absence.confirm', object, { slice, stream, scope, missing, before });
    const run = {
      integrationId: source.id,
      hostKey: source.hostKey,
      place: source.place,
      kind: 'incremental_sync' as const,
      priority: priorities.person,
      requestedBy: actor.name,
      fullListing: false,
    };
    if (slice === 'discovery') return insertRun(tx, run);
    await want(tx, source.id, slice, 'current', { reason: 'absence_confirmed', priority: priorities.person });
    await ensureHost(tx, source.hostKey, source.place);
    const { id: runId } = await tx.one<{ id: number }>(
      `insert into ingestion.runs (integration_id, kind, status, priority, requested_by)
       values ($1, $2, 'pending', $3, $4) returning id`,
      [run.integrationId, run.kind, run.priority, run.requestedBy],
    );
    await insertTask(tx, { runId, ...run, slice, phase: 'current' });
    return runId;
  });
}
