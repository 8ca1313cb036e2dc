import type { Queryable } from '../../../platform/database/index.ts';

/** Open vulnerabilities in what an analysis read. */
export interface OpenCounts {
  critical: number;
  high: number;
  medium: number;
  low: number;
  /** When the first of the critical ones was found. */
  firstCriticalAt: Date | null;
}

interface Row {
  analysisId: number;
  severity: 'critical' | 'high' | 'medium' | 'low';
  n: number;
  firstAt: Date;
}

/**
 * Vulnerabilities that the code of analyses has: those that were there when it was analysed and were fixed later, if at all,
 * without what people accepted or called false since. Of a pull request only what is new is known, and of a branch nothing
 * before its issues are proven to be read: those are left out.
 */
export async function countOpen(db: Queryable, analysisIds: readonly number[]): Promise<Map<number, OpenCounts>> {
  if (analysisIds.length === 0) return new Map();
  const known = await db.query<{ id: number }>(
    `select a.id from shared.analyses a join shared.branch_readings r on r.branch_id = a.branch_id
      where a.id = any ($1) and a.scope = 'branch' and r.issues_of >= a.analyzed_at`,
    [analysisIds],
  );
  const rows = await db.query<Row>(
    `select a.id as "analysisId", m.severity, count(*) as n, min(f.opened_at) as "firstAt"
       from shared.analyses a
       left join shared.current_modes mode on mode.integration_id = a.integration_id
       join shared.findings f on f.branch_id = a.branch_id and f.opened_at <= a.analyzed_at and f.counted_state = 'open'
            and (f.period_to is null or (f.state = 'fixed' and f.period_to > a.analyzed_at))
       join shared.severity_mapping m
         on coalesce(mode.mode, 'mqr') = 'mqr' and f.class = 'vulnerability' and m.axis = f.axis and m.raw_level = f.raw_level
         or coalesce(mode.mode, 'mqr') <> 'mqr' and f.standard_class = 'vulnerability' and m.axis = f.standard_axis and m.raw_level = f.standard_level
      where a.id = any ($1) group by 1, 2`,
    [known.map(({ id }) => id)],
  );
  return new Map(
    known.map(({ id }) => {
      const own = rows.filter(({ analysisId }) => analysisId === id);
      const of = (severity: Row['severity']): Row | undefined => own.find((row) => row.severity === severity);
      return [
        id,
        {
          critical: of('critical')?.n ?? 0,
          high: of('high')?.n ?? 0,
          medium: of('medium')?.n ?? 0,
          low: of('low')?.n ?? 0,
          firstCriticalAt: of('critical')?.firstAt ?? null,
        },
      ];
    }),
  );
}
