create table teams.integration_choices (
  id bigint generated always as identity primary key,
  tree_id bigint not null references teams.org_trees (id),
  team_id bigint references teams.nodes (id),
  section text collate "C" not null check (section in ('code_quality', 'security', 'source_code', 'deployment')),
  integration_ids bigint[] not null,
  chosen_at timestamptz not null default now(),
  chosen_by text not null,
  unique nulls not distinct (tree_id, team_id, section)
);
comment on table teams.integration_choices is 'Which integrations count for a tree, or for a team that says it otherwise. No row: as the tree says; none of the tree: all.';
comment on column teams.integration_choices.team_id is 'The team; null: of the whole tree.';
comment on column teams.integration_choices.section is 'code_quality, security, source_code or deployment.';

create table teams.thing_rules (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams.nodes (id),
  thing text collate "C" not null check (thing in ('repository', 'service', 'pipeline', 'environment', 'image')),
  conditions jsonb not null,
  created_at timestamptz not null default now(),
  created_by text not null
);
create index on teams.thing_rules (team_id);
comment on table teams.thing_rules is 'Which repositories, services, pipelines, environments and images belong to a team, as somebody said it.';
comment on column teams.thing_rules.thing is 'What it takes: repository, service, pipeline, environment or image.';
comment on column teams.thing_rules.conditions is 'What holds for each of them, all together: property, condition and values.';

create table teams.team_things (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams.nodes (id),
  thing text collate "C" not null,
  thing_id bigint not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
comment on table teams.team_things is 'Which of them the rules of a team took, and when.';
comment on column teams.team_things.thing is 'repository, service, pipeline, environment or image.';
comment on column teams.team_things.thing_id is 'It, as the room it comes from knows it.';
create unique index on teams.team_things (team_id, thing, thing_id) where valid_to is null;
create index on teams.team_things (thing, thing_id) where valid_to is null;
