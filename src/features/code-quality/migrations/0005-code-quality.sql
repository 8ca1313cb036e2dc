create schema code_quality;
comment on schema code_quality is 'Projects, branches, analyses, gates, findings, measures and their daily history.';

create table code_quality.projects (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  source_uuid text,
  name text not null,
  organization text,
  qualifier text not null,
  visibility text,
  last_analysis_at timestamptz,
  revision text,
  tags text[] not null default '{}',
  row_hash uuid not null,
  reliable_from timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (integration_id, source_key)
);

create table code_quality.branches (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  project_id bigint not null references code_quality.projects (id),
  source_key text collate "C" not null,
  kind text not null check (kind in ('branch', 'pull_request')),
  name text not null,
  is_main boolean not null,
  excluded_from_purge boolean,
  analyzed_at timestamptz,
  gate_status text not null,
  quality_gate text,
  title text,
  source_branch text,
  base text,
  target text,
  url text,
  is_orphan boolean,
  row_hash uuid not null,
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (project_id, source_key)
);

create table code_quality.metrics (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  source_id text,
  name text not null,
  description text,
  type text not null,
  domain text,
  direction smallint,
  qualitative boolean,
  hidden boolean,
  row_hash uuid,
  deleted_at timestamptz,
  unique (integration_id, source_key)
);

create table code_quality.quality_gates (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  name text not null,
  is_default boolean not null,
  is_built_in boolean not null,
  cayc_status text,
  conditions jsonb not null,
  row_hash uuid not null,
  deleted_at timestamptz,
  unique (integration_id, source_key)
);

create table code_quality.analyses (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  project_id bigint not null references code_quality.projects (id),
  branch_id bigint not null references code_quality.branches (id),
  source_key text collate "C" not null,
  analyzed_at timestamptz not null,
  changed_at timestamptz not null,
  revision text collate "C",
  project_version text,
  build_string text,
  detected_ci text,
  gate_status text,
  gate_evaluated boolean,
  ignored_conditions boolean,
  warnings text[] not null default '{}',
  scope text not null check (scope in ('branch', 'pull_request', 'companion')),
  detail smallint not null,
  row_hash uuid not null,
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (branch_id, source_key)
);
create index on code_quality.analyses (project_id, analyzed_at desc);
create index on code_quality.analyses (branch_id, analyzed_at desc);
create index on code_quality.analyses (revision text_pattern_ops);

create table code_quality.gate_conditions (
  id bigint generated always as identity primary key,
  analysis_id bigint not null references code_quality.analyses (id) on delete cascade,
  metric_id bigint not null references code_quality.metrics (id),
  operator text not null,
  threshold text,
  actual_value text,
  status text not null
);
create index on code_quality.gate_conditions (analysis_id);

create table code_quality.measures (
  id bigint generated always as identity primary key,
  project_id bigint not null references code_quality.projects (id),
  branch_id bigint not null references code_quality.branches (id),
  metric_id bigint not null references code_quality.metrics (id),
  measured_at timestamptz,
  value text not null,
  numeric_value double precision,
  is_new_code boolean not null default false,
  best_value boolean,
  period_mode text,
  period_parameter text,
  period_at timestamptz,
  row_hash uuid not null,
  unique nulls not distinct (branch_id, metric_id, measured_at)
);
create index on code_quality.measures (project_id, metric_id, measured_at);

create table code_quality.rules (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  name text not null,
  repository text not null,
  language text,
  type text,
  severity text,
  status text,
  cwe text[] not null default '{}',
  tags text[] not null default '{}',
  is_external boolean not null default false,
  row_hash uuid,
  unique (integration_id, source_key)
);

create table code_quality.paths (
  id bigint generated always as identity primary key,
  project_id bigint not null references code_quality.projects (id),
  path text collate "C" not null,
  unique (project_id, path)
);

create table code_quality.authors (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  name text collate "C" not null,
  unique (integration_id, name)
);

create table code_quality.tags (
  id integer generated always as identity primary key,
  integration_id bigint not null,
  name text collate "C" not null,
  unique (integration_id, name)
);

create table code_quality.findings (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  project_id bigint not null references code_quality.projects (id),
  branch_id bigint not null references code_quality.branches (id),
  rule_id bigint references code_quality.rules (id),
  path_id bigint references code_quality.paths (id),
  assignee_id bigint references code_quality.authors (id),
  author_id bigint references code_quality.authors (id),
  run_id bigint,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  deleted_at timestamptz,
  period_from timestamptz not null,
  period_to timestamptz,
  synced_at timestamptz not null default now(),
  row_hash uuid not null,
  line integer,
  start_line integer,
  end_line integer,
  start_offset integer,
  end_offset integer,
  kind text not null check (kind in ('issue', 'hotspot')),
  class text not null check (class in ('vulnerability', 'bug', 'code_smell', 'hotspot', 'unknown')),
  axis text not null check (axis in ('impact', 'standard', 'probability')),
  raw_level text not null,
  state text not null check (state in ('open', 'accepted', 'false_positive', 'fixed', 'other')),
  counted_state text check (counted_state in ('open', 'accepted', 'false_positive')),
  asset_type text not null check (asset_type in ('repository', 'iac_file')),
  source_key text collate "C" not null,
  component text,
  message text not null,
  type text,
  severity text,
  status text not null,
  issue_status text,
  resolution text,
  impact_security text,
  impact_reliability text,
  impact_maintainability text,
  clean_code_attribute text,
  clean_code_category text,
  effort text,
  debt text,
  tag_ids integer[] not null default '{}',
  code_scope text,
  external_rule_engine text,
  content_hash text,
  security_category text,
  vulnerability_probability text,
  unique (integration_id, source_key)
);
create index findings_of_branch on code_quality.findings (branch_id, kind);
create index findings_open on code_quality.findings (class, opened_at desc) where state = 'open' and deleted_at is null;
create index findings_open_of_project on code_quality.findings (project_id, class, opened_at desc) where state = 'open' and deleted_at is null;
create index findings_set_apart on code_quality.findings (class, state) where state in ('accepted', 'false_positive') and deleted_at is null;
create index findings_of_project on code_quality.findings (project_id, opened_at desc);

create table code_quality.finding_past_periods (
  id bigint generated always as identity primary key,
  finding_id bigint not null references code_quality.findings (id) on delete cascade,
  from_at timestamptz not null,
  to_at timestamptz not null,
  class text not null,
  axis text not null,
  raw_level text not null,
  state text not null,
  ended_by text not null
);
create index on code_quality.finding_past_periods (finding_id);

create table code_quality.severity_mapping (
  axis text not null,
  raw_level text not null,
  severity text not null check (severity in ('critical', 'high', 'medium', 'low')),
  primary key (axis, raw_level)
);
insert into code_quality.severity_mapping (axis, raw_level, severity) values
  ('impact', 'BLOCKER', 'critical'), ('impact', 'HIGH', 'high'), ('impact', 'MEDIUM', 'medium'), ('impact', 'LOW', 'low'), ('impact', 'INFO', 'low'),
  ('standard', 'BLOCKER', 'critical'), ('standard', 'CRITICAL', 'high'), ('standard', 'MAJOR', 'medium'), ('standard', 'MINOR', 'low'),
  ('standard', 'INFO', 'low'), ('probability', 'HIGH', 'high'), ('probability', 'MEDIUM', 'medium'), ('probability', 'LOW', 'low'),
  ('impact', 'unknown', 'low'), ('standard', 'unknown', 'low'), ('probability', 'unknown', 'low');

create table code_quality.project_daily (
  project_id bigint not null references code_quality.projects (id),
  branch_class text not null check (branch_class in ('main', 'branch', 'pull_request')),
  day date not null,
  class text not null,
  state text not null,
  axis text not null,
  raw_level text not null,
  asset_type text not null,
  opened integer not null,
  closed integer not null,
  primary key (project_id, branch_class, class, state, day, axis, raw_level, asset_type)
);

create table code_quality.daily_changes (
  seq bigint generated always as identity primary key,
  project_id bigint not null,
  branch_class text not null,
  day date not null,
  class text not null,
  state text not null,
  axis text not null,
  raw_level text not null,
  asset_type text not null,
  opened integer not null,
  closed integer not null
);

comment on table code_quality.projects is 'A SonarQube project.';
comment on column code_quality.projects.id is 'Identity.';
comment on column code_quality.projects.integration_id is 'The integration.';
comment on column code_quality.projects.source_key is 'The source’s own key.';
comment on column code_quality.projects.source_uuid is 'Stable id at the source, where it has one; survives a change of key.';
comment on column code_quality.projects.name is 'Name at the source.';
comment on column code_quality.projects.organization is 'Organization key on SonarQube Cloud.';
comment on column code_quality.projects.qualifier is 'TRK for a project.';
comment on column code_quality.projects.visibility is 'public or private.';
comment on column code_quality.projects.last_analysis_at is 'Newest analysis of any branch or pull request.';
comment on column code_quality.projects.revision is 'Commit that was analysed.';
comment on column code_quality.projects.tags is 'Tags.';
comment on column code_quality.projects.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on column code_quality.projects.reliable_from is 'Before this time history is reconstructed from creation and close dates.';
comment on column code_quality.projects.deleted_at is 'When it was first missing from a complete listing.';
comment on column code_quality.projects.synced_at is 'When this row was last written.';
comment on column code_quality.projects.run_id is 'Run that last wrote it.';
comment on table code_quality.branches is 'A long-lived branch or a pull request of a project.';
comment on column code_quality.branches.id is 'Identity.';
comment on column code_quality.branches.integration_id is 'The integration.';
comment on column code_quality.branches.project_id is 'The project.';
comment on column code_quality.branches.source_key is 'The source’s own key.';
comment on column code_quality.branches.kind is 'Kind of row.';
comment on column code_quality.branches.name is 'Name at the source.';
comment on column code_quality.branches.is_main is 'True for the main branch.';
comment on column code_quality.branches.excluded_from_purge is 'True when housekeeping keeps it.';
comment on column code_quality.branches.analyzed_at is 'Date of the analysis.';
comment on column code_quality.branches.gate_status is 'OK, ERROR, WARN or NONE.';
comment on column code_quality.branches.quality_gate is 'Name of the gate in force.';
comment on column code_quality.branches.title is 'Title of the pull request.';
comment on column code_quality.branches.source_branch is 'Source branch of the pull request.';
comment on column code_quality.branches.base is 'SonarQube branch it is compared with.';
comment on column code_quality.branches.target is 'Branch named to the scanner as target.';
comment on column code_quality.branches.url is 'Address of the pull request.';
comment on column code_quality.branches.is_orphan is 'True when its base is gone.';
comment on column code_quality.branches.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on column code_quality.branches.deleted_at is 'When it was first missing from a complete listing.';
comment on column code_quality.branches.synced_at is 'When this row was last written.';
comment on column code_quality.branches.run_id is 'Run that last wrote it.';
comment on table code_quality.metrics is 'Metric catalogue of a server.';
comment on column code_quality.metrics.id is 'Identity.';
comment on column code_quality.metrics.integration_id is 'The integration.';
comment on column code_quality.metrics.source_key is 'The source’s own key.';
comment on column code_quality.metrics.source_id is 'Id at the source, before keys.';
comment on column code_quality.metrics.name is 'Name at the source.';
comment on column code_quality.metrics.description is 'Description.';
comment on column code_quality.metrics.type is 'Type at the source.';
comment on column code_quality.metrics.domain is 'Domain of the metric.';
comment on column code_quality.metrics.direction is '-1 lower is better, 1 higher is better, 0 neither.';
comment on column code_quality.metrics.qualitative is 'True when it judges quality.';
comment on column code_quality.metrics.hidden is 'True when the source hides it.';
comment on column code_quality.metrics.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on column code_quality.metrics.deleted_at is 'When it was first missing from a complete listing.';
comment on table code_quality.quality_gates is 'Quality gate definitions.';
comment on column code_quality.quality_gates.id is 'Identity.';
comment on column code_quality.quality_gates.integration_id is 'The integration.';
comment on column code_quality.quality_gates.source_key is 'The source’s own key.';
comment on column code_quality.quality_gates.name is 'Name at the source.';
comment on column code_quality.quality_gates.is_default is 'True for the default gate.';
comment on column code_quality.quality_gates.is_built_in is 'True for gates the server brings.';
comment on column code_quality.quality_gates.cayc_status is 'Whether it follows clean as you code.';
comment on column code_quality.quality_gates.conditions is 'Its conditions.';
comment on column code_quality.quality_gates.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on column code_quality.quality_gates.deleted_at is 'When it was first missing from a complete listing.';
comment on table code_quality.analyses is 'An analysis of a branch or pull request with its gate.';
comment on column code_quality.analyses.id is 'Identity.';
comment on column code_quality.analyses.integration_id is 'The integration.';
comment on column code_quality.analyses.project_id is 'The project.';
comment on column code_quality.analyses.branch_id is 'The branch or pull request.';
comment on column code_quality.analyses.source_key is 'The source’s own key.';
comment on column code_quality.analyses.analyzed_at is 'Date of the analysis.';
comment on column code_quality.analyses.changed_at is 'When the gate last changed: the analysis, or a manual change after it.';
comment on column code_quality.analyses.revision is 'Commit that was analysed.';
comment on column code_quality.analyses.project_version is 'Project version analysed.';
comment on column code_quality.analyses.build_string is 'Build string given to the scanner.';
comment on column code_quality.analyses.detected_ci is 'CI system the scanner found.';
comment on column code_quality.analyses.gate_status is 'OK, ERROR, WARN or NONE.';
comment on column code_quality.analyses.gate_evaluated is 'False when no condition had a value: the gate’s OK says nothing.';
comment on column code_quality.analyses.ignored_conditions is 'True when conditions were skipped for few new lines.';
comment on column code_quality.analyses.warnings is 'Warnings that make the gate doubtful.';
comment on column code_quality.analyses.scope is 'Scope.';
comment on column code_quality.analyses.detail is '2 read as the newest analysis, 1 read from history: what history says never replaces what was read then.';
comment on column code_quality.analyses.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on column code_quality.analyses.deleted_at is 'When it was first missing from a complete listing.';
comment on column code_quality.analyses.synced_at is 'When this row was last written.';
comment on column code_quality.analyses.run_id is 'Run that last wrote it.';
comment on table code_quality.gate_conditions is 'One condition of the gate of one analysis.';
comment on column code_quality.gate_conditions.id is 'Identity.';
comment on column code_quality.gate_conditions.analysis_id is 'The analysis.';
comment on column code_quality.gate_conditions.metric_id is 'The metric.';
comment on column code_quality.gate_conditions.operator is 'GT or LT.';
comment on column code_quality.gate_conditions.threshold is 'Error threshold.';
comment on column code_quality.gate_conditions.actual_value is 'Value at the analysis; null without data.';
comment on column code_quality.gate_conditions.status is 'Status at the source.';
comment on table code_quality.measures is 'Measures, current (measured_at null) and past.';
comment on column code_quality.measures.id is 'Identity.';
comment on column code_quality.measures.project_id is 'The project.';
comment on column code_quality.measures.branch_id is 'The branch or pull request.';
comment on column code_quality.measures.metric_id is 'The metric.';
comment on column code_quality.measures.measured_at is 'Date of the analysis; null for the current value.';
comment on column code_quality.measures.value is 'Value as the source writes it.';
comment on column code_quality.measures.numeric_value is 'Value as a number, where it is one.';
comment on column code_quality.measures.is_new_code is 'True when the value is over the new code period.';
comment on column code_quality.measures.best_value is 'True when it is the best possible.';
comment on column code_quality.measures.period_mode is 'Mode of the new code period.';
comment on column code_quality.measures.period_parameter is 'Parameter of the new code period.';
comment on column code_quality.measures.period_at is 'Start of the new code period.';
comment on column code_quality.measures.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on table code_quality.rules is 'Rules that findings use.';
comment on column code_quality.rules.id is 'Identity.';
comment on column code_quality.rules.integration_id is 'The integration.';
comment on column code_quality.rules.source_key is 'The source’s own key.';
comment on column code_quality.rules.name is 'Name at the source.';
comment on column code_quality.rules.repository is 'Rule repository.';
comment on column code_quality.rules.language is 'Language.';
comment on column code_quality.rules.type is 'Type at the source.';
comment on column code_quality.rules.severity is 'Severity.';
comment on column code_quality.rules.status is 'Status at the source.';
comment on column code_quality.rules.cwe is 'CWE identifiers.';
comment on column code_quality.rules.tags is 'Tags.';
comment on column code_quality.rules.is_external is 'True for rules of imported reports.';
comment on column code_quality.rules.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on table code_quality.paths is 'File paths, stored once per project.';
comment on column code_quality.paths.id is 'Identity.';
comment on column code_quality.paths.project_id is 'The project.';
comment on column code_quality.paths.path is 'Path inside the project.';
comment on table code_quality.authors is 'Authors and assignees, stored once per integration.';
comment on column code_quality.authors.id is 'Identity.';
comment on column code_quality.authors.integration_id is 'The integration.';
comment on column code_quality.authors.name is 'Name at the source.';
comment on table code_quality.tags is 'Tags of findings, stored once per integration.';
comment on column code_quality.tags.id is 'Identity.';
comment on column code_quality.tags.integration_id is 'The integration.';
comment on column code_quality.tags.name is 'Name at the source.';
comment on table code_quality.findings is 'Issues and hotspots. One table, because a hotspot can become a vulnerability and keeps its key.';
comment on column code_quality.findings.id is 'Identity.';
comment on column code_quality.findings.integration_id is 'The integration.';
comment on column code_quality.findings.project_id is 'The project.';
comment on column code_quality.findings.branch_id is 'The branch or pull request.';
comment on column code_quality.findings.rule_id is 'The rule.';
comment on column code_quality.findings.path_id is 'The file; null for project-level findings.';
comment on column code_quality.findings.assignee_id is 'Who it is assigned to.';
comment on column code_quality.findings.author_id is 'Author of the line.';
comment on column code_quality.findings.run_id is 'Run that last wrote it.';
comment on column code_quality.findings.opened_at is 'Creation date at the source.';
comment on column code_quality.findings.updated_at is 'Last change at the source.';
comment on column code_quality.findings.closed_at is 'Close date at the source.';
comment on column code_quality.findings.deleted_at is 'When it was first missing from a complete listing.';
comment on column code_quality.findings.period_from is 'Start of the present or last period in this class, level and state.';
comment on column code_quality.findings.period_to is 'End of that period; null while it lasts.';
comment on column code_quality.findings.synced_at is 'When this row was last written.';
comment on column code_quality.findings.row_hash is 'Hash of the source record, to recognise an unchanged one.';
comment on column code_quality.findings.line is 'Line; null for file-level and closed ones.';
comment on column code_quality.findings.start_line is 'Text range.';
comment on column code_quality.findings.end_line is 'Text range.';
comment on column code_quality.findings.start_offset is 'Text range.';
comment on column code_quality.findings.end_offset is 'Text range.';
comment on column code_quality.findings.kind is 'Kind of row.';
comment on column code_quality.findings.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column code_quality.findings.axis is 'Which of the source’s scales raw_level is on.';
comment on column code_quality.findings.raw_level is 'The source’s own level on that axis.';
comment on column code_quality.findings.state is 'open, accepted, false_positive, or as the table says.';
comment on column code_quality.findings.counted_state is 'State the period counts under.';
comment on column code_quality.findings.asset_type is 'repository or iac_file.';
comment on column code_quality.findings.source_key is 'The source’s own key.';
comment on column code_quality.findings.component is 'Component key, where it is not project key and path.';
comment on column code_quality.findings.message is 'Message.';
comment on column code_quality.findings.type is 'Type at the source.';
comment on column code_quality.findings.severity is 'Severity.';
comment on column code_quality.findings.status is 'Status at the source.';
comment on column code_quality.findings.issue_status is 'Issue status of 10.4 and later, derived before.';
comment on column code_quality.findings.resolution is 'Resolution.';
comment on column code_quality.findings.impact_security is 'Severity of the security impact.';
comment on column code_quality.findings.impact_reliability is 'Severity of the reliability impact.';
comment on column code_quality.findings.impact_maintainability is 'Severity of the maintainability impact.';
comment on column code_quality.findings.clean_code_attribute is 'Clean code attribute.';
comment on column code_quality.findings.clean_code_category is 'Its category.';
comment on column code_quality.findings.effort is 'Effort as the source writes it.';
comment on column code_quality.findings.debt is 'Debt as the source writes it.';
comment on column code_quality.findings.tag_ids is 'Tags, sorted by name.';
comment on column code_quality.findings.code_scope is 'MAIN or TEST.';
comment on column code_quality.findings.external_rule_engine is 'Engine of an imported report.';
comment on column code_quality.findings.content_hash is 'The source’s hash of the line.';
comment on column code_quality.findings.security_category is 'Category of a hotspot.';
comment on column code_quality.findings.vulnerability_probability is 'HIGH, MEDIUM or LOW, for hotspots.';
comment on table code_quality.finding_past_periods is 'Earlier periods of a finding; the present or last one is on its row.';
comment on column code_quality.finding_past_periods.id is 'Identity.';
comment on column code_quality.finding_past_periods.finding_id is 'The finding.';
comment on column code_quality.finding_past_periods.from_at is 'Start.';
comment on column code_quality.finding_past_periods.to_at is 'End.';
comment on column code_quality.finding_past_periods.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column code_quality.finding_past_periods.axis is 'Which of the source’s scales raw_level is on.';
comment on column code_quality.finding_past_periods.raw_level is 'The source’s own level on that axis.';
comment on column code_quality.finding_past_periods.state is 'open, accepted, false_positive, or as the table says.';
comment on column code_quality.finding_past_periods.ended_by is 'What ended it.';
comment on table code_quality.severity_mapping is 'What the source’s own levels mean to readers; joined when read, so a change is instant.';
comment on column code_quality.severity_mapping.axis is 'Which of the source’s scales raw_level is on.';
comment on column code_quality.severity_mapping.raw_level is 'The source’s own level on that axis.';
comment on column code_quality.severity_mapping.severity is 'Severity.';
comment on table code_quality.project_daily is 'Changes per UTC day, derived from the periods of findings; open(t) is a running sum of opened - closed.';
comment on column code_quality.project_daily.project_id is 'The project.';
comment on column code_quality.project_daily.branch_class is 'main, branch or pull_request.';
comment on column code_quality.project_daily.day is 'UTC day.';
comment on column code_quality.project_daily.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column code_quality.project_daily.state is 'open, accepted, false_positive, or as the table says.';
comment on column code_quality.project_daily.axis is 'Which of the source’s scales raw_level is on.';
comment on column code_quality.project_daily.raw_level is 'The source’s own level on that axis.';
comment on column code_quality.project_daily.asset_type is 'repository or iac_file.';
comment on column code_quality.project_daily.opened is 'Findings whose period began.';
comment on column code_quality.project_daily.closed is 'Findings whose period ended.';
comment on table code_quality.daily_changes is 'Differences of project_daily not yet taken over by the roll-ups of other rooms.';
comment on column code_quality.daily_changes.seq is 'Order.';
comment on column code_quality.daily_changes.project_id is 'The project.';
comment on column code_quality.daily_changes.branch_class is 'main, branch or pull_request.';
comment on column code_quality.daily_changes.day is 'UTC day.';
comment on column code_quality.daily_changes.class is 'vulnerability, bug, code_smell, hotspot or unknown.';
comment on column code_quality.daily_changes.state is 'open, accepted, false_positive, or as the table says.';
comment on column code_quality.daily_changes.axis is 'Which of the source’s scales raw_level is on.';
comment on column code_quality.daily_changes.raw_level is 'The source’s own level on that axis.';
comment on column code_quality.daily_changes.asset_type is 'repository or iac_file.';
comment on column code_quality.daily_changes.opened is 'Findings whose period began.';
comment on column code_quality.daily_changes.closed is 'Findings whose period ended.';
