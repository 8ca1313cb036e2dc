create table teams.org_trees (
  id bigint generated always as identity primary key,
  name text not null,
  levels text[] not null,
  filters jsonb not null,
  automatic boolean not null,
  rule_version bigint not null default 1,
  built_people_version bigint,
  built_rule_version bigint,
  built_at timestamptz,
  built_by text,
  created_at timestamptz not null default now(),
  created_by text not null,
  deleted_at timestamptz
);
comment on table teams.org_trees is 'How people are put into teams: by attributes, by managers, or by both.';
comment on column teams.org_trees.levels is 'Attributes in order; manager as the last: by whom people report to.';
comment on column teams.org_trees.filters is 'What holds for everybody in it.';
comment on column teams.org_trees.automatic is 'Built anew by itself when people change.';
comment on column teams.org_trees.rule_version is 'How often levels or filters were said.';
comment on column teams.org_trees.built_people_version is 'The people it was built of; null: never.';
comment on column teams.org_trees.deleted_at is 'When somebody removed it; its history stays.';
create unique index on teams.org_trees (lower(name)) where deleted_at is null;

create table teams.nodes (
  id bigint generated always as identity primary key,
  tree_id bigint not null references teams.org_trees (id),
  key text collate "C" not null,
  unique (tree_id, key)
);
comment on table teams.nodes is 'Everything that was ever a node of a tree; a team stays itself when it is built anew.';
comment on column teams.nodes.key is 'What it is in its tree: values of attributes, or the address of who leads it.';

create table teams.node_periods (
  id bigint generated always as identity primary key,
  node_id bigint not null references teams.nodes (id),
  tree_id bigint not null references teams.org_trees (id),
  parent_id bigint references teams.nodes (id),
  name text not null,
  leaf boolean not null,
  depth integer not null,
  manager_id bigint references teams.people (id),
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
comment on table teams.node_periods is 'Where a node stood, and when. The row without an end is where it stands now.';
comment on column teams.node_periods.leaf is 'A team.';
comment on column teams.node_periods.manager_id is 'Who leads it; null in trees of attributes.';
create unique index on teams.node_periods (node_id) where valid_to is null;
create index on teams.node_periods (tree_id) where valid_to is null;
create index on teams.node_periods (tree_id, valid_from);

create table teams.memberships (
  id bigint generated always as identity primary key,
  tree_id bigint not null references teams.org_trees (id),
  node_id bigint not null references teams.nodes (id),
  person_id bigint not null references teams.people (id),
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
comment on table teams.memberships is 'Who was in which team, and when.';
create unique index on teams.memberships (tree_id, person_id) where valid_to is null;
create index on teams.memberships (node_id) where valid_to is null;
create index on teams.memberships (person_id);
create index on teams.memberships (tree_id, valid_from);
