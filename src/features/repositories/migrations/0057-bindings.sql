create table repositories.bindings (
  id bigint generated always as identity primary key,
  project_id bigint not null,
  sonarqube_id bigint not null,
  repository_id bigint not null references repositories.repositories (id) on delete cascade,
  mono boolean not null,
  annotations boolean not null,
  prefix text not null,
  chosen_key text collate "C",
  created_at timestamptz not null default now(),
  created_by text not null,
  changed_at timestamptz not null default now(),
  unique (project_id)
);
comment on table repositories.bindings is 'Which repository a SonarQube project is of.';
comment on column repositories.bindings.project_id is 'The project, as code_quality knows it.';
comment on column repositories.bindings.sonarqube_id is 'Integration of the project.';
comment on column repositories.bindings.mono is 'Several projects are of the repository: each has a report of its own.';
comment on column repositories.bindings.annotations is 'Its reports show findings on the lines they are on.';
comment on column repositories.bindings.prefix is 'Folder of the repository that the project is of; empty for the whole.';
comment on column repositories.bindings.chosen_key is 'Key of its reports that a person chose; null for the documented one.';
create index on repositories.bindings (repository_id);
create index on repositories.bindings (sonarqube_id);
