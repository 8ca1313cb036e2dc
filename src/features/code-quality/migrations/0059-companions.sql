alter table code_quality.branches drop constraint branches_kind_check;
alter table code_quality.branches add constraint branches_kind_check check (kind in ('branch', 'pull_request', 'companion'));

create table code_quality.companions (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  project_id bigint not null references code_quality.projects (id) on delete cascade,
  source_key text collate "C" not null,
  name text not null,
  pull_request_id bigint not null,
  state text not null default 'creating' check (state in ('creating', 'ready', 'deleting', 'deleted')),
  failure text,
  failure_message text,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (integration_id, source_key)
);
comment on table code_quality.companions is 'Projects that the hub itself made on a server for pull requests: a scope of their main project each, and no projects.';
comment on column code_quality.companions.project_id is 'Main project.';
comment on column code_quality.companions.source_key is 'Key of the companion on the server.';
comment on column code_quality.companions.name is 'Number of the pull request.';
comment on column code_quality.companions.pull_request_id is 'The pull request, as repositories knows it.';
comment on column code_quality.companions.state is 'creating: written down before the server is asked, so that nothing of it ever counts as a project.';
comment on column code_quality.companions.failure is 'Code of what went wrong last; null: nothing.';
comment on column code_quality.companions.failure_message is 'What went wrong last, in words.';
comment on column code_quality.companions.attempts is 'Attempts to delete it that failed.';
comment on column code_quality.companions.next_attempt_at is 'When its deletion is tried again.';
create index on code_quality.companions (project_id);
create index on code_quality.companions (pull_request_id);
