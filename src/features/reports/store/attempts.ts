import type { Queryable } from '../../../platform/database/index.ts';
import type { MadeCall } from '../engine/calls.ts';
import type { HeldReport } from './reports.ts';
import type { Settled } from './settle.ts';

export async function beginAttempt(db: Queryable, { id, cause, askedBy }: HeldReport): Promise<number> {
  const row = await db.one<{ id: number }>(
    'insert into reports.attempts (report_id, cause, asked_by) values ($1, $2, $3) returning id',
    [id, cause, askedBy],
    'begin attempt',
  );
  return row.id;
}

/** Keeps the calls and the hold in one statement; false when somebody else holds the report by now. */
export async function keepCalls(
  db: Queryable,
  { id, fence }: HeldReport,
  { attempt, calls, leaseSeconds }: { attempt: number; calls: readonly MadeCall[]; leaseSeconds: number },
): Promise<boolean> {
  const kept = await db.execute(
    `with held as (
       update reports.reports set lease_until = now() + make_interval(secs => $4) where id = $1 and fence = $2 returning id)
     update reports.attempts a set calls = $5 from held where a.id = $3 and a.report_id = held.id`,
    [id, fence, attempt, leaseSeconds, JSON.stringify(calls)],
    'keep calls',
  );
  return kept > 0;
}

export async function endAttempt(
  db: Queryable,
  attempt: number,
  { settled, calls }: { settled: Settled; calls: readonly MadeCall[] },
): Promise<void> {
  const failure = settled.failure ?? settled.beside?.problems[0];
  await db.execute(
    `update reports.attempts
        set ended_at = now(), outcome = $2, result = $3, shown = $4, total = $5, error_code = $6, error_message = $7,
            error_upstream = $8, calls = $9
      where id = $1`,
    [
      attempt,
      settled.state,
      settled.result ?? null,
      settled.shown ?? null,
      settled.total ?? null,
      failure?.code ?? null,
      failure?.message ?? null,
      failure?.upstream ?? null,
      JSON.stringify(calls),
    ],
  );
}
