-- Twenty thousand waiting tasks of one host: a claim looks up the next one, and does not sort them all.
drop index ingestion.tasks_due;
create index tasks_due on ingestion.tasks (host_key, integration_id, priority, id) where state = 'pending';
create index tasks_open_of_slice on ingestion.tasks (integration_id, slice) where state in ('pending', 'leased');
create index tasks_open_of_run on ingestion.tasks (run_id, id) where state in ('pending', 'leased');

-- What a run came to is the sum of its tasks: twenty thousand rows are added up in milliseconds, their completeness is not.
alter table ingestion.tasks
  add column findings_stored bigint,
  add column findings_source bigint,
  add column findings_unproven integer not null default 0,
  add column rows_changed bigint not null default 0;
comment on column ingestion.tasks.findings_stored is 'Issues and hotspots stored after its publish; null when it read none.';
comment on column ingestion.tasks.findings_source is 'Issues and hotspots there were at the source, as far as it said.';
comment on column ingestion.tasks.findings_unproven is 'Listings of them that are not proven complete.';
comment on column ingestion.tasks.rows_changed is 'Rows its publish inserted, updated or marked as gone.';
update ingestion.tasks t
   set findings_stored = c.stored, findings_source = c.source, findings_unproven = c.unproven, rows_changed = c.changed
  from (select task_id,
               sum(stored_count) filter (where stream in ('issues', 'hotspots')) as stored,
               sum(source_count) filter (where stream in ('issues', 'hotspots')) as source,
               count(*) filter (where stream in ('issues', 'hotspots') and proof = 'unproven' and source_count is not null) as unproven,
               sum(inserted + updated + gone) as changed
          from ingestion.completeness where outcome = 'complete' group by task_id) c
 where c.task_id = t.id;
