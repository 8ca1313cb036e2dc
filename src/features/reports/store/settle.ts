import type { Queryable } from '../../../platform/database/index.ts';
import type { BesideProblem, HeldReport, PassedFor, ReportState } from './reports.ts';

export interface Settled {
  state: ReportState;
  reason: string | null;
  /** Left out: as it was. */
  gate?: string | null;
  evaluated?: boolean | null;
  result?: 'PASS' | 'FAIL' | null;
  payloadHash?: string | null;
  /** The pull requests for which it passes. */
  passedFor?: readonly PassedFor[];
  link?: string;
  shown?: number | null;
  total?: number | null;
  failure?: { code: string; message: string; upstream: string | null; retrySeconds: number };
  publishedNow?: boolean;
  beside?: BesideSettled;
}

export interface BesideSettled {
  hash: string | null;
  problems: readonly BesideProblem[];
  /** Null where nothing has to be tried again. */
  retrySeconds: number | null;
}

/** Stores what became of it. What somebody asked for meanwhile is done next. False: somebody else holds it by now. */
export async function settle(db: Queryable, held: HeldReport, settled: Settled): Promise<boolean> {
  const { failure, beside } = settled;
  const sets = ['state = $4', 'reason = $5', 'error_code = $6', 'error_message = $7', 'error_upstream = $8'];
  const values: unknown[] = [held.id, held.fence, held.asked, settled.state, settled.reason];
  values.push(
    failure?.code ?? null,
    failure?.message ?? null,
    failure?.upstream ?? null,
    failure?.retrySeconds ?? beside?.retrySeconds ?? null,
    (beside?.problems.length ?? 0) > 0,
  );
  const set = (column: string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    sets.push(`${column} = $${values.length}`);
  };
  set('gate', settled.gate);
  set('evaluated', settled.evaluated);
  set('beside_hash', beside?.hash);
  set('beside_errors', beside === undefined ? undefined : JSON.stringify(beside.problems));
  set('result', settled.result);
  set('passed_for', settled.passedFor === undefined ? undefined : JSON.stringify(settled.passedFor));
  set('payload_hash', settled.payloadHash);
  set('written_link', settled.link);
  set('shown', settled.shown);
  set('total', settled.total);
  if (settled.publishedNow === true) sets.push('published_at = now()');
  const stored = await db.execute(
    `update reports.reports
        set ${sets.join(', ')}, failures = case when $6::text is null and not $10::boolean then 0 else failures + 1 end, lease_until = null,
            changed_at = case when (state, reason, error_code) is distinct from ($4::text, $5::text, $6::text) then now() else changed_at end,
            due_at = case when asked <> $3 then now() when $9::float8 is null then null else now() + make_interval(secs => $9) end
      where id = $1 and fence = $2`,
    values,
  );
  return stored > 0;
}
