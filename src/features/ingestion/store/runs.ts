import { advisoryLocks, type Database, type Queryable, type Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { repeatSoon } from './repeat-soon.ts';
import { clearTaskStage } from './stage.ts';
import { hubPlace } from './places.ts';
import { ensureHost } from './tasks.ts';
import { releaseCancelled } from './wants.ts';

export type StoredRunKind = 'backfill' | 'full_sync' | 'incremental_sync' | 'webhook' | 'aggregation' | 'audit';

export interface NewRun {
  integrationId: number;
  hostKey: string;
  /** Where its tasks can be carried out; the hub's own when left out. */
  place?: string;
  kind: StoredRunKind;
  priority: number;
  requestedBy: string;
  fullListing: boolean;
}

/** Makes a run with its discovery task. */
export async function insertRun(tx: Tx, run: NewRun): Promise<number> {
  await ensureHost(tx, run.hostKey, run.place);
  const { id } = await tx.one<{ id: number }>(
    `insert into ingestion.runs (integration_id, kind, status, priority, requested_by, full_listing, scan_from)
     values ($1, $2, 'pending', $3, $4, $5, (select value::timestamptz from ingestion.cursors where integration_id = $1 and name = 'changes' and not $5))
     returning id`,
    [run.integrationId, run.kind, run.priority, run.requestedBy, run.fullListing],
  );
  if (run.kind === 'aggregation') return id;
  await insertTask(tx, {
    runId: id,
    integrationId: run.integrationId,
    hostKey: run.hostKey,
    ...(run.place === undefined ? {} : { place: run.place }),
    slice: 'discovery',
    priority: run.priority,
    phase: run.kind === 'audit' ? 'audit' : 'discovery',
  });
  return id;
}

export interface NewTask {
  runId: number;
  integrationId: number;
  hostKey: string;
  place?: string;
  slice: string;
  phase: 'discovery' | 'current' | 'history' | 'count' | 'audit' | 'aggregate';
  priority: number;
}

export async function insertTask(tx: Tx, task: NewTask): Promise<void> {
  await tx.execute(
    `insert into ingestion.tasks (run_id, integration_id, slice, phase, host_key, priority, place)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [task.runId, task.integrationId, task.slice, task.phase, task.hostKey, task.priority, task.place ?? hubPlace],
  );
}

/** True before the first publish of any slice: the next run is the backfill. */
export async function isFirstRun(db: Queryable, integrationId: number): Promise<boolean> {
  const row = await db.one<{ first: boolean }>(
    'select not exists (select from ingestion.slices where integration_id = $1 and slice <> $2 and current_published_at is not null) as first',
    [integrationId, 'discovery'],
  );
  return row.first;
}

/** Until the transaction ends nobody else starts a run of the integration: two never start one at the same instant. */
export async function lockStarting(tx: Tx, integrationId: number): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock($1, $2)', [advisoryLocks.startingRuns, integrationId]);
}

/**
 * The unfinished ingestion run of the integration, if there is one. One that a webhook caused does not count: it reads
 * a project or two, and answers nobody who wants everything that changed.
 */
export async function unfinishedRun(
  db: Queryable,
  integrationId: number,
): Promise<{ id: number; full: boolean; priority: number } | undefined> {
  return db.maybeOne(
    `select id, full_listing as full, priority from ingestion.runs
      where integration_id = $1 and status in ('pending', 'running') and kind not in ('audit', 'aggregation', 'webhook') order by id desc limit 1`,
    [integrationId],
  );
}

/** A person now waits for a run that was scheduled: what is left of it becomes urgent. */
export async function raisePriority(tx: Tx, runId: number, priority: number): Promise<void> {
  // Tasks before their run, as a claim takes them: the other way round the two would wait for each other.
  await tx.execute(
    `update ingestion.tasks set priority = least(priority, $2) where run_id = $1 and state = 'pending' and phase <> 'history'`,
    [runId, priority],
  );
  await tx.execute('update ingestion.runs set priority = least(priority, $2) where id = $1', [runId, priority]);
}

/** Ends a run whose last task has ended. Success only when every task was one. */
export async function finishRun(db: Database, runId?: number): Promise<number[]> {
  const ended = await runsWithoutOpenTask(db, runId);
  if (ended.length === 0) return [];
  const rows = await db.query<{ id: number }>(
    `update ingestion.runs r
        set status = case
              when s.cancelled > 0 or r.cancel_requested_at is not null and s.success + s.partial < s.n then 'cancelled'
              when s.n > 0 and s.failed = s.n or s.discovery_failed then 'failed'
              when s.failed + s.partial > 0 then 'partial'
              else 'success' end,
            finished_at = now(), started_at = coalesce(r.started_at, now()),
            scan_to = greatest(s.newest_at, r.scan_from), error_code = coalesce(s.code, r.error_code),
            error_message = coalesce(s.message, r.error_message), error_upstream = s.upstream
       from (select u.id as run_id, count(t.id) as n,
                    count(*) filter (where state = 'success') as success,
                    count(*) filter (where state = 'partial') as partial,
                    count(*) filter (where state = 'failed') as failed,
                    count(*) filter (where state = 'cancelled') as cancelled,
                    coalesce(bool_or(slice = 'discovery' and state = 'failed'), false) as discovery_failed,
                    max(newest_at) as newest_at,
                    (array_agg(t.error_code order by t.state <> 'failed', t.id) filter (where t.state in ('failed', 'partial') and t.error_code is not null))[1] as code,
                    (array_agg(t.error_message order by t.state <> 'failed', t.id) filter (where t.state in ('failed', 'partial') and t.error_code is not null))[1] as message,
                    (array_agg(t.error_upstream order by t.state <> 'failed', t.id) filter (where t.state in ('failed', 'partial') and t.error_code is not null))[1] as upstream
               from ingestion.runs u left join ingestion.tasks t on t.run_id = u.id
              where u.status in ('pending', 'running') and u.id = any ($1)
                and not exists (select from ingestion.tasks o where o.run_id = u.id and o.state in ('pending', 'leased', 'staged'))
              group by u.id) s
      where r.id = s.run_id and r.status in ('pending', 'running')
      returning r.id`,
    [ended],
  );
  for (const { id } of rows) {
    await repeatSoon(db, id);
    await db.execute(
      `update ingestion.audits a
          set finished_at = now(),
              status = case r.status when 'cancelled' then 'cancelled' when 'failed' then 'failed' when 'partial' then 'incomplete'
                       else case when exists (select from ingestion.audit_scopes s where s.audit_id = a.id and not s.behind and (s.difference_count > 0 or s.source <> s.stored))
                                 then 'different' else 'equal' end end
         from ingestion.runs r where r.id = a.run_id and a.run_id = $1 and a.status = 'running'`,
      [id],
    );
  }
  return rows.map((row) => row.id);
}

/** Asked at the end of every task and once a second: one look into an index, however many tasks a run has. */
async function runsWithoutOpenTask(db: Database, runId?: number): Promise<number[]> {
  const unfinished =
    runId === undefined
      ? await db.query<{ id: number }>(`select id from ingestion.runs where status in ('pending', 'running')`)
      : [{ id: runId }];
  const ended: number[] = [];
  for (const { id } of unfinished) {
    const open = await db.maybeOne(
      `select id from ingestion.tasks where run_id = $1 and state in ('pending', 'leased', 'staged') order by id limit 1`,
      [id],
      'open task of run',
    );
    if (open === undefined) ended.push(id);
  }
  return ended;
}

/** Waiting tasks end at once; leased ones see it at their next heartbeat. */
export async function requestCancel(db: Database, runId: number): Promise<void> {
  await db.transaction(async (tx) => {
    // Tasks before their run, as a claim takes them: the other way round the two would wait for each other.
    const waiting = await tx.query<{ id: number; state: string }>(
      `select id, state from ingestion.tasks where run_id = $1 and state in ('pending', 'staged') order by id for update`,
      [runId],
    );
    const run = await tx.maybeOne<{ status: string }>('select status from ingestion.runs where id = $1 for update', [
      runId,
    ]);
    if (run === undefined) throw new PlumblineError('run_not_found');
    if (run.status !== 'pending' && run.status !== 'running') throw new PlumblineError('run_finished');
    await tx.execute(
      'update ingestion.runs set cancel_requested_at = coalesce(cancel_requested_at, now()) where id = $1',
      [runId],
    );
    await tx.execute(
      `update ingestion.tasks set state = 'cancelled', finished_at = now(), error_code = 'cancelled' where run_id = $1 and state in ('pending', 'staged')`,
      [runId],
    );
    for (const { id } of waiting.filter(({ state }) => state === 'staged')) await clearTaskStage(tx, id);
  });
  // By itself: a publish that lists slices holds wants and then looks at its run.
  await db.transaction(async (tx) => {
    const left = await releaseCancelled(tx, runId);
    await tx.execute(
      `update ingestion.runs set error_code = 'cancelled', error_message = $2 where id = $1 and status in ('pending', 'running')`,
      [runId, cancelledWords(left)],
    );
  });
  await finishRun(db, runId);
}

function cancelledWords(left: number): string {
  const cancelled = 'A person cancelled the run.';
  if (left === 0) return `${cancelled} Nothing of it is read before somebody asks for it again.`;
  return `${cancelled} ${left === 1 ? 'One task of it reads' : `${left} tasks of it read`} what is new or changed at the source: the next sync does that.`;
}

/** A new run over the tasks of an ended run that failed or were cancelled. */
export async function insertRetryRun(tx: Tx, runId: number, requestedBy: string): Promise<number> {
  const run = await tx.maybeOne<{ integration_id: number; status: string; kind: StoredRunKind }>(
    'select integration_id, status, kind from ingestion.runs where id = $1 for update',
    [runId],
  );
  if (run === undefined) throw new PlumblineError('run_not_found');
  if (run.status === 'pending' || run.status === 'running') throw new PlumblineError('run_unfinished');
  const { id } = await tx.one<{ id: number }>(
    `insert into ingestion.runs (integration_id, kind, status, priority, requested_by, full_listing, scan_from)
     select integration_id, kind, 'pending', 0, $2, full_listing, scan_from from ingestion.runs where id = $1 returning id`,
    [runId, requestedBy],
  );
  const tasks = await tx.execute(
    `insert into ingestion.tasks (run_id, integration_id, slice, phase, place, host_key, priority)
     select $2, integration_id, slice, phase, place, host_key, case phase when 'history' then 5 else 0 end from ingestion.tasks
      where run_id = $1 and state in ('failed', 'partial', 'cancelled') order by id`,
    [runId, id],
  );
  if (tasks === 0) throw new PlumblineError('nothing_to_retry');
  return id;
}
