create view data.runs as
select r.id, r.integration_id, r.kind, r.status, r.requested_by, r.scan_from, r.scan_to, r.created_at, r.started_at, r.finished_at,
       extract(epoch from r.finished_at - r.started_at)::float8 as duration_seconds,
       (select coalesce(sum(t.retries), 0)::integer from ingestion.tasks t where t.run_id = r.id) as retries,
       r.error_code, r.error_message, r.error_upstream
  from ingestion.runs r
 where r.kind <> 'audit';
comment on view data.runs is 'One ingestion or aggregation of one integration over one scan range; what Monitoring lists.';
comment on column data.runs.id is 'Identity of the run.';
comment on column data.runs.integration_id is 'The integration, as in its address in the web application.';
comment on column data.runs.kind is 'Data retrieval process: backfill, full_sync, incremental_sync, webhook or aggregation.';
comment on column data.runs.status is 'pending, running, success, partial, failed or cancelled.';
comment on column data.runs.requested_by is 'schedule, or the name of the person or token that asked for it.';
comment on column data.runs.scan_from is 'Watermark used: changes before it were already stored. Null: everything was read.';
comment on column data.runs.scan_to is 'Newest source date among the records read. Null when nothing newer was found.';
comment on column data.runs.created_at is 'When it was asked for.';
comment on column data.runs.started_at is 'When its first task began.';
comment on column data.runs.finished_at is 'When its last task ended.';
comment on column data.runs.duration_seconds is 'From start to finish, in seconds.';
comment on column data.runs.retries is 'Restarts of its tasks.';
comment on column data.runs.error_code is 'Code of the first failure; the remedy is in the error table of the documentation.';
comment on column data.runs.error_message is 'Sentence of the first failure.';
comment on column data.runs.error_upstream is 'The outside system’s own words, at most 300 characters.';

create view data.run_tasks as
select t.id, t.run_id, t.integration_id, t.slice, t.phase as part,
       case when t.state in ('leased', 'staged') then 'running' else t.state end as status,
       t.retries, t.http_requests, t.http_retries, t.started_at, t.finished_at, t.error_code, t.error_message, t.error_upstream,
       c.source_count, c.stored_count, c.rows_changed, t.rows_gone, t.rows_held
  from ingestion.tasks t
  join ingestion.runs r on r.id = t.run_id and r.kind <> 'audit'
  left join lateral (
    select sum(source_count)::bigint as source_count, sum(stored_count) filter (where source_count is not null)::bigint as stored_count,
           sum(inserted + updated + gone)::bigint as rows_changed
      from ingestion.completeness where task_id = t.id and outcome = 'complete') c on true;
comment on view data.run_tasks is 'The part of a run that can be retried alone: one slice, such as a project with its branches, or a repository.';
comment on column data.run_tasks.id is 'Identity of the task.';
comment on column data.run_tasks.run_id is 'The run. [fk: runs.id]';
comment on column data.run_tasks.integration_id is 'The integration.';
comment on column data.run_tasks.slice is 'What it read: discovery, or one slice by its kind and key, such as repository:<name>.';
comment on column data.run_tasks.part is 'discovery lists, current reads how the slice stands, history reads its past, aggregate rebuilds roll-ups.';
comment on column data.run_tasks.status is 'pending, running, success, partial, failed or cancelled.';
comment on column data.run_tasks.retries is 'Restarts after a failure or a lost worker.';
comment on column data.run_tasks.http_requests is 'Requests sent to the outside system.';
comment on column data.run_tasks.http_retries is 'Requests sent again.';
comment on column data.run_tasks.started_at is 'When it was first claimed.';
comment on column data.run_tasks.finished_at is 'When it ended.';
comment on column data.run_tasks.error_code is 'Code of its failure.';
comment on column data.run_tasks.error_message is 'Sentence of its failure.';
comment on column data.run_tasks.error_upstream is 'The outside system’s own words.';
comment on column data.run_tasks.source_count is 'What the source said there is, over the streams that can be counted.';
comment on column data.run_tasks.stored_count is 'What was stored of those streams after the publish.';
comment on column data.run_tasks.rows_changed is 'Rows inserted, updated or marked as gone.';
comment on column data.run_tasks.rows_gone is 'Rows marked as gone.';
comment on column data.run_tasks.rows_held is 'Rows missing at the source that were not marked as gone, because it were too many at once.';

create view data.integration_health as
select h.integration_id, i.name as integration_name, i.kind as integration_kind, h.health, h.since, h.reasons
  from ingestion.health h
  join shared.integrations i on i.id = h.integration_id;
comment on view data.integration_health is 'How each integration does, from its runs of the last 7 days, its state and its credentials.';
comment on column data.integration_health.integration_id is 'The integration, as in its address in the web application.';
comment on column data.integration_health.integration_name is 'Its name.';
comment on column data.integration_health.integration_kind is 'Kind of system.';
comment on column data.integration_health.health is 'HEALTHY, NEEDS_ATTENTION, CRITICAL, OFFLINE_SATELLITE, PAUSED, UNKNOWN or DELETING.';
comment on column data.integration_health.since is 'Since when it is so.';
comment on column data.integration_health.reasons is 'Why: a list of objects with code and message.';

create view data.integration_health_changes as
select c.id, c.integration_id, c.before as health_before, c.health, c.reasons, c.changed_at
  from ingestion.health_changes c;
comment on view data.integration_health_changes is 'Every change of an integration’s health.';
comment on column data.integration_health_changes.id is 'Identity of the change.';
comment on column data.integration_health_changes.integration_id is 'The integration.';
comment on column data.integration_health_changes.health_before is 'Health until then; null for the first that was recorded.';
comment on column data.integration_health_changes.health is 'Health from then on.';
comment on column data.integration_health_changes.reasons is 'Why: a list of objects with code and message.';
comment on column data.integration_health_changes.changed_at is 'When it changed.';
