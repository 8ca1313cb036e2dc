alter table code_quality.projects
  add column unreadable_at timestamptz,
  add column former_keys text[] not null default '{}';
comment on column code_quality.projects.unreadable_at is 'Since when the token may not read it any more although it exists; null while it can be read.';
comment on column code_quality.projects.former_keys is 'Keys it had before, oldest first.';
