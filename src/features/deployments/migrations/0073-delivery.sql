create table deployments.settings (
  id boolean primary key default true check (id),
  rolled_back_fails boolean not null,
  aborted_fails boolean not null,
  superseded_counts boolean not null,
  changed_by text not null,
  changed_at timestamptz not null default now()
);
comment on table deployments.settings is 'What counts as a failed deployment; no row: nobody decided.';
comment on column deployments.settings.rolled_back_fails is 'One that was taken back failed, whatever end it had.';
comment on column deployments.settings.aborted_fails is 'One that was broken off failed; else it counts as nothing.';
comment on column deployments.settings.superseded_counts is 'An attempt whose place a retry took counts beside it.';
