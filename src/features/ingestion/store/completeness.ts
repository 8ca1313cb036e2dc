import type { Queryable } from '../../../platform/database/index.ts';
import type { Completeness, CompletenessRow } from '../contract.ts';

/** The newest count of each stream and scope of the slices still listed, issues and hotspots summed up. */
export async function readCompleteness(
  db: Queryable,
  integrationId: number,
  page: { limit: number; offset: number },
): Promise<Completeness> {
  const newest = `
    select distinct on (c.slice, c.stream, c.scope) c.*
      from ingestion.completeness c
     where c.integration_id = $1 and c.stream in ('issues', 'hotspots', 'branches', 'analyses', 'measures', 'projects')
     order by c.slice, c.stream, c.scope, c.id desc`;
  const sums = await db.one<{ source: number; stored: number; slices: number; complete: number; total: number }>(
    `select coalesce(sum(source_count) filter (where findings), 0)::bigint as source, coalesce(sum(stored_count) filter (where findings), 0)::bigint as stored,
            count(distinct slice) filter (where findings)::int as slices,
            count(distinct slice) filter (where findings)::int
              - count(distinct slice) filter (where findings and outcome = 'complete' and (proof = 'unproven' or source_count <> stored_count))::int as complete,
            count(*) as total
       from (select n.*, n.stream in ('issues', 'hotspots') as findings from (${newest}) n) counted`,
    [integrationId],
  );
  const rows = await db.query<Omit<CompletenessRow, 'measuredAt' | 'projectId'> & { measuredAt: Date }>(
    `select slice, stream, scope, source_count as source, stored_count as stored, method, proof, outcome, measured_at as "measuredAt"
       from (${newest}) n
      order by (outcome = 'complete' and (proof = 'unproven' or source_count <> stored_count)) desc, slice, stream, scope limit $2 offset $3`,
    [integrationId, page.limit, page.offset],
  );
  return { ...sums, rows: rows.map((row) => ({ ...row, projectId: null, measuredAt: row.measuredAt.toISOString() })) };
}

export interface SetAsideRow {
  stream: string;
  scope: string;
  slice: string;
  reason: string;
  text: string;
}

export function listSetAside(db: Queryable, runId: number): Promise<SetAsideRow[]> {
  return db.query<SetAsideRow>(
    `select s.stream, s.scope, s.slice, s.reason, s.redacted_text as text
       from ingestion.set_aside s join ingestion.tasks t on t.id = s.task_id where t.run_id = $1 order by s.id limit 500`,
    [runId],
  );
}
