create schema insights;
comment on schema insights is 'Roll-ups behind the insights pages.';

create table insights.node_daily (
  node_kind text collate "C" not null check (node_kind in ('organization', 'tree_node', 'team')),
  node_id bigint not null,
  branch_class text collate "C" not null,
  class text collate "C" not null,
  state text collate "C" not null,
  day date not null,
  axis text collate "C" not null,
  raw_level text collate "C" not null,
  asset_type text collate "C" not null,
  opened integer not null,
  closed integer not null,
  primary key (node_kind, node_id, branch_class, class, state, day, axis, raw_level, asset_type)
);
comment on table insights.node_daily is 'code_quality.project_daily summed up over the projects of a node, pull requests left out. Without what is still in code_quality.daily_changes.';
comment on column insights.node_daily.node_kind is 'organization, tree_node or team.';
comment on column insights.node_daily.node_id is 'The node; 0 for the organization.';
comment on column insights.node_daily.branch_class is 'main or branch.';
comment on column insights.node_daily.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column insights.node_daily.state is 'State counted: open, accepted or false_positive.';
comment on column insights.node_daily.day is 'UTC day.';
comment on column insights.node_daily.axis is 'Which of the source’s scales raw_level is on.';
comment on column insights.node_daily.raw_level is 'The source’s own level on that axis.';
comment on column insights.node_daily.asset_type is 'repository or iac_file.';
comment on column insights.node_daily.opened is 'Findings whose period began.';
comment on column insights.node_daily.closed is 'Findings whose period ended.';

create table insights.present (
  node_kind text collate "C" not null check (node_kind in ('organization', 'tree_node', 'team', 'project')),
  node_id bigint not null,
  branch_class text collate "C" not null,
  class text collate "C" not null,
  state text collate "C" not null,
  axis text collate "C" not null,
  raw_level text collate "C" not null,
  asset_type text collate "C" not null,
  present integer not null,
  primary key (node_kind, node_id, branch_class, class, state, axis, raw_level, asset_type)
);
comment on table insights.present is 'Findings there are now, per node and project: opened less closed of all days. A past number is this less what changed since. Without what is still in code_quality.daily_changes.';
comment on column insights.present.node_kind is 'organization, tree_node, team or project.';
comment on column insights.present.node_id is 'The node or project; 0 for the organization.';
comment on column insights.present.branch_class is 'main or branch.';
comment on column insights.present.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column insights.present.state is 'State counted: open, accepted or false_positive.';
comment on column insights.present.axis is 'Which of the source’s scales raw_level is on.';
comment on column insights.present.raw_level is 'The source’s own level on that axis.';
comment on column insights.present.asset_type is 'repository or iac_file.';
comment on column insights.present.present is 'How many.';

create table insights.project_levels (
  project_id bigint not null,
  branch_class text collate "C" not null,
  class text collate "C" not null,
  state text collate "C" not null,
  asset_type text collate "C" not null,
  total integer not null,
  levels jsonb not null,
  primary key (class, state, branch_class, project_id, asset_type)
);
comment on table insights.project_levels is 'The projects’ rows of insights.present with all levels in one row: numbers of every project are read from a tenth of the rows.';
comment on column insights.project_levels.project_id is 'The project.';
comment on column insights.project_levels.branch_class is 'main or branch.';
comment on column insights.project_levels.class is 'vulnerability or hotspot.';
comment on column insights.project_levels.state is 'State counted: open, accepted or false_positive.';
comment on column insights.project_levels.asset_type is 'repository or iac_file.';
comment on column insights.project_levels.total is 'Sum over the levels.';
comment on column insights.project_levels.levels is 'How many per level: {"impact HIGH": 3}.';

create table insights.hotspots_became_vulnerabilities (
  project_id bigint not null,
  branch_class text collate "C" not null,
  day date not null,
  findings bigint not null,
  primary key (project_id, branch_class, day)
);
create index on insights.hotspots_became_vulnerabilities (day);
comment on table insights.hotspots_became_vulnerabilities is 'Days on which hotspots of a project became vulnerabilities: steps in its chart that are no new risk.';
comment on column insights.hotspots_became_vulnerabilities.project_id is 'The project.';
comment on column insights.hotspots_became_vulnerabilities.branch_class is 'main or branch.';
comment on column insights.hotspots_became_vulnerabilities.day is 'UTC day.';
comment on column insights.hotspots_became_vulnerabilities.findings is 'How many became vulnerabilities on that day.';

-- The lists behind the numbers: newest first within a level, for one branch and for all.
create index insights_listed_of_branch on code_quality.findings
  (branch_id, class, counted_state, axis, raw_level, asset_type, opened_at, id)
  where period_to is null and class in ('vulnerability', 'hotspot') and counted_state is not null;
create index insights_listed on code_quality.findings
  (class, counted_state, axis, raw_level, asset_type, opened_at, id) include (branch_id)
  where period_to is null and class in ('vulnerability', 'hotspot') and counted_state is not null;
create index insights_became on code_quality.finding_past_periods (to_at) where ended_by = 'became_vulnerability';
