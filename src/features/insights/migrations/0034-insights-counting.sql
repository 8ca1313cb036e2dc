-- The roll-ups follow code_quality.project_daily: by the server's mode and by its other one, with what is no new risk told apart.

drop table insights.node_daily;
create table insights.node_daily (
  node_kind text collate "C" not null check (node_kind in ('organization', 'tree_node', 'team')),
  node_id bigint not null,
  branch_class text collate "C" not null,
  counting text collate "C" not null,
  class text collate "C" not null,
  state text collate "C" not null,
  day date not null,
  axis text collate "C" not null,
  raw_level text collate "C" not null,
  asset_type text collate "C" not null,
  part text collate "C" not null,
  opened integer not null,
  closed integer not null,
  joined integer not null,
  left_out integer not null,
  primary key (node_kind, node_id, counting, branch_class, class, state, day, axis, raw_level, asset_type, part)
);
comment on table insights.node_daily is 'code_quality.project_daily summed up over the projects of a node, pull requests left out. Without what is still in code_quality.daily_changes.';
comment on column insights.node_daily.node_kind is 'organization, tree_node or team.';
comment on column insights.node_daily.node_id is 'The node; 0 for the organization.';
comment on column insights.node_daily.branch_class is 'main or branch.';
comment on column insights.node_daily.counting is 'server or other, as in code_quality.project_daily.';
comment on column insights.node_daily.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column insights.node_daily.state is 'State counted: open, accepted or false_positive.';
comment on column insights.node_daily.day is 'UTC day.';
comment on column insights.node_daily.axis is 'Which of the source’s scales raw_level is on; total: none was told.';
comment on column insights.node_daily.raw_level is 'The source’s own level on that axis.';
comment on column insights.node_daily.asset_type is 'repository, iac_file or unknown.';
comment on column insights.node_daily.part is 'As in code_quality.project_daily.';
comment on column insights.node_daily.opened is 'Findings whose period began.';
comment on column insights.node_daily.closed is 'Findings whose period ended.';
comment on column insights.node_daily.joined is 'Of opened what is no new risk.';
comment on column insights.node_daily.left_out is 'Of closed what was not resolved.';

drop table insights.present;
create table insights.present (
  node_kind text collate "C" not null check (node_kind in ('organization', 'tree_node', 'team', 'project')),
  node_id bigint not null,
  branch_class text collate "C" not null,
  counting text collate "C" not null,
  class text collate "C" not null,
  state text collate "C" not null,
  axis text collate "C" not null,
  raw_level text collate "C" not null,
  asset_type text collate "C" not null,
  present integer not null,
  primary key (node_kind, node_id, counting, branch_class, class, state, axis, raw_level, asset_type)
);
comment on table insights.present is 'Findings there are now, per node and project: opened less closed of all days. A past number is this less what changed since. Without what is still in code_quality.daily_changes.';
comment on column insights.present.node_kind is 'organization, tree_node, team or project.';
comment on column insights.present.node_id is 'The node or project; 0 for the organization.';
comment on column insights.present.branch_class is 'main or branch.';
comment on column insights.present.counting is 'server, other or both, as in code_quality.project_daily.';
comment on column insights.present.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column insights.present.state is 'State counted: open, accepted or false_positive.';
comment on column insights.present.axis is 'Which of the source’s scales raw_level is on.';
comment on column insights.present.raw_level is 'The source’s own level on that axis.';
comment on column insights.present.asset_type is 'repository or iac_file.';
comment on column insights.present.present is 'How many.';

drop table insights.project_levels;
create table insights.project_levels (
  project_id bigint not null,
  branch_class text collate "C" not null,
  counting text collate "C" not null,
  class text collate "C" not null,
  state text collate "C" not null,
  asset_type text collate "C" not null,
  total integer not null,
  levels jsonb not null,
  primary key (counting, class, state, branch_class, project_id, asset_type)
);
comment on table insights.project_levels is 'The projects’ rows of insights.present with all levels in one row: numbers of every project are read from a tenth of the rows.';
comment on column insights.project_levels.project_id is 'The project.';
comment on column insights.project_levels.branch_class is 'main or branch.';
comment on column insights.project_levels.counting is 'server or other, as in code_quality.project_daily.';
comment on column insights.project_levels.class is 'vulnerability or hotspot.';
comment on column insights.project_levels.state is 'State counted: open, accepted or false_positive.';
comment on column insights.project_levels.asset_type is 'repository or iac_file.';
comment on column insights.project_levels.total is 'Sum over the levels.';
comment on column insights.project_levels.levels is 'How many per level: {"impact HIGH": 3}.';

insert into insights.node_daily (node_kind, node_id, branch_class, counting, class, state, day, axis, raw_level, asset_type, part, opened, closed, joined, left_out)
select 'organization', 0, branch_class, counting, class, state, day, axis, raw_level, asset_type, part, sum(opened), sum(closed), sum(joined), sum(left_out)
  from code_quality.project_daily where branch_class <> 'pull_request' group by 3, 4, 5, 6, 7, 8, 9, 10, 11;
insert into insights.present (node_kind, node_id, branch_class, counting, class, state, axis, raw_level, asset_type, present)
select 'project', project_id, branch_class, counting, class, state, axis, raw_level, asset_type, sum(opened - closed)
  from code_quality.project_daily where branch_class <> 'pull_request' group by 2, 3, 4, 5, 6, 7, 8, 9 having sum(opened - closed) <> 0;
insert into insights.present (node_kind, node_id, branch_class, counting, class, state, axis, raw_level, asset_type, present)
select 'organization', 0, branch_class, counting, class, state, axis, raw_level, asset_type, sum(present)
  from insights.present group by 3, 4, 5, 6, 7, 8, 9 having sum(present) <> 0;
insert into insights.project_levels (project_id, branch_class, counting, class, state, asset_type, total, levels)
select node_id, branch_class, counting, class, state, asset_type, sum(present), jsonb_object_agg(axis || ' ' || raw_level, present)
  from insights.present where node_kind = 'project' and class in ('vulnerability', 'hotspot') and counting <> 'both' group by 1, 2, 3, 4, 5, 6;

-- The lists behind the numbers, where findings count by their types.
create index insights_listed_of_branch_standard on code_quality.findings
  (branch_id, standard_class, counted_state, standard_axis, standard_level, asset_type, opened_at, id)
  where period_to is null and standard_class in ('vulnerability', 'hotspot') and counted_state is not null;
create index insights_listed_standard on code_quality.findings
  (standard_class, counted_state, standard_axis, standard_level, asset_type, opened_at, id) include (branch_id)
  where period_to is null and standard_class in ('vulnerability', 'hotspot') and counted_state is not null;
