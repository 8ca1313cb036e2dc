create table ingestion.scope_marks (
  integration_id bigint not null,
  slice text collate "C" not null,
  stream text collate "C" not null,
  scope text collate "C" not null,
  value jsonb not null,
  memory bytea,
  hash_version integer not null,
  touched_at text,
  polled_at timestamptz,
  saved_at timestamptz not null default now(),
  primary key (integration_id, slice, stream, scope)
);
alter table ingestion.scope_marks alter column memory set storage external;
comment on table ingestion.scope_marks is 'Where the last reading of a scope left off, so that the next one asks only for what changed since.';
comment on column ingestion.scope_marks.integration_id is 'The integration.';
comment on column ingestion.scope_marks.slice is 'The slice, e.g. project:<key>.';
comment on column ingestion.scope_marks.stream is 'Stream of the connector.';
comment on column ingestion.scope_marks.scope is 'Scope inside the slice, e.g. a branch key.';
comment on column ingestion.scope_marks.value is 'The connector’s own note.';
comment on column ingestion.scope_marks.memory is 'Digests of what was listed, where the connector keeps them.';
comment on column ingestion.scope_marks.hash_version is 'Shape of the records then; a mark of another shape is not built upon.';
comment on column ingestion.scope_marks.touched_at is 'Newest change a poll has seen.';
comment on column ingestion.scope_marks.polled_at is 'When the scope was polled last.';
comment on column ingestion.scope_marks.saved_at is 'When the reading was published.';

alter table ingestion.schedules
  add column next_audit_at timestamptz,
  add column audit_time text,
  add column blackout_until timestamptz;
comment on column ingestion.schedules.next_audit_at is 'When the next audit is due; null without one.';
comment on column ingestion.schedules.audit_time is 'The setting next_audit_at was computed from.';
comment on column ingestion.schedules.blackout_until is 'End of the blackout window that holds now; null outside of them.';

alter table ingestion.tasks drop constraint tasks_part_check;
alter table ingestion.tasks add constraint tasks_part_check
  check (part in ('discovery', 'current', 'history', 'count', 'audit', 'aggregate'));
comment on column ingestion.tasks.part is 'discovery, current, history, count, audit or aggregate.';

alter table ingestion.audits add column depth text not null default 'everything' check (depth in ('counts', 'everything'));
comment on column ingestion.audits.depth is 'counts compares counts by status, and row by row where they differ; everything compares every row.';

alter table ingestion.audit_scopes
  add column behind boolean not null default false,
  add column repaired_at timestamptz,
  add column repair_run_id bigint;
comment on column ingestion.audit_scopes.behind is 'True when the scope changed at the source since its last sync: a difference then says nothing.';
comment on column ingestion.audit_scopes.repaired_at is 'When the slice was read whole and published after the difference was found.';
comment on column ingestion.audit_scopes.repair_run_id is 'The run that did so.';
create index audit_scopes_to_repair on ingestion.audit_scopes (slice) where difference_count > 0 and repaired_at is null;
create index audit_scopes_of_scope on ingestion.audit_scopes (slice, stream, scope, id desc);
