-- What a reading says beside its records lies in the stage as well: whoever knows the task can publish it.
create unlogged table ingestion.staged_events (
  task_id bigint not null,
  seq bigint not null,
  stream text collate "C" not null,
  scope text collate "C" not null,
  events json not null,
  bytes bytea
);
create index on ingestion.staged_events (task_id);
comment on table ingestion.staged_events is 'What readings said beside their records, until they are published; unlogged, rebuilt by reading again.';
comment on column ingestion.staged_events.task_id is 'The task that staged it.';
comment on column ingestion.staged_events.seq is 'Order of staging.';
comment on column ingestion.staged_events.stream is 'Stream it is about; empty for what is of no stream.';
comment on column ingestion.staged_events.scope is 'Scope it is about.';
comment on column ingestion.staged_events.events is 'Events in the words of the contract of connectors.';
comment on column ingestion.staged_events.bytes is 'Bytes of the one event of the row, where it has some.';

-- Checkpoints of before name listings as done whose end was never staged.
update ingestion.tasks set checkpoint = '{}', stage_epoch = null where state in ('pending', 'leased');

alter table ingestion.tasks
  drop constraint tasks_state_check,
  add constraint tasks_state_check check (state in ('pending', 'leased', 'staged', 'success', 'partial', 'failed', 'cancelled')),
  add column stage_hash_version integer,
  add column reading jsonb;
comment on column ingestion.tasks.state is 'pending, leased, staged (read whole, and waiting to be published), or how it ended.';
comment on column ingestion.tasks.stage_hash_version is 'Version of the records’ shape in which it staged.';
comment on column ingestion.tasks.reading is 'What was asked and how much of it was staged, once everything was read; null before. Whoever leases it then publishes it.';

-- A slice whose reading waits for its publish is not read a second time meanwhile.
drop index ingestion.tasks_one_lease;
create unique index tasks_one_lease on ingestion.tasks (integration_id, slice, part) where state in ('leased', 'staged');
drop index ingestion.tasks_open_of_slice;
create index tasks_open_of_slice on ingestion.tasks (integration_id, slice) where state in ('pending', 'leased', 'staged');
drop index ingestion.tasks_open_of_run;
create index tasks_open_of_run on ingestion.tasks (run_id, id) where state in ('pending', 'leased', 'staged');
create index tasks_staged on ingestion.tasks (priority, id) where state = 'staged';
