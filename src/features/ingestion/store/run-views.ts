import type { Queryable } from '../../../platform/database/index.ts';
import type { Run, RunKind, RunStatus, StreamCount, Task } from '../contract.ts';
import { presentError } from '../present-error.ts';
import { rowProgress } from '../runs/row-progress.ts';
import type { NameScopes, ScopeName } from '../scope-names.ts';

export interface RunFilter {
  integrationId?: number | undefined;
  status?: readonly RunStatus[] | undefined;
  kind?: readonly RunKind[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

interface RunRow {
  id: number;
  integration_id: number;
  kind: RunKind;
  status: Exclude<RunStatus, 'scheduled'>;
  requested_by: string;
  scan_from: Date | null;
  scan_to: Date | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  error_code: string | null;
  error_message: string | null;
  error_upstream: string | null;
  aggregation_status: Run['aggregationStatus'];
  tasks: number;
  tasks_done: number;
  tasks_running: number;
  expected: number | null;
  full_listing: boolean;
  cancel_requested_at: Date | null;
  staged: number;
  stage_name: string | null;
  paused_until: Date | null;
  retries: number;
  http_requests: number;
  http_retries: number;
  stored: number | null;
  source: number | null;
  unproven: number | null;
  rows_changed: number;
  rows_gone: number;
  rows_held: number;
  elapsed_seconds: number;
}

const where = `
  (r.kind <> 'audit' or 'audit' = any ($3)) and ($1::bigint is null or r.integration_id = $1)
  and ($2::text[] is null or r.status = any ($2)) and ($3::text[] is null or r.kind = any ($3))
  and ($4::timestamptz is null or coalesce(r.started_at, r.created_at) >= $4) and ($5::timestamptz is null or coalesce(r.started_at, r.created_at) < $5)`;

const runSelect = `
  select r.*, t.*,
         extract(epoch from now() - coalesce(r.started_at, now()))::float8 as elapsed_seconds,
         case when r.priority >= 3 then (select s.blackout_until from ingestion.schedules s
            where s.integration_id = r.integration_id and s.blackout_until > now()) end as paused_until,
         (select case a.status when 'partial' then 'failed' when 'cancelled' then 'failed' else a.status end
            from ingestion.runs a where a.integration_id = r.integration_id and a.kind = 'aggregation' order by a.id desc limit 1) as aggregation_status
    from ingestion.runs r
   cross join lateral (
     select count(*)::int as tasks, count(*) filter (where state in ('success', 'partial', 'failed'))::int as tasks_done,
            count(*) filter (where state in ('leased', 'staged'))::int as tasks_running,
            coalesce(sum(staged) filter (where phase = 'current'), 0)::bigint as staged, sum(expected_records)::bigint as expected, coalesce(sum(retries), 0)::int as retries,
            coalesce(sum(http_requests), 0)::bigint as http_requests, coalesce(sum(http_retries), 0)::bigint as http_retries,
            sum(headline_stored)::bigint as stored, sum(headline_source)::bigint as source, sum(headline_unproven)::int as unproven,
            coalesce(sum(rows_changed), 0)::bigint as rows_changed,
            coalesce(sum(rows_gone), 0)::bigint as rows_gone, coalesce(sum(rows_held), 0)::bigint as rows_held,
            (array_agg(stage_name) filter (where state = 'leased' and stage_name is not null))[1] as stage_name
       from ingestion.tasks where run_id = r.id) t`;

export async function listRuns(
  db: Queryable,
  filter: RunFilter,
  page: { limit: number; offset: number },
  name: (integrationId: number) => string,
): Promise<{ runs: Run[]; total: number }> {
  const values = [
    filter.integrationId ?? null,
    filter.status ?? null,
    filter.kind ?? null,
    filter.from ?? null,
    filter.to ?? null,
  ];
  const { n } = await db.one<{ n: number }>(`select count(*) as n from ingestion.runs r where ${where}`, values);
  const rows = await db.query<RunRow>(`${runSelect} where ${where} order by r.id desc limit $6 offset $7`, [
    ...values,
    page.limit,
    page.offset,
  ]);
  return { runs: rows.map((row) => presentRun(row, name(row.integration_id))), total: n };
}

export async function readRun(
  db: Queryable,
  id: number,
  name: (integrationId: number) => string,
): Promise<Run | undefined> {
  const row = await db.maybeOne<RunRow>(`${runSelect} where r.id = $1`, [id]);
  return row === undefined ? undefined : presentRun(row, name(row.integration_id));
}

function presentRun(row: RunRow, integrationName: string): Run {
  const unfinished = row.status === 'pending' || row.status === 'running';
  return {
    id: row.id,
    integrationId: row.integration_id,
    integrationName,
    kind: row.kind,
    status: row.status,
    requestedBy: row.requested_by,
    scanFrom: row.scan_from?.toISOString() ?? null,
    scanTo: row.scan_to?.toISOString() ?? null,
    aggregationStatus: row.aggregation_status,
    startedAt: (row.started_at ?? (unfinished ? null : row.created_at))?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs:
      row.finished_at === null || row.started_at === null ? null : row.finished_at.getTime() - row.started_at.getTime(),
    retries: row.retries,
    httpRequests: row.http_requests,
    httpRetries: row.http_retries,
    completeness:
      row.stored === null ? null : { stored: row.stored, source: row.source ?? 0, unproven: row.unproven ?? 0 },
    rowsChanged: row.rows_changed,
    rowsGone: row.rows_gone,
    rowsHeld: row.rows_held,
    error: presentError(row),
    progress: unfinished ? presentProgress(row) : null,
  };
}

function presentProgress(row: RunRow): NonNullable<Run['progress']> {
  const { recordsStaged, recordsTotal, secondsLeft } = rowProgress({
    read: (row.stored ?? 0) + row.staged,
    expected: row.full_listing ? row.expected : null,
    elapsedSeconds: row.elapsed_seconds,
  });
  return {
    // What is at its slice yet ends it.
    stage: row.cancel_requested_at === null ? stageOf(row) : cancellingWords(row.tasks_running),
    tasksDone: row.tasks_done,
    tasksTotal: row.tasks,
    recordsStaged,
    recordsTotal,
    recordsPerSecond: row.elapsed_seconds >= 1 ? recordsStaged / row.elapsed_seconds : null,
    secondsLeft: row.cancel_requested_at === null ? secondsLeft : null,
  };
}

function stageOf(row: RunRow): string | null {
  if (row.stage_name !== null || row.paused_until === null) return row.stage_name;
  return `Paused by a blackout window until ${row.paused_until.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function cancellingWords(running: number): string {
  return running === 1 ? 'Cancelling: one task is ending' : `Cancelling: ${running} tasks are ending`;
}

interface TaskRow {
  id: number;
  run_id: number;
  slice: string;
  phase: Task['part'];
  state: 'pending' | 'leased' | 'staged' | 'success' | 'partial' | 'failed' | 'cancelled';
  stage_name: string | null;
  done: number;
  total: number | null;
  retries: number;
  http_requests: number;
  http_retries: number;
  rows_gone: number;
  rows_held: number;
  started_at: Date | null;
  finished_at: Date | null;
  error_code: string | null;
  error_message: string | null;
  error_upstream: string | null;
  streams: StreamRow[] | null;
}

interface StreamRow extends Omit<StreamCount, 'error' | 'scopeName'> {
  error_code: string | null;
  error_message: string | null;
  error_upstream: string | null;
}

export async function listTasks(
  db: Queryable,
  runId: number,
  filter: { status: string | undefined; limit: number; offset: number },
  nameScopes: NameScopes,
): Promise<{ tasks: Task[]; total: number }> {
  const states =
    filter.status === 'running' ? ['leased', 'staged'] : filter.status === undefined ? null : [filter.status];
  const { n } = await db.one<{ n: number }>(
    'select count(*) as n from ingestion.tasks where run_id = $1 and ($2::text[] is null or state = any ($2))',
    [runId, states],
  );
  const rows = await db.query<TaskRow>(
    `select t.*, (select jsonb_agg(jsonb_build_object('stream', c.stream, 'scope', c.scope, 'outcome', c.outcome, 'source', c.source_count,
              'stored', c.stored_count, 'inserted', c.inserted, 'updated', c.updated, 'gone', c.gone, 'setAside', c.set_aside,
              'method', c.method, 'proof', c.proof, 'sourceMoved', c.source_moved, 'held', c.held, 'missing', c.missing, 'error_code', c.error_code,
              'error_message', null, 'error_upstream', c.error_upstream) order by c.id)
              from ingestion.completeness c where c.task_id = t.id) as streams
       from ingestion.tasks t where t.run_id = $1 and ($2::text[] is null or t.state = any ($2))
      order by case t.state when 'failed' then 0 when 'partial' then 1 when 'leased' then 2 when 'staged' then 2 when 'pending' then 3 else 4 end, t.id
      limit $3 offset $4`,
    [runId, states, filter.limit, filter.offset],
  );
  const name = await nameScopes(rows.map((row) => row.slice));
  return { tasks: rows.map((row) => presentTask(row, name)), total: n };
}

function presentTask(row: TaskRow, name: ScopeName): Task {
  return {
    id: row.id,
    runId: row.run_id,
    slice: row.slice,
    part: row.phase,
    status: row.state === 'leased' || row.state === 'staged' ? 'running' : row.state,
    stage: row.stage_name,
    done: row.done,
    total: row.total,
    retries: row.retries,
    httpRequests: row.http_requests,
    httpRetries: row.http_retries,
    rowsGone: row.rows_gone,
    rowsHeld: row.rows_held,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs:
      row.started_at === null || row.finished_at === null ? null : row.finished_at.getTime() - row.started_at.getTime(),
    error: presentError(row),
    streams: (row.streams ?? []).map(({ error_code, error_message, error_upstream, ...counts }) => ({
      ...counts,
      scopeName: name(row.slice, counts.scope),
      error: presentError({ error_code, error_message, error_upstream }),
    })),
  };
}
