import type { Tx } from '../../../platform/database/index.ts';
import type { FindingsOfSlice } from './staged-findings.ts';

/**
 * Adds what the staged records name and the store does not know yet: rules, metrics, people, tags and paths.
 *
 * All but paths are shared by the projects of an integration, whose publishes run at the same time. Each table is
 * written once per publish, in this order and by key, so that two of them can wait for each other only in one
 * direction. `work_staged` holds the findings that are new or changed.
 */
export async function addNames(tx: Tx, slice: FindingsOfSlice): Promise<void> {
  await addRules(tx, slice);
  await addMetrics(tx, slice);
  await tx.execute(
    `insert into code_quality.authors (integration_id, name)
     select $1::bigint, n.name
       from (select author as name from work_staged union select assignee from work_staged) n
      where n.name is not null and not exists (
            select from code_quality.authors a where a.integration_id = $1 and a.name = n.name)
      order by n.name on conflict do nothing`,
    [slice.integrationId],
  );
  await tx.execute(
    `insert into code_quality.tags (integration_id, name)
     select $1::bigint, n.name
       from (select distinct unnest(tags) as name from (select distinct tags from work_staged) sets) n
      where not exists (select from code_quality.tags t where t.integration_id = $1 and t.name = n.name)
      order by n.name on conflict do nothing`,
    [slice.integrationId],
  );
  await tx.execute(
    `insert into code_quality.paths (project_id, path)
     select $1::bigint, n.path from (select distinct path from work_staged) n
      where n.path is not null and not exists (select from code_quality.paths p where p.project_id = $1 and p.path = n.path)
      order by n.path on conflict do nothing`,
    [slice.projectId],
  );
}

/** A rule gets a row with its key alone; what the stream of rules says fills it. */
async function addRules(tx: Tx, slice: FindingsOfSlice): Promise<void> {
  await tx.execute(
    `insert into code_quality.rules (integration_id, source_key, name, repository, is_external)
     select $1::bigint, n.key, n.key, split_part(n.key, ':', 1), starts_with(n.key, 'external_')
       from (select rule as key from work_staged
             union select source_key from ingestion.stage where task_id = $2 and stream = 'rules') n
      where n.key is not null and not exists (
            select from code_quality.rules r where r.integration_id = $1 and r.source_key = n.key)
      order by n.key on conflict do nothing`,
    [slice.integrationId, slice.taskId],
  );
}

/** Measures and gates may name a metric that the catalogue, read at another moment, does not. */
export async function addMetrics(tx: Tx, slice: FindingsOfSlice): Promise<void> {
  await tx.execute(
    `insert into code_quality.metrics (integration_id, source_key, name, type)
     select $1::bigint, n.key, n.key, 'unknown'
       from (select record ->> 'metric' as key from ingestion.stage where task_id = $2 and stream in ('measures', 'measure_history')
             union
             select c ->> 'metric' from ingestion.stage s cross join lateral jsonb_array_elements(nullif(s.record -> 'conditions', 'null')) c
              where s.task_id = $2 and s.stream in ('analyses', 'analysis_history')) n
      where n.key is not null and not exists (
            select from code_quality.metrics m where m.integration_id = $1 and m.source_key = n.key)
      order by n.key on conflict do nothing`,
    [slice.integrationId, slice.taskId],
  );
}
