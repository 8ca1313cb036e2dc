import type { Database, Tx } from '../../../platform/database/index.ts';
import { insertRun, insertTask, isFirstRun, lockStarting, raisePriority, unfinishedRun } from '../store/runs.ts';
import type { SourceSummary } from '../source.ts';
import { databasePlace } from '../store/places.ts';
import { priorities } from '../store/priorities.ts';

/**
 * A person wants a sync now. A run that is already under way answers the wish, made urgent; a full sync asked for
 * during an incremental one is a run of its own.
 */
export async function startSync(
  db: Database,
  source: SourceSummary,
  options: { full: boolean; requestedBy: string },
): Promise<number> {
  return db.transaction(async (tx) => {
    await lockStarting(tx, source.id);
    const present = await unfinishedRun(tx, source.id);
    if (present !== undefined && (present.full || !options.full)) {
      await raisePriority(tx, present.id, priorities.person);
      return present.id;
    }
    const first = await isFirstRun(tx, source.id);
    return insertRun(tx, {
      integrationId: source.id,
      hostKey: source.hostKey,
      place: source.place,
      kind: first ? 'backfill' : options.full ? 'full_sync' : 'incremental_sync',
      priority: priorities.person,
      requestedBy: options.requestedBy,
      fullListing: first || options.full,
    });
  });
}

export type AuditDepth = 'counts' | 'everything';

/**
 * Compares the store with the server: every row, through other endpoints than ingestion reads, or counts by status, and
 * rows where those differ.
 */
export async function startAudit(
  tx: Tx,
  source: SourceSummary,
  { requestedBy, depth }: { requestedBy: string; depth: AuditDepth },
): Promise<number> {
  const runId = await insertRun(tx, {
    integrationId: source.id,
    hostKey: source.hostKey,
    place: source.place,
    kind: 'audit',
    // What nobody waits for gives way to everything else.
    priority: depth === 'counts' ? priorities.background : priorities.person,
    requestedBy,
    fullListing: false,
  });
  const { id } = await tx.one<{ id: number }>(
    `insert into ingestion.audits (integration_id, run_id, requested_by, status, depth) values ($1, $2, $3, 'running', $4) returning id`,
    [source.id, runId, requestedBy, depth],
  );
  return id;
}

/** Work that calls nobody has this host. */
const localHost = 'local';

/** Rebuilds the roll-ups of every slice of an integration, after a change of mapping or rule. */
export async function startAggregation(db: Database, integrationId: number, requestedBy: string): Promise<number> {
  return db.transaction(async (tx) => {
    const run = {
      integrationId,
      hostKey: localHost,
      place: databasePlace,
      kind: 'aggregation' as const,
      priority: priorities.person,
      requestedBy,
      fullListing: true,
    };
    const runId = await insertRun(tx, run);
    const slices = await tx.query<{ slice: string }>(
      'select slice from ingestion.slices where integration_id = $1 and slice <> $2 order by slice',
      [integrationId, 'discovery'],
    );
    for (const { slice } of slices) {
      await insertTask(tx, {
        runId,
        integrationId,
        hostKey: localHost,
        place: databasePlace,
        slice,
        phase: 'aggregate',
        priority: priorities.background,
      });
    }
    return runId;
  });
}
