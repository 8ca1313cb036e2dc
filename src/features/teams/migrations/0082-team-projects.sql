create table teams.project_rules (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams.nodes (id),
  kind text collate "C" not null check (kind in ('key', 'glob', 'tag', 'repository')),
  value text collate "C" not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  unique (team_id, kind, value)
);
comment on table teams.project_rules is 'Which SonarQube projects belong to a team, as somebody said it.';
comment on column teams.project_rules.kind is 'key: that project; glob: a pattern of keys; tag: a tag of projects; repository: a pattern of PROJECT/slug of the repository it is bound to.';

create table teams.team_projects (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams.nodes (id),
  project_id bigint not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
comment on table teams.team_projects is 'Which projects the rules of a team took, and when.';
comment on column teams.team_projects.project_id is 'The project, as code_quality knows it.';
create unique index on teams.team_projects (team_id, project_id) where valid_to is null;
create index on teams.team_projects (project_id) where valid_to is null;
