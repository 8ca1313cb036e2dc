alter table reports.reports
  add column evaluated boolean,
  add column beside_hash text collate "C",
  add column beside_errors jsonb not null default '[]',
  add column build_touched boolean not null default false;
comment on column reports.reports.evaluated is 'Whether the gate looked at anything when it was judged last; null: nobody knows.';
comment on column reports.reports.beside_hash is 'Of all that was written beside the report; null while that is not certain.';
comment on column reports.reports.beside_errors is 'What could not be written beside the report: which part, and why.';
comment on column reports.reports.build_touched is 'A build status was begun to be written: it is kept up to date, whatever the binding says by now.';

create table reports.comments (
  pull_request_id bigint not null,
  report_key text collate "C" not null,
  integration_id bigint not null,
  comment_id text collate "C",
  version bigint,
  text_hash text collate "C",
  removed boolean not null default false,
  changed_at timestamptz not null default now(),
  primary key (pull_request_id, report_key)
);
comment on table reports.comments is 'The one comment of each pull request that says what its report says.';
comment on column reports.comments.report_key is 'Key of the report it is of.';
comment on column reports.comments.integration_id is 'Server of the pull request.';
comment on column reports.comments.comment_id is 'The server’s number of it; null: nobody knows, or somebody deleted it again.';
comment on column reports.comments.text_hash is 'Of what it says; null while that is not certain.';
comment on column reports.comments.removed is 'Somebody deleted it, and it was made anew: not again.';
create index on reports.comments (integration_id);
