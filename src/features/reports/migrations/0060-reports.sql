create schema reports;
comment on schema reports is 'Reports on commits of pull requests, and each attempt to write one.';

create table reports.reports (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  sonarqube_id bigint not null,
  repository_id bigint not null,
  commit text collate "C" not null,
  report_key text collate "C" not null,
  binding_id bigint not null,
  project_id bigint not null,
  pull_request_id bigint not null,
  state text collate "C" not null default 'waiting' check (state in ('published', 'waiting', 'failed', 'skipped')),
  reason text collate "C" default 'new',
  gate text collate "C",
  result text collate "C" check (result in ('PASS', 'FAIL')),
  touched boolean not null default false,
  payload_hash text collate "C",
  written_link text,
  shown integer,
  total integer,
  error_code text collate "C",
  error_message text,
  error_upstream text,
  failures integer not null default 0,
  foreign_reporter text,
  foreign_link text,
  foreign_at timestamptz,
  cause text collate "C" not null,
  asked_by text,
  asked bigint not null default 1,
  due_at timestamptz default now(),
  lease_until timestamptz,
  fence bigint not null default 0,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (integration_id, repository_id, commit, report_key)
);
comment on table reports.reports is 'A report that is wanted on a commit, and what became of it.';
comment on column reports.reports.integration_id is 'Server the report lies on.';
comment on column reports.reports.sonarqube_id is 'Server of the project it is of.';
comment on column reports.reports.repository_id is 'Repository the pull request is to be merged into.';
comment on column reports.reports.report_key is 'Key an administrator enters as the required report.';
comment on column reports.reports.pull_request_id is 'Pull request that wanted it last; others may have the same head.';
comment on column reports.reports.reason is 'Why it waits or is skipped; stale_head: published on a commit that is no head.';
comment on column reports.reports.gate is 'What the gate said when it was judged last.';
comment on column reports.reports.result is 'What lies on the server; null: nothing of ours, or not known since an attempt broke off.';
comment on column reports.reports.touched is 'It was begun to be written: something of ours may lie there.';
comment on column reports.reports.payload_hash is 'Of all that lies on the server; null while that is not certain.';
comment on column reports.reports.written_link is 'Link of what was written last: another one there is somebody else’s.';
comment on column reports.reports.failures is 'Attempts that failed since the last that did not.';
comment on column reports.reports.foreign_reporter is 'Who else wrote under the key, as the report says.';
comment on column reports.reports.cause is 'What asked for it last.';
comment on column reports.reports.asked is 'Goes up with each asking: what was asked for during an attempt is not lost.';
comment on column reports.reports.due_at is 'When it is looked at again; null: when somebody asks.';
comment on column reports.reports.fence is 'Whoever took it with an older number writes nothing more.';
create index on reports.reports (due_at) where due_at is not null;
create index on reports.reports (repository_id, commit);
create index on reports.reports (pull_request_id);
create index on reports.reports (binding_id);
create index on reports.reports (sonarqube_id);

create table reports.attempts (
  id bigint generated always as identity primary key,
  report_id bigint not null references reports.reports (id) on delete cascade,
  cause text collate "C" not null,
  asked_by text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text collate "C",
  result text collate "C",
  shown integer,
  total integer,
  error_code text collate "C",
  error_message text,
  error_upstream text,
  calls jsonb not null default '[]'
);
comment on table reports.attempts is 'An attempt to write a report, with each call it made. What needs no call leaves none.';
comment on column reports.attempts.ended_at is 'Null: under way, or the process ended in the middle.';
comment on column reports.attempts.calls is 'When, method, path, status, milliseconds.';
create index on reports.attempts (report_id, id desc);
