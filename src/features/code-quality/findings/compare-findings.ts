import type { Tx } from '../../../platform/database/index.ts';
import type { Difference } from '../../ingestion/sink.ts';
import {
  expandFindings,
  type FindingsOfSlice,
  openWorkTables,
  sourceColumnNames,
  takeStaged,
} from './staged-findings.ts';

/** What follows from other columns is not reported twice. */
const derived: ReadonlySet<string> = new Set([
  'class',
  'axis',
  'raw_level',
  'state',
  'asset_type',
  'branch_id',
  'kind',
]);
const comparedColumns = sourceColumnNames.filter((name) => !derived.has(name));

export interface BranchComparison {
  source: number;
  stored: number;
  retained: number;
  differences: Difference[];
}

/** Compares every stored column of the scope's findings with what the server says now. Changes neither. */
export async function compareFindings(
  tx: Tx,
  stream: 'issues' | 'hotspots',
  slice: FindingsOfSlice,
  branch: { id: number; scope: string },
): Promise<BranchComparison> {
  await openWorkTables(tx);
  await takeStaged(tx, stream, slice, false);
  await expandFindings(tx, stream, slice);
  const kind = stream === 'issues' ? 'issue' : 'hotspot';
  const counts = await tx.one<{ source: number; stored: number; retained: number }>(
    `select (select count(distinct source_key) from ingestion.stage where task_id = $3 and stream = $4 and scope = $5) as source,
            count(*) filter (where deleted_at is null) as stored, count(*) filter (where deleted_at is not null) as retained
       from code_quality.findings where branch_id = $1 and kind = $2`,
    [branch.id, kind, slice.taskId, stream, branch.scope],
  );
  const rows = await tx.query<{
    source_key: string;
    stored: Record<string, unknown> | null;
    source: Record<string, unknown> | null;
  }>(
    `select coalesce(w.source_key, f.source_key) as source_key,
            case when f.id is not null then ${asObject('f')} end as stored, case when w.source_key is not null then ${asObject('w')} end as source
       from (select * from work_findings where branch_id = $1) w
       full join (select * from code_quality.findings where branch_id = $1 and kind = $2 and deleted_at is null) f on f.source_key = w.source_key
      where f.id is null or w.source_key is null or row(${columnsOf('f')}) is distinct from row(${columnsOf('w')})
      order by 1`,
    [branch.id, kind],
  );
  return { ...counts, differences: rows.map((row) => difference(row, stream, branch.scope)) };
}

function difference(
  row: { source_key: string; stored: Record<string, unknown> | null; source: Record<string, unknown> | null },
  stream: string,
  scope: string,
): Difference {
  const place = { stream, scope, sourceKey: row.source_key };
  if (row.stored === null) return { ...place, kind: 'missing', fields: [] };
  if (row.source === null) return { ...place, kind: 'invented', fields: [] };
  const { stored, source } = row;
  const fields = comparedColumns
    .filter((name) => JSON.stringify(stored[name]) !== JSON.stringify(source[name]))
    .map((name) => ({ name, stored: shown(stored[name]), source: shown(source[name]) }));
  return { ...place, kind: 'changed', fields };
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const columnsOf = (alias: string): string => comparedColumns.map((name) => `${alias}.${name}`).join(', ');
/** jsonb_build_object takes at most 100 arguments; a whole row has no such limit. */
const asObject = (alias: string): string => `to_jsonb(${alias})`;
