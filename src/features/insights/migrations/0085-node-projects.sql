create table insights.node_projects (
  node_id bigint not null,
  project_id bigint not null,
  primary key (node_id, project_id)
);
create index on insights.node_projects (project_id);
comment on table insights.node_projects is 'Which projects the numbers of a node of an org tree hold, each once. Follows what belongs to teams.';
comment on column insights.node_projects.node_id is 'The node.';
comment on column insights.node_projects.project_id is 'The project.';

alter table insights.open_ages drop constraint open_ages_node_kind_check;
alter table insights.open_ages add constraint open_ages_node_kind_check check (node_kind in ('organization', 'tree_node', 'project'));
comment on column insights.open_ages.node_kind is 'organization, tree_node or project.';
alter table insights.resolve_times drop constraint resolve_times_node_kind_check;
alter table insights.resolve_times add constraint resolve_times_node_kind_check check (node_kind in ('organization', 'tree_node', 'project'));
comment on column insights.resolve_times.node_kind is 'organization, tree_node or project.';
comment on column insights.resolve_times.unit is 'day of a project; week and month of the organization and of nodes.';
