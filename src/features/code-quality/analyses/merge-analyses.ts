import type { Tx } from '../../../platform/database/index.ts';
import type { PublishContext, ScopeComparison, StreamOutcome } from '../../ingestion/sink.ts';
import type { BranchKind } from '../slice.ts';
import { type DifferingRow, type ListingSpec, newestStagedOfScope, toDifferences } from '../../ingestion/index.ts';

interface AnalysisScope {
  taskId: number;
  stream: 'analyses' | 'analysis_history';
  scope: string;
  integrationId: number;
  projectId: number;
  branchId: number;
  runId: number;
  branchKind: BranchKind;
  trustHashes: boolean;
}

/** Analyses of one branch with the conditions of their gates. Those that housekeeping drops at the source stay. */
export function analysisListing(branch: {
  id: number;
  projectId: number;
  kind: BranchKind;
  stream: AnalysisScope['stream'];
}): ListingSpec {
  const place = (context: PublishContext, outcome: StreamOutcome): AnalysisScope => ({
    taskId: context.taskId,
    stream: branch.stream,
    scope: outcome.scope,
    integrationId: context.integrationId,
    projectId: branch.projectId,
    branchId: branch.id,
    runId: context.runId,
    branchKind: branch.kind,
    trustHashes: context.trustHashes,
  });
  return {
    write: (context, outcome) => writeAnalyses(context.tx, place(context, outcome)),
    stored: (context, outcome) => countStored(context.tx, place(context, outcome)),
  };
}

/** What was read of an analysis while it was the newest says more than what its history says later. */
const detailOf = { analyses: 2, analysis_history: 1 } as const;

const columns = [
  'analyzed_at',
  'revision',
  'project_version',
  'build_string',
  'detected_ci',
  'gate_status',
  'gate_evaluated',
  'ignored_conditions',
  'warnings',
] as const;

/** A gate evaluated something when a condition had a value and its base was known. Null where conditions are unknown. */
const evaluated = `case when r.conditions is null or jsonb_typeof(r.conditions) = 'null' then null
       when jsonb_array_length(r.warnings) > 0 and r.warnings::text ilike '%could not find ref%' then false
       else exists (select from jsonb_array_elements(r.conditions) c where c ->> 'actualValue' is not null) end`;

/** The staged records as rows, with the newest of each key. */
const expanded = `(
    select s.source_key, s.row_hash, s.record, r."analyzedAt" as analyzed_at, r.revision, r."projectVersion" as project_version,
           r."buildString" as build_string, r."detectedCi" as detected_ci, r."gateStatus" as gate_status, ${evaluated} as gate_evaluated,
           r."ignoredConditions" as ignored_conditions,
           (select coalesce(array_agg(w), '{}') from jsonb_array_elements_text(r.warnings) w) as warnings
      from (${newestStagedOfScope}) s
     cross join lateral jsonb_to_record(s.record) as r ("analyzedAt" timestamptz, revision text, "projectVersion" text, "buildString" text,
           "detectedCi" text, "gateStatus" text, "ignoredConditions" boolean, conditions jsonb, warnings jsonb)) n`;

/** Conditions as one text each, whatever their order. */
const storedConditions = `(
  select jsonb_agg(concat_ws(' ', m.source_key, c.operator, coalesce(c.threshold, '-'), coalesce(c.actual_value, '-'), c.status) order by m.source_key, c.id)
    from code_quality.gate_conditions c join code_quality.metrics m on m.id = c.metric_id where c.analysis_id = t.id)`;
const stagedConditions = `(
  select jsonb_agg(concat_ws(' ', c.metric, c.operator, coalesce(c.threshold, '-'), coalesce(c."actualValue", '-'), c.status) order by c.metric, c.place)
    from rows from (jsonb_to_recordset(nullif(n.record -> 'conditions', 'null')) as (metric text, operator text, threshold text, "actualValue" text, status text))
         with ordinality as c (metric, operator, threshold, "actualValue", status, place))`;

async function writeAnalyses(tx: Tx, scope: AnalysisScope): Promise<{ inserted: number; updated: number }> {
  const detail = detailOf[scope.stream];
  const values = [scope.taskId, scope.stream, scope.scope, scope.branchId];
  const differs = scope.trustHashes
    ? 't.row_hash <> n.row_hash'
    : `(row(${columns.map((name) => `t.${name}`).join(', ')}) is distinct from row(${columns.map((name) => `n.${name}`).join(', ')})
       or ${storedConditions} is distinct from ${stagedConditions})`;
  const changed = await tx.query<{ id: number; source_key: string }>(
    `update code_quality.analyses t
        set ${columns.map((name) => `${name} = n.${name}`).join(', ')}, detail = ${detail}, row_hash = n.row_hash, deleted_at = null,
            changed_at = case when t.gate_status is distinct from n.gate_status and t.detail = ${detail} then now() else t.changed_at end,
            synced_at = now(), run_id = $5::bigint
       from ${expanded}
      where t.branch_id = $4::bigint and t.source_key = n.source_key and t.detail <= ${detail} and (${differs} or t.detail < ${detail})
     returning t.id, t.source_key`,
    [...values, scope.runId],
  );
  const added = await tx.query<{ id: number; source_key: string }>(
    `insert into code_quality.analyses (integration_id, project_id, branch_id, source_key, row_hash, changed_at, scope, detail, run_id, ${columns.join(', ')})
     select $6::bigint, $7::bigint, $4::bigint, n.source_key, n.row_hash, n.analyzed_at, $8::text, ${detail}, $5::bigint, ${columns.map((name) => `n.${name}`).join(', ')}
       from ${expanded}
      where not exists (select from code_quality.analyses t where t.branch_id = $4::bigint and t.source_key = n.source_key)
      order by n.analyzed_at, n.source_key
     returning id, source_key`,
    [...values, scope.runId, scope.integrationId, scope.projectId, scope.branchKind],
  );
  await replaceConditions(
    tx,
    scope,
    [...changed, ...added].map((row) => row.id),
  );
  return { inserted: added.length, updated: changed.length };
}

/** A listing names only the newest analysis, or those in range: of these as many must be stored as the source has. */
async function countStored(tx: Tx, scope: AnalysisScope): Promise<number> {
  const { stored } = await tx.one<{ stored: number }>(
    `select count(*) as stored from (${newestStagedOfScope}) s
       join code_quality.analyses a on a.branch_id = $4::bigint and a.source_key = s.source_key and a.deleted_at is null`,
    [scope.taskId, scope.stream, scope.scope, scope.branchId],
  );
  return stored;
}

async function replaceConditions(tx: Tx, scope: AnalysisScope, analysisIds: readonly number[]): Promise<void> {
  if (analysisIds.length === 0) return;
  const conditions = `(
    select a.id as analysis_id, c.* from (${newestStagedOfScope}) s
      join code_quality.analyses a on a.branch_id = $4::bigint and a.source_key = s.source_key and a.id = any ($5::bigint[])
     cross join lateral jsonb_to_recordset(nullif(s.record -> 'conditions', 'null')) as c (metric text, operator text, threshold text, "actualValue" text, status text)) n`;
  const values = [scope.taskId, scope.stream, scope.scope, scope.branchId, analysisIds];
  await tx.execute('delete from code_quality.gate_conditions where analysis_id = any ($1)', [analysisIds]);
  await tx.execute(
    `insert into code_quality.gate_conditions (analysis_id, metric_id, operator, threshold, actual_value, status)
     select n.analysis_id, m.id, n.operator, n.threshold, n."actualValue", n.status
       from ${conditions} join code_quality.metrics m on m.integration_id = $6::bigint and m.source_key = n.metric
      order by n.analysis_id, n.metric`,
    [...values, scope.integrationId],
  );
}

const comparedColumns = [...columns, 'conditions'];

/** Compares what the server says of some analyses with the store; older ones, which a listing leaves out, do not count. */
export async function compareAnalyses(
  tx: Tx,
  scope: { taskId: number; stream: string; scope: string; branchId: number },
): Promise<Pick<ScopeComparison, 'source' | 'stored' | 'retained' | 'differences'>> {
  // Where a webhook told what the answers leave out, only what the answers say is compared.
  const source = columns.map(
    (name) => `case when f.told then coalesce(n.${name}, t.${name}) else n.${name} end as ${name}`,
  );
  const valued = (conditions: string): string =>
    `(select jsonb_agg(c) from jsonb_array_elements(${conditions}) c where not f.told or c #>> '{}' not like '% NO\\_VALUE')`;
  const rows = await tx.query<DifferingRow & { differs: boolean }>(
    `select x.*, x.stored is null or x.same is not true or x.stored -> 'conditions' is distinct from x.source -> 'conditions' as differs
       from (select n.source_key, row(${columns.map((name) => `t.${name}`).join(', ')}) is not distinct from row(${columns.map((name) => `s.${name}`).join(', ')}) as same,
                    case when t.id is not null then to_jsonb(t) || jsonb_build_object('conditions', ${valued(storedConditions)}) end as stored,
                    to_jsonb(n) || to_jsonb(s) || jsonb_build_object('conditions', ${valued(stagedConditions)}) as source
               from ${expanded} left join code_quality.analyses t on t.branch_id = $4 and t.source_key = n.source_key and t.deleted_at is null
              cross join lateral (select exists (
                select from shared.delivered_facts d join code_quality.projects p on p.id = t.project_id
                 where d.integration_id = t.integration_id and d.slice = 'project:' || p.source_key and d.stream = 'analyses'
                   and d.about = n.record ->> 'analyzedAt') as told) f
              cross join lateral (select ${source.join(', ')}) s) x
      order by x.source_key`,
    [scope.taskId, scope.stream, scope.scope, scope.branchId],
  );
  return {
    source: rows.length,
    stored: rows.filter((row) => row.stored !== null).length,
    retained: 0,
    differences: toDifferences(
      { stream: scope.stream, scope: scope.scope },
      comparedColumns,
      rows.filter((row) => row.differs),
    ),
  };
}
