import type { Tx } from '../../../platform/database/index.ts';
import type { Difference } from '../../ingestion/sink.ts';
import { shown } from '../../ingestion/index.ts';
import { type FindingStream, type FindingsOfSlice, sourceColumnNames, takeStaged } from './staged-findings.ts';

/** What follows from other columns is named only when it differs alone. */
const derived: ReadonlySet<string> = new Set(['class', 'axis', 'raw_level', 'state', 'asset_type']);

/** Both sides are rows of one branch and one kind. */
const comparedColumns = sourceColumnNames.filter((name) => name !== 'branch_id' && name !== 'kind');

/** Readers know a column by its name in schema data. */
const shownNames: Partial<Record<string, string>> = {
  rule_id: 'rule',
  path_id: 'path',
  assignee_id: 'assignee',
  author_id: 'author',
  tag_ids: 'tags',
  opened_at: 'created_at',
  type: 'issue_type',
  clean_code_category: 'clean_code_attribute_category',
  code_scope: 'scope',
  content_hash: 'hash',
  axis: 'severity_source',
  raw_level: 'source_level',
};

export interface BranchComparison {
  source: number;
  stored: number;
  retained: number;
  differences: Difference[];
}

/** Takes everything that is staged, once for all streams and branches of the slice. */
export async function prepareComparison(tx: Tx, slice: FindingsOfSlice): Promise<void> {
  await takeStaged(tx, slice, { onlyChanged: false });
}

interface Row {
  source_key: string;
  stored: Record<string, unknown> | null;
  source: Record<string, unknown> | null;
  /** Present for changed rows: what stands behind the ids. */
  stored_names: Record<string, unknown> | null;
  source_names: Record<string, unknown> | null;
}

/**
 * Compares every stored column of a branch's findings with what the server says now; `expandFindings` of the stream
 * comes first. Changes neither.
 */
export async function compareFindings(
  tx: Tx,
  stream: FindingStream,
  branch: { id: number; projectId: number; scope: string; taskId: number },
): Promise<BranchComparison> {
  const kind = stream === 'issues' ? 'issue' : 'hotspot';
  const counts = await tx.one<{ source: number; stored: number; retained: number }>(
    `select (select count(distinct source_key) from shared.staged_records where task_id = $3 and stream = $4 and scope = $5) as source,
            count(*) filter (where deleted_at is null) as stored, count(*) filter (where deleted_at is not null) as retained
       from code_quality.findings where project_id = $6 and branch_id = $1 and kind = $2`,
    [branch.id, kind, branch.taskId, stream, branch.scope, branch.projectId],
  );
  const rows = await tx.query<Row>(
    `with differing as (
       select coalesce(w.source_key, f.source_key) as source_key, f.id, w.source_key is not null as listed,
              to_jsonb(f) as stored, to_jsonb(w) as source
         from (select * from work_findings where branch_id = $1) w
         full join (select * from code_quality.findings
                     where project_id = $4 and branch_id = $1 and kind = $2 and deleted_at is null) f on f.source_key = w.source_key
        where f.id is null or w.source_key is null or row(${columnsOf('f')}) is distinct from row(${columnsOf('w')}))
     select d.source_key, case when d.id is not null then d.stored end as stored, case when d.listed then d.source end as source,
            case when d.id is not null and d.listed then ${storedNames} end as stored_names,
            case when d.id is not null and d.listed then ${sourceNames} end as source_names
       from differing d left join work_staged s on s.source_key = d.source_key and s.stream = $3
      order by 1`,
    [branch.id, kind, stream, branch.projectId],
  );
  return { ...counts, differences: rows.map((row) => difference(row, stream, branch.scope)) };
}

const columnsOf = (alias: string): string => comparedColumns.map((name) => `${alias}.${name}`).join(', ');

const storedNames = `jsonb_build_object(
              'rule_id', (select r.source_key from code_quality.rules r where r.id = (d.stored ->> 'rule_id')::bigint),
              'path_id', (select p.path from code_quality.paths p where p.id = (d.stored ->> 'path_id')::bigint),
              'assignee_id', (select a.name from code_quality.authors a where a.id = (d.stored ->> 'assignee_id')::bigint),
              'author_id', (select a.name from code_quality.authors a where a.id = (d.stored ->> 'author_id')::bigint),
              'tag_ids', (select coalesce(jsonb_agg(t.name order by t.name), '[]') from code_quality.tags t
                           where t.id in (select e::integer from jsonb_array_elements_text(d.stored -> 'tag_ids') e)))`;

const sourceNames = `jsonb_build_object('rule_id', s.rule, 'path_id', s.path, 'assignee_id', s.assignee, 'author_id', s.author, 'tag_ids', s.tags)`;

function difference(row: Row, stream: FindingStream, scope: string): Difference {
  const place = { stream, scope, sourceKey: row.source_key };
  if (row.stored === null) return { ...place, kind: 'missing', fields: [] };
  if (row.source === null) return { ...place, kind: 'invented', fields: [] };
  const { stored, source } = row;
  const differing = comparedColumns.filter((name) => JSON.stringify(stored[name]) !== JSON.stringify(source[name]));
  const own = differing.filter((name) => !derived.has(name));
  const fields = (own.length > 0 ? own : differing).map((name) => ({
    name: shownNames[name] ?? name,
    stored: shown(row.stored_names?.[name] ?? (name.endsWith('_id') ? null : stored[name])),
    source: shown(row.source_names?.[name] ?? (name.endsWith('_id') ? null : source[name])),
  }));
  return { ...place, kind: 'changed', fields };
}
