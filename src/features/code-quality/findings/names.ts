import type { Tx } from '../../../platform/database/index.ts';
import type { FindingsOfSlice, Taken } from './staged-findings.ts';

/**
 * Adds what the staged records name and the store does not know yet: rules, people, tags, paths and metrics. `from`
 * holds the findings that are new or changed, and is read once.
 *
 * All but paths are shared by the projects of an integration, whose publishes run at the same time. Each table is
 * written once per publish, in this order and by key, so that two of them can wait for each other only in one
 * direction: each part counts the one before it, which PostgreSQL then ends first.
 */
export async function addNames(tx: Tx, slice: FindingsOfSlice, { from }: Taken): Promise<void> {
  await tx.execute(
    `with named as materialized (
       select distinct rule, author, assignee, path, tags from ${from('$3')} f),
     rules as (
       -- A rule gets a row with its key alone; what the stream of rules says fills it.
       insert into code_quality.rules (integration_id, source_key, name, repository, is_external)
       select $1::bigint, n.key, n.key, split_part(n.key, ':', 1), starts_with(n.key, 'external_')
         from (select rule as key from named
               union select source_key from shared.staged_records where task_id = $3 and stream = 'rules') n
        where n.key is not null and not exists (
              select from code_quality.rules r where r.integration_id = $1 and r.source_key = n.key)
        order by n.key on conflict do nothing returning 1),
     authors as (
       insert into code_quality.authors (integration_id, name)
       select $1::bigint, n.name
         from (select author as name from named union select assignee from named) n
        where n.name is not null and (select count(*) from rules) >= 0 and not exists (
              select from code_quality.authors a where a.integration_id = $1 and a.name = n.name)
        order by n.name on conflict do nothing returning 1),
     tags as (
       insert into code_quality.tags (integration_id, name)
       select $1::bigint, n.name
         from (select distinct unnest(tags) as name from (select distinct tags from named) sets) n
        where (select count(*) from authors) >= 0 and not exists (
              select from code_quality.tags t where t.integration_id = $1 and t.name = n.name)
        order by n.name on conflict do nothing returning 1)
     insert into code_quality.paths (project_id, path)
     select $2::bigint, n.path from (select distinct path from named) n
      where n.path is not null and (select count(*) from tags) >= 0 and not exists (
            select from code_quality.paths p where p.project_id = $2 and p.path = n.path)
      order by n.path on conflict do nothing`,
    [slice.integrationId, slice.projectId, slice.taskId],
  );
  await addMetrics(tx, slice);
}

/** Measures and gates may name a metric that the catalogue, read at another moment, does not. */
export async function addMetrics(tx: Tx, slice: FindingsOfSlice): Promise<void> {
  await tx.execute(
    `insert into code_quality.metrics (integration_id, source_key, name, type)
     select $1::bigint, n.key, n.key, 'unknown'
       from (select record ->> 'metric' as key from shared.staged_records where task_id = $2 and stream in ('measures', 'measure_history')
             union
             select c ->> 'metric' from shared.staged_records s cross join lateral jsonb_array_elements(nullif(s.record -> 'conditions', 'null')) c
              where s.task_id = $2 and s.stream in ('analyses', 'analysis_history')) n
      where n.key is not null and not exists (
            select from code_quality.metrics m where m.integration_id = $1 and m.source_key = n.key)
      order by n.key on conflict do nothing`,
    [slice.integrationId, slice.taskId],
  );
}
