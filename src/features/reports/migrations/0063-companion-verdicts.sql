create table reports.companion_verdicts (
  id bigint generated always as identity primary key,
  project_id bigint not null,
  pull_request_id bigint not null,
  companion_key text not null,
  revision text not null,
  analyzed_at timestamptz not null,
  inputs text not null,
  verdict jsonb not null,
  computed_at timestamptz not null default now(),
  unique (project_id, pull_request_id)
);
comment on table reports.companion_verdicts is 'What the companion of a pull request comes to beside its main project.';
comment on column reports.companion_verdicts.companion_key is 'Key of the companion on the server.';
comment on column reports.companion_verdicts.revision is 'The commit of the companion’s analysis, the head of the pull request then.';
comment on column reports.companion_verdicts.inputs is 'Everything it was made of: another value, another verdict.';
comment on column reports.companion_verdicts.verdict is 'Gate, figures, findings on changed lines, and what a reader must know.';
create index on reports.companion_verdicts (pull_request_id);
