create schema operations;
comment on schema operations is 'Processes of the hub, retention and rotation of the master key.';

create table operations.processes (
  id uuid primary key,
  role text collate "C" not null check (role in ('all', 'web', 'worker')),
  version text collate "C" not null,
  host text not null,
  pid integer not null,
  address text,
  key_ids text[] not null default '{}',
  facts jsonb not null default '{}',
  started_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  ended_at timestamptz
);
create index on operations.processes (last_seen_at);
comment on table operations.processes is 'Processes of this installation, each with a heartbeat. One that was killed stays until it is forgotten.';
comment on column operations.processes.id is 'Made by the process at its start.';
comment on column operations.processes.role is 'all, web or worker.';
comment on column operations.processes.version is 'Version of the program.';
comment on column operations.processes.host is 'Name of its machine.';
comment on column operations.processes.pid is 'Its process id there.';
comment on column operations.processes.address is 'Where it answers: pages and API, or a worker’s probes.';
comment on column operations.processes.key_ids is 'Ids of the master keys it holds; never a key.';
comment on column operations.processes.facts is 'What it knows of its machine at its last heartbeat: memory, disk, clock.';
comment on column operations.processes.started_at is 'When it started.';
comment on column operations.processes.last_seen_at is 'Last heartbeat, by the database’s clock.';
comment on column operations.processes.ended_at is 'When it stopped in order; null while it runs and when it was killed.';

create table operations.retention (
  subject text collate "C" primary key,
  days integer not null check (days >= 1),
  updated_at timestamptz not null default now(),
  updated_by text not null
);
comment on table operations.retention is 'For how long things are kept, where a person changed it; what is missing has its default.';
comment on column operations.retention.subject is 'What it is about, e.g. runs.';
comment on column operations.retention.days is 'Kept for this many days.';
comment on column operations.retention.updated_at is 'When it was changed.';
comment on column operations.retention.updated_by is 'By whom.';

create table operations.retention_runs (
  id bigint generated always as identity primary key,
  subject text collate "C" not null,
  days integer not null,
  before timestamptz not null,
  dropped bigint not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  error_code text
);
create index on operations.retention_runs (subject, id desc);
comment on table operations.retention_runs is 'What retention dropped.';
comment on column operations.retention_runs.id is 'Identity.';
comment on column operations.retention_runs.subject is 'What was dropped.';
comment on column operations.retention_runs.days is 'The setting at that time.';
comment on column operations.retention_runs.before is 'Everything older went.';
comment on column operations.retention_runs.dropped is 'Rows dropped.';
comment on column operations.retention_runs.started_at is 'When it began.';
comment on column operations.retention_runs.finished_at is 'When it ended; null while it runs and when it was killed.';
comment on column operations.retention_runs.error_code is 'Why it did not drop all.';

-- A key is used for sealing only when every process holds it; until then it is known and not active.
alter table vault.keys add column activated_at timestamptz;
update vault.keys set activated_at = created_at;
comment on column vault.keys.activated_at is 'Since when secrets are sealed with it; null while processes are still waited for.';
