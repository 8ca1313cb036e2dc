create schema ingestion;
comment on schema ingestion is 'Runs, leased tasks, staged records, cursors and completeness.';

create table ingestion.hosts (
  host_key text collate "C" primary key,
  slots integer not null default 4 check (slots between 1 and 64),
  paused_until timestamptz,
  last_served_at timestamptz not null default '-infinity',
  claims bigint not null default 0
);
comment on table ingestion.hosts is 'Per-host concurrency and pause, shared by all processes.';
comment on column ingestion.hosts.host_key is 'Scheme, host and port of the outside system.';
comment on column ingestion.hosts.slots is 'How many requests may be in flight to this host.';
comment on column ingestion.hosts.paused_until is 'No call before this time (after a 429).';
comment on column ingestion.hosts.claims is 'Claims so far; each eleventh serves the least urgent class.';
comment on column ingestion.hosts.last_served_at is 'When a task of this host was last claimed; the least recent host is served first.';

create table ingestion.schedules (
  integration_id bigint primary key,
  next_run_at timestamptz not null,
  interval_seconds integer not null default 900 check (interval_seconds >= 30),
  last_served_at timestamptz not null default '-infinity'
);
comment on table ingestion.schedules is 'The next planned run of each integration.';
comment on column ingestion.schedules.integration_id is 'The integration.';
comment on column ingestion.schedules.next_run_at is 'When the next run is due, jitter included.';
comment on column ingestion.schedules.last_served_at is 'When one of its tasks was last claimed.';
comment on column ingestion.schedules.interval_seconds is 'Time between two runs.';

create table ingestion.runs (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  kind text not null check (kind in ('backfill', 'full_sync', 'incremental_sync', 'webhook', 'repair', 'aggregation', 'audit')),
  status text not null check (status in ('pending', 'running', 'success', 'partial', 'failed', 'cancelled')),
  priority smallint not null default 3,
  requested_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  scan_from timestamptz,
  scan_to timestamptz,
  cancel_requested_at timestamptz,
  error_code text,
  error_message text,
  error_upstream text,
  full_listing boolean not null default false
);
create index on ingestion.runs (integration_id, id desc);
create index on ingestion.runs (status) where status in ('pending', 'running');
comment on table ingestion.runs is 'One ingestion or aggregation of one integration over one scan range; what Monitoring lists.';
comment on column ingestion.runs.id is 'Identity.';
comment on column ingestion.runs.integration_id is 'The integration.';
comment on column ingestion.runs.kind is 'Data retrieval process; an audit only compares and is not listed in Monitoring.';
comment on column ingestion.runs.status is 'State of the run.';
comment on column ingestion.runs.priority is '0 a person waits, 1 webhook, 3 schedule, 5 audit and backfill.';
comment on column ingestion.runs.requested_by is 'schedule, the actor’s name, or the room that asked.';
comment on column ingestion.runs.created_at is 'When it was asked for.';
comment on column ingestion.runs.started_at is 'When its first task was claimed.';
comment on column ingestion.runs.finished_at is 'When its last task ended.';
comment on column ingestion.runs.scan_from is 'Watermark used: nothing older was asked for.';
comment on column ingestion.runs.scan_to is 'Newest date read.';
comment on column ingestion.runs.cancel_requested_at is 'When a person asked to cancel it.';
comment on column ingestion.runs.error_code is 'Code of the first failure.';
comment on column ingestion.runs.error_message is 'Sentence of the first failure.';
comment on column ingestion.runs.error_upstream is 'The outside system’s own words.';
comment on column ingestion.runs.full_listing is 'True when every slice is read whatever discovery says.';

create table ingestion.tasks (
  id bigint generated always as identity primary key,
  run_id bigint not null references ingestion.runs (id) on delete cascade,
  integration_id bigint not null,
  slice text collate "C" not null,
  part text not null check (part in ('discovery', 'current', 'history', 'audit', 'aggregate')),
  host_key text collate "C" not null,
  priority smallint not null,
  state text not null default 'pending' check (state in ('pending', 'leased', 'success', 'partial', 'failed', 'cancelled')),
  generation bigint not null default 0,
  not_before timestamptz not null default '-infinity',
  holder text,
  lease_until timestamptz,
  fence integer not null default 0,
  slots integer not null default 1,
  retries integer not null default 0,
  http_requests bigint not null default 0,
  http_retries bigint not null default 0,
  checkpoint jsonb not null default '{}',
  staged bigint not null default 0,
  stage_name text,
  done bigint not null default 0,
  total bigint,
  newest_at timestamptz,
  error_code text,
  error_message text,
  error_upstream text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index on ingestion.tasks (run_id);
create index tasks_due on ingestion.tasks (host_key, priority, id) where state = 'pending';
create index tasks_leased on ingestion.tasks (host_key) where state = 'leased';
create unique index tasks_one_lease on ingestion.tasks (integration_id, slice, part) where state = 'leased';
comment on table ingestion.tasks is 'The part of a run that can be retried alone, leased to one worker at a time.';
comment on column ingestion.tasks.id is 'Identity.';
comment on column ingestion.tasks.run_id is 'The run.';
comment on column ingestion.tasks.integration_id is 'The integration.';
comment on column ingestion.tasks.slice is 'What it reads: discovery, or e.g. project:<key>.';
comment on column ingestion.tasks.part is 'discovery, current, history, audit or aggregate.';
comment on column ingestion.tasks.host_key is 'The host it calls, for concurrency.';
comment on column ingestion.tasks.priority is 'Smaller is more urgent.';
comment on column ingestion.tasks.state is 'State of the task.';
comment on column ingestion.tasks.generation is 'Generation of the want that the claim saw.';
comment on column ingestion.tasks.not_before is 'Not claimed before this time (backoff).';
comment on column ingestion.tasks.holder is 'Worker that holds the lease.';
comment on column ingestion.tasks.lease_until is 'When the lease ends unless renewed.';
comment on column ingestion.tasks.fence is 'Rises with each claim; writes of an older holder are refused.';
comment on column ingestion.tasks.slots is 'Requests in flight it may have.';
comment on column ingestion.tasks.retries is 'Restarts after a failure or a lost lease.';
comment on column ingestion.tasks.http_requests is 'Requests sent.';
comment on column ingestion.tasks.http_retries is 'Requests sent again.';
comment on column ingestion.tasks.checkpoint is 'Per stream and scope how far staging got.';
comment on column ingestion.tasks.staged is 'Records staged so far; compared with the stage after a crash.';
comment on column ingestion.tasks.stage_name is 'What it is doing, for progress.';
comment on column ingestion.tasks.done is 'Done so far, for progress.';
comment on column ingestion.tasks.total is 'Expected in all, where known.';
comment on column ingestion.tasks.newest_at is 'Newest source date among its records.';
comment on column ingestion.tasks.error_code is 'Code of its failure.';
comment on column ingestion.tasks.error_message is 'Sentence of its failure.';
comment on column ingestion.tasks.error_upstream is 'The outside system’s own words.';
comment on column ingestion.tasks.created_at is 'When it was made.';
comment on column ingestion.tasks.started_at is 'When it was first claimed.';
comment on column ingestion.tasks.finished_at is 'When it ended.';

create unlogged table ingestion.stage (
  task_id bigint not null,
  stream text collate "C" not null,
  scope text collate "C" not null,
  seq bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  record jsonb not null
);
create index on ingestion.stage (task_id, stream, scope);
comment on table ingestion.stage is 'Parsed records between reading and publishing; unlogged, rebuilt by reading again.';
comment on column ingestion.stage.task_id is 'The task that staged it.';
comment on column ingestion.stage.stream is 'Stream of the connector.';
comment on column ingestion.stage.scope is 'Scope inside the slice, e.g. a branch key.';
comment on column ingestion.stage.seq is 'Order of staging; of a key staged twice the higher counts.';
comment on column ingestion.stage.source_key is 'The record’s identity inside its scope.';
comment on column ingestion.stage.row_hash is 'Hash over the record and the hash version.';
comment on column ingestion.stage.record is 'The record.';

create table ingestion.sync_wants (
  integration_id bigint not null,
  slice text collate "C" not null,
  part text not null,
  wanted_generation bigint not null default 1,
  done_generation bigint not null default 0,
  priority smallint not null,
  reasons text[] not null default '{}',
  not_before timestamptz not null default '-infinity',
  version text,
  touched_at text,
  primary key (integration_id, slice, part)
);
comment on table ingestion.sync_wants is 'What should be read: a row, not an event. Due while wanted_generation > done_generation.';
comment on column ingestion.sync_wants.integration_id is 'The integration.';
comment on column ingestion.sync_wants.slice is 'What is wanted.';
comment on column ingestion.sync_wants.part is 'current or history.';
comment on column ingestion.sync_wants.wanted_generation is 'Rises with each reason to read it.';
comment on column ingestion.sync_wants.done_generation is 'The generation the last publish answered.';
comment on column ingestion.sync_wants.priority is 'The most urgent reason’s priority.';
comment on column ingestion.sync_wants.reasons is 'Why it is wanted.';
comment on column ingestion.sync_wants.not_before is 'Not before this time.';
comment on column ingestion.sync_wants.version is 'Version discovery saw; becomes the slice’s cursor in the publish.';
comment on column ingestion.sync_wants.touched_at is 'Newest change discovery saw; becomes the slice’s cursor in the publish.';

create table ingestion.slices (
  integration_id bigint not null,
  slice text collate "C" not null,
  version text,
  touched_at text,
  current_published_at timestamptz,
  history_published_at timestamptz,
  absence_held_at timestamptz,
  absence_fingerprint text,
  primary key (integration_id, slice)
);
comment on table ingestion.slices is 'Where each slice stands; moves only in a publish.';
comment on column ingestion.slices.integration_id is 'The integration.';
comment on column ingestion.slices.slice is 'The slice.';
comment on column ingestion.slices.version is 'Version of the source at the last publish.';
comment on column ingestion.slices.touched_at is 'Newest change covered by the last publish.';
comment on column ingestion.slices.current_published_at is 'Last publish of how it stands now.';
comment on column ingestion.slices.history_published_at is 'Last publish of its past.';
comment on column ingestion.slices.absence_held_at is 'Since when a large disappearance is held back.';
comment on column ingestion.slices.absence_fingerprint is 'What disappeared, to recognise the same listing an hour later.';

create table ingestion.cursors (
  integration_id bigint not null,
  name text collate "C" not null,
  value text not null,
  primary key (integration_id, name)
);
comment on table ingestion.cursors is 'Named values of discovery, handed back to the next one.';
comment on column ingestion.cursors.integration_id is 'The integration.';
comment on column ingestion.cursors.name is 'Name given by the connector.';
comment on column ingestion.cursors.value is 'Opaque value.';

create table ingestion.completeness (
  id bigint generated always as identity primary key,
  task_id bigint not null references ingestion.tasks (id) on delete cascade,
  integration_id bigint not null,
  slice text collate "C" not null,
  scope text collate "C" not null,
  stream text collate "C" not null,
  outcome text not null check (outcome in ('complete', 'unavailable')),
  source_count bigint,
  stored_count bigint not null,
  inserted bigint not null default 0,
  updated bigint not null default 0,
  gone bigint not null default 0,
  set_aside bigint not null default 0,
  method text not null,
  proof text not null check (proof in ('key_set', 'counts_equal', 'unproven')),
  source_moved boolean not null default false,
  held boolean not null default false,
  error_code text,
  error_upstream text,
  measured_at timestamptz not null default now()
);
create index on ingestion.completeness (task_id);
create index on ingestion.completeness (integration_id, slice, stream, scope, id desc);
comment on table ingestion.completeness is 'Per publish, stream and scope: what the source said there is and what was stored.';
comment on column ingestion.completeness.id is 'Identity.';
comment on column ingestion.completeness.task_id is 'The task.';
comment on column ingestion.completeness.integration_id is 'The integration.';
comment on column ingestion.completeness.slice is 'The slice.';
comment on column ingestion.completeness.scope is 'The scope inside the slice.';
comment on column ingestion.completeness.stream is 'The stream.';
comment on column ingestion.completeness.outcome is 'complete, or unavailable to this token or through this network.';
comment on column ingestion.completeness.source_count is 'What the source said there is; null where it says nothing.';
comment on column ingestion.completeness.stored_count is 'Rows without deleted_at after the publish.';
comment on column ingestion.completeness.inserted is 'New rows.';
comment on column ingestion.completeness.updated is 'Changed rows.';
comment on column ingestion.completeness.gone is 'Rows marked as gone.';
comment on column ingestion.completeness.set_aside is 'Records that did not parse.';
comment on column ingestion.completeness.method is 'How it was listed.';
comment on column ingestion.completeness.proof is 'How certain it is that the listing held everything.';
comment on column ingestion.completeness.source_moved is 'True when it was analysed during the listing.';
comment on column ingestion.completeness.held is 'True when a large disappearance was held back.';
comment on column ingestion.completeness.error_code is 'Why it is unavailable.';
comment on column ingestion.completeness.error_upstream is 'The outside system’s own words.';
comment on column ingestion.completeness.measured_at is 'When.';

create table ingestion.set_aside (
  id bigint generated always as identity primary key,
  task_id bigint not null references ingestion.tasks (id) on delete cascade,
  integration_id bigint not null,
  slice text collate "C" not null,
  stream text collate "C" not null,
  scope text collate "C" not null,
  reason text not null,
  redacted_text text not null,
  created_at timestamptz not null default now()
);
create index on ingestion.set_aside (task_id);
comment on table ingestion.set_aside is 'Records that did not parse, with their redacted text; they count as not stored.';
comment on column ingestion.set_aside.id is 'Identity.';
comment on column ingestion.set_aside.task_id is 'The task.';
comment on column ingestion.set_aside.integration_id is 'The integration.';
comment on column ingestion.set_aside.slice is 'The slice.';
comment on column ingestion.set_aside.stream is 'The stream.';
comment on column ingestion.set_aside.scope is 'The scope.';
comment on column ingestion.set_aside.reason is 'Why it did not parse.';
comment on column ingestion.set_aside.redacted_text is 'Its text without secrets, cut to 4,000 characters.';
comment on column ingestion.set_aside.created_at is 'When.';

create table ingestion.audits (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  run_id bigint references ingestion.runs (id) on delete set null,
  requested_by text not null,
  status text not null check (status in ('running', 'equal', 'different', 'failed', 'cancelled')),
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index on ingestion.audits (integration_id, id desc);
comment on table ingestion.audits is 'Comparisons of the store with the server.';
comment on column ingestion.audits.id is 'Identity.';
comment on column ingestion.audits.integration_id is 'The integration.';
comment on column ingestion.audits.run_id is 'The run whose tasks compare.';
comment on column ingestion.audits.requested_by is 'Who asked.';
comment on column ingestion.audits.status is 'running, equal, different, failed or cancelled.';
comment on column ingestion.audits.created_at is 'When it was asked for.';
comment on column ingestion.audits.finished_at is 'When it ended.';

create table ingestion.audit_scopes (
  id bigint generated always as identity primary key,
  audit_id bigint not null references ingestion.audits (id) on delete cascade,
  slice text collate "C" not null,
  stream text collate "C" not null,
  scope text collate "C" not null,
  label text not null,
  source bigint not null,
  stored bigint not null,
  retained bigint not null,
  method text not null,
  proof text not null,
  differences jsonb not null default '[]',
  difference_count bigint not null default 0
);
create index on ingestion.audit_scopes (audit_id);
comment on table ingestion.audit_scopes is 'What an audit found per project, branch and stream.';
comment on column ingestion.audit_scopes.id is 'Identity.';
comment on column ingestion.audit_scopes.audit_id is 'The audit.';
comment on column ingestion.audit_scopes.slice is 'The slice, e.g. project:<key>.';
comment on column ingestion.audit_scopes.stream is 'The stream compared.';
comment on column ingestion.audit_scopes.scope is 'The scope, e.g. a branch key.';
comment on column ingestion.audit_scopes.label is 'Reader’s name of the scope.';
comment on column ingestion.audit_scopes.source is 'What the server holds.';
comment on column ingestion.audit_scopes.stored is 'Rows without deleted_at.';
comment on column ingestion.audit_scopes.retained is 'Rows the server has dropped and we kept.';
comment on column ingestion.audit_scopes.method is 'How the server was asked.';
comment on column ingestion.audit_scopes.proof is 'How certain the server’s listing is.';
comment on column ingestion.audit_scopes.differences is 'The first 1,000 differences.';
comment on column ingestion.audit_scopes.difference_count is 'All differences.';
