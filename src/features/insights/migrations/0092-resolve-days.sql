-- The sum of days of what was resolved: a mean is exact.

create table insights.resolve_days (
  node_kind text collate "C" not null check (node_kind in ('organization', 'tree_node', 'project')),
  node_id bigint not null,
  unit text collate "C" not null check (unit in ('day', 'week', 'month')),
  counting text collate "C" not null,
  branch_class text collate "C" not null,
  start date not null,
  axis text collate "C" not null,
  raw_level text collate "C" not null,
  asset_type text collate "C" not null,
  days bigint not null,
  primary key (node_kind, node_id, unit, counting, branch_class, start, axis, raw_level, asset_type)
);
comment on table insights.resolve_days is 'Days that vulnerabilities had been open that were resolved, summed up by when they were: what a mean is made of. Without what changed in projects of code_quality.changed_projects.';
comment on column insights.resolve_days.node_kind is 'organization, tree_node or project.';
comment on column insights.resolve_days.node_id is 'The project or node; 0 for the organization.';
comment on column insights.resolve_days.unit is 'day of a project; week and month of the organization and of nodes.';
comment on column insights.resolve_days.counting is 'server or other.';
comment on column insights.resolve_days.branch_class is 'main or branch.';
comment on column insights.resolve_days.start is 'First UTC day of the unit in which it was resolved.';
comment on column insights.resolve_days.axis is 'Which of the source’s scales raw_level is on.';
comment on column insights.resolve_days.raw_level is 'The source’s own level on that axis.';
comment on column insights.resolve_days.asset_type is 'repository or iac_file.';
comment on column insights.resolve_days.days is 'Sum of the whole days.';
