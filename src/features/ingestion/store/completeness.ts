import type { Queryable } from '../../../platform/database/index.ts';
import type { Completeness, CompletenessRow } from '../contract.ts';
import type { NameScopes, ScopeName } from '../scope-names.ts';
import type { StreamRoles } from '../stream-roles.ts';

/** What could not be read is never complete: neither what is essential, nor what is counted and only shown beside it. */
const notRead = "(n.outcome = 'unavailable' and n.slice <> 'discovery' and n.stream = any ($3))";

/**
 * The newest count of each stream and scope of the slices still listed, what counts as headline summed up. A slice counts
 * by what is headline, or, where nothing is, by what is essential.
 */
export async function readCompleteness(
  db: Queryable,
  integrationId: number,
  page: { limit: number; offset: number },
  { streams, nameScopes }: { streams: StreamRoles; nameScopes: NameScopes },
): Promise<Completeness> {
  const roles = [[...streams.shown], [...streams.needed]];
  const headline = [...streams.headline];
  const counting = headline.length > 0 ? headline : [...streams.essential];
  const newest = `
    select distinct on (c.slice, c.stream, c.scope) c.*, coalesce(s.listed, c.slice = 'discovery') as listed
      from ingestion.completeness c
      left join ingestion.slices s on s.integration_id = c.integration_id and s.slice = c.slice
     where c.integration_id = $1 and c.stream = any ($2)
     order by c.slice, c.stream, c.scope, c.id desc`;
  const sums = await db.one<{ source: number; stored: number; slices: number; complete: number; total: number }>(
    `select coalesce(sum(source_count) filter (where headline), 0)::bigint as source, coalesce(sum(stored_count) filter (where headline), 0)::bigint as stored,
            count(distinct slice) filter (where counts or not_read)::int as slices,
            count(distinct slice) filter (where counts or not_read)::int
              - count(distinct slice) filter (where not_read or counts and outcome = 'complete' and (proof = 'unproven' or source_count <> stored_count))::int as complete,
            (select count(*) from (${newest}) every) as total
       from (select n.*, n.stream = any ($4) as headline, n.stream = any ($5) and n.slice <> 'discovery' as counts, ${notRead} as not_read from (${newest}) n
              where n.listed and ($6::text is null or not starts_with(n.scope, $6))) counted`,
    [integrationId, ...roles, headline, counting, streams.besideTotals],
  );
  const { unread } = await db.one<{ unread: number }>(
    `select count(*) as unread from ingestion.sync_wants w left join ingestion.slices s using (integration_id, slice)
      where w.integration_id = $1 and w.phase = 'current' and w.wanted_generation > w.done_generation and s.current_published_at is null`,
    [integrationId],
  );
  const rows = await db.query<Row>(
    `select n.slice, n.stream, n.scope, source_count as source, stored_count as stored, n.method, n.proof, outcome, measured_at as "measuredAt", n.listed,
            a.id as audit_id, a.finished_at as audit_at, a.source as audit_source, a.stored as audit_stored,
            a.difference_count as audit_differences, a.behind as audit_behind, a.repaired_at as audit_repaired_at
       from (${newest}) n
       left join lateral (
         select audit.id, coalesce(audit.finished_at, audit.created_at) as finished_at, s.source, s.stored, s.difference_count, s.behind, s.repaired_at
           from ingestion.audit_scopes s join ingestion.audits audit on audit.id = s.audit_id
          where audit.integration_id = $1 and s.slice = n.slice and s.stream = n.stream and s.scope = n.scope order by s.id desc limit 1) a on true
      order by n.listed desc, (${notRead} or outcome = 'complete' and (n.proof = 'unproven' or source_count <> stored_count)) desc, n.slice, n.stream, n.scope limit $4 offset $5`,
    [integrationId, ...roles, page.limit, page.offset],
  );
  const name = await nameScopes(rows.map((row) => row.slice));
  return { ...sums, counted: headline, listed: streams.listed, unread, rows: rows.map((row) => presentRow(row, name)) };
}

interface Row extends Omit<CompletenessRow, 'measuredAt' | 'projectId' | 'scopeName' | 'audit'> {
  measuredAt: Date;
  audit_id: number | null;
  audit_at: Date;
  audit_source: number;
  audit_stored: number;
  audit_differences: number;
  audit_behind: boolean;
  audit_repaired_at: Date | null;
}

function presentRow(row: Row, name: ScopeName): CompletenessRow {
  const { slice, stream, scope, source, stored, method, proof, outcome, listed } = row;
  return {
    slice,
    projectId: null,
    stream,
    scope,
    scopeName: name(slice, scope),
    source,
    stored,
    method,
    proof,
    outcome,
    listed,
    measuredAt: row.measuredAt.toISOString(),
    audit:
      row.audit_id === null
        ? null
        : {
            id: row.audit_id,
            at: row.audit_at.toISOString(),
            source: row.audit_source,
            stored: row.audit_stored,
            differences: row.audit_differences,
            behind: row.audit_behind,
            repairedAt: row.audit_repaired_at?.toISOString() ?? null,
          },
  };
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
