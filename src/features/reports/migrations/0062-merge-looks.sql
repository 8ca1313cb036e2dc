create table reports.merge_looks (
  repository_id bigint primary key,
  integration_id bigint not null,
  looked_at timestamptz not null,
  open_pull_requests integer not null,
  pull_requests jsonb not null,
  sightings jsonb not null
);
comment on table reports.merge_looks is 'What a server said kept open pull requests of a repository from being merged, when somebody looked last.';
comment on column reports.merge_looks.integration_id is 'Server of the repository.';
comment on column reports.merge_looks.pull_requests is 'Those that were looked at, with the vetoes in the server’s words.';
comment on column reports.merge_looks.sightings is 'By report key: when a veto named it last, and when a pull request without a passed report was not blocked by it.';
create index on reports.merge_looks (integration_id);
