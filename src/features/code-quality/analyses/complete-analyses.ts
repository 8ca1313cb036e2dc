import type { Tx } from '../../../platform/database/index.ts';

interface Completion {
  integrationId: number;
  projectId: number;
  /** e.g. `project:my-key`. */
  slice: string;
  runId: number;
}

/**
 * Each analysis with the fact a webhook delivered about it ($1 integration, $2 slice, $3 project). A branch may have been
 * renamed since, so the commit decides too; the name counts first, since two branches may share commit and second.
 *
 * A gate that was changed by hand shows in the answers only while its analysis is the newest: afterwards the history
 * tells how it was at first, and the fact how it was in the end (`settled`).
 */
const told = `
  select distinct on (a.id) a.id, a.revision, a.detected_ci, a.gate_status, a.gate_evaluated, a.changed_at, a.warnings,
         d.fact, d.changed_at as told_at,
         d.changed_at > a.analyzed_at and d.fact ->> 'gateStatus' is not null and exists (
           select from code_quality.analyses later where later.branch_id = a.branch_id and later.analyzed_at > a.analyzed_at
              and later.deleted_at is null) as settled
    from code_quality.analyses a
    join code_quality.branches b on b.id = a.branch_id
    join shared.delivered_facts d
      on d.integration_id = $1::bigint and d.slice = $2::text and d.stream = 'analyses'
     and d.about = to_char(a.analyzed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
     and case b.kind when 'pull_request' then d.subject = 'pull_request:' || b.name
              when 'companion' then d.subject = b.source_key
              else starts_with(d.subject, 'branch:') and coalesce(a.revision = d.fact ->> 'revision', true) end
   where a.project_id = $3::bigint and a.deleted_at is null
   order by a.id, d.subject = b.kind || ':' || b.name desc, d.changed_at desc, d.subject`;

/** What the fact makes of the analysis. The server's answers count more, where they say anything. */
const completed = `
  select t.id, t.settled, t.fact, t.gate_evaluated is null as unknown,
         coalesce(t.revision, t.fact ->> 'revision') as revision, coalesce(t.detected_ci, t.fact ->> 'detectedCi') as detected_ci,
         g.status as gate_status,
         case when g.status = t.fact ->> 'gateStatus' then t.told_at else t.changed_at end as changed_at,
         case when (t.settled or t.gate_evaluated is null) and jsonb_typeof(t.fact -> 'conditions') = 'array'
              then not exists (select from unnest(t.warnings) w where w ilike '%could not find ref%')
                   and exists (select from jsonb_array_elements(t.fact -> 'conditions') c where c ->> 'actualValue' is not null)
              else t.gate_evaluated end as gate_evaluated
    from (${told}) t
   cross join lateral (select case when t.settled then t.fact ->> 'gateStatus' else coalesce(t.gate_status, t.fact ->> 'gateStatus') end as status) g`;

/** Conditions of the facts as rows, with the metric they are about. */
const toldConditions = `
  select n.id as analysis_id, n.settled, n.unknown, m.id as metric_id, c.operator, c.threshold, c."actualValue" as actual_value, c.status
    from (${completed}) n
   cross join lateral jsonb_to_recordset(case when jsonb_typeof(n.fact -> 'conditions') = 'array' then n.fact -> 'conditions' else '[]' end)
      as c (metric text, operator text, threshold text, "actualValue" text, status text)
    join code_quality.metrics m on m.integration_id = $1::bigint and m.source_key = c.metric`;

/**
 * Adds to a project's analyses what only webhooks tell: the commit of a pull request's analysis, conditions without a
 * value, when a gate changed. Depends on which facts there are and on what the server answered, not on the order in
 * which they came. Returns how many analyses changed.
 */
export async function completeAnalyses(tx: Tx, completion: Completion): Promise<number> {
  const { integrationId, slice, projectId, runId } = completion;
  const values = [integrationId, slice, projectId];
  const { any } = await tx.one<{ any: boolean }>(
    `select exists (select from shared.delivered_facts where integration_id = $1 and slice = $2 and stream = 'analyses') as any`,
    [integrationId, slice],
  );
  if (!any) return 0;
  const conditions = await completeConditions(tx, values);
  const rows = await tx.query<{ id: number }>(
    `update code_quality.analyses a
        set revision = n.revision, detected_ci = n.detected_ci, gate_status = n.gate_status, changed_at = n.changed_at,
            gate_evaluated = n.gate_evaluated, synced_at = now(), run_id = $4::bigint
       from (${completed}) n
      where a.id = n.id
        and (row(a.revision, a.detected_ci, a.gate_status, a.changed_at, a.gate_evaluated)
             is distinct from row(n.revision, n.detected_ci, n.gate_status, n.changed_at, n.gate_evaluated)
             or a.id = any ($5::bigint[]))
      returning a.id`,
    [...values, runId, conditions],
  );
  return rows.length;
}

/** Ids of analyses whose conditions changed. Before their rows do: what a row does not know is told from it. */
async function completeConditions(tx: Tx, values: readonly unknown[]): Promise<number[]> {
  const same = `c.analysis_id = n.analysis_id and c.metric_id = n.metric_id and c.operator = n.operator
    and (c.threshold, c.actual_value, c.status) is not distinct from (n.threshold, n.actual_value, n.status)`;
  const dropped = await tx.query<{ analysis_id: number }>(
    `with n as materialized (${toldConditions})
     delete from code_quality.gate_conditions c using (select distinct analysis_id from n where settled) s
      where c.analysis_id = s.analysis_id and not exists (select from n where ${same})
     returning c.analysis_id`,
    values,
  );
  const added = await tx.query<{ analysis_id: number }>(
    `with n as materialized (${toldConditions})
     insert into code_quality.gate_conditions (analysis_id, metric_id, operator, threshold, actual_value, status)
     select n.analysis_id, n.metric_id, n.operator, n.threshold, n.actual_value, n.status from n
      where (n.settled or n.unknown or n.status = 'NO_VALUE')
        and not exists (select from code_quality.gate_conditions c where c.analysis_id = n.analysis_id and c.metric_id = n.metric_id)
      order by n.analysis_id, n.metric_id
     returning analysis_id`,
    values,
  );
  return [...new Set([...dropped, ...added].map((row) => row.analysis_id))];
}
