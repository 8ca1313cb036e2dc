-- Projects with a long history come to nodes, and leave them, in parts.

create table insights.moving_projects (
  project_id bigint primary key,
  stage integer not null default 0,
  place text[],
  began_at timestamptz not null default now()
);
comment on table insights.moving_projects is 'Projects whose history is being added to nodes, or taken off, part by part. What changes in them waits until all parts are done.';
comment on column insights.moving_projects.project_id is 'The project.';
comment on column insights.moving_projects.stage is 'Which of its tables is next.';
comment on column insights.moving_projects.place is 'What of that table is done, in the order of its key; null: nothing.';
comment on column insights.moving_projects.began_at is 'When the first part began.';

create table insights.moving_nodes (
  node_id bigint not null,
  project_id bigint not null references insights.moving_projects (project_id) on delete cascade,
  sign smallint not null check (sign in (1, -1)),
  primary key (node_id, project_id)
);
create index on insights.moving_nodes (project_id);
comment on table insights.moving_nodes is 'Nodes whose own numbers hold a part of a project: until it is whole those of their projects are added up instead.';
comment on column insights.moving_nodes.node_id is 'The node.';
comment on column insights.moving_nodes.project_id is 'The project.';
comment on column insights.moving_nodes.sign is '1: it comes. -1: it leaves.';
