create view shared.projects as
select id, integration_id, source_key, name, counts, publishing_since, reliable_from, deleted_at from code_quality.projects;
comment on view shared.projects is 'Every project ever read, whatever became of it.';
comment on column shared.projects.counts is 'False for one that is in no number: gone, out of scope, read by another integration.';

create view shared.branches as select id, project_id, kind, name, is_main, deleted_at from code_quality.branches;

create view shared.analyses as
select a.id, a.integration_id, a.project_id, a.branch_id, b.name as branch, b.is_main, a.scope, a.revision, a.analyzed_at, a.changed_at,
       a.gate_status, a.gate_evaluated, a.ignored_conditions, a.deleted_at is null and a.scope <> 'companion' as counts
  from code_quality.analyses a join code_quality.branches b on b.id = a.branch_id;
comment on view shared.analyses is 'Analyses of commits with their gate.';
comment on column shared.analyses.counts is 'False once the server has it no more, and of a companion, whose gate is none of a commit that goes out.';

create view shared.gate_conditions as
select c.id, c.analysis_id, m.source_key as metric, m.name, c.operator, c.threshold, c.actual_value, c.status
  from code_quality.gate_conditions c join code_quality.metrics m on m.id = c.metric_id;

create view shared.findings as
select id, integration_id, project_id, branch_id, source_key, message, class, axis, raw_level, standard_class, standard_axis, standard_level,
       counted_state, asset_type, opened_at, period_to, line, rule_id, path_id
  from code_quality.findings;

create view shared.hotspot_conversions as
select finding_id, to_at from code_quality.finding_past_periods where ended_by = 'became_vulnerability';
comment on view shared.hotspot_conversions is 'When a hotspot became a vulnerability and kept its key.';

create view shared.rules as select id, source_key, name, cwe from code_quality.rules;
create view shared.paths as select id, path from code_quality.paths;

create view shared.severity_mapping as select axis, raw_level, severity from code_quality.severity_mapping;
create view shared.counting_modes as select integration_id, from_at, mode from code_quality.counting_modes;
create view shared.current_modes as select integration_id, mode, told, from_at from code_quality.current_modes;
comment on view shared.current_modes is 'How each server counts now.';

create view shared.project_daily as
select project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed, joined, left_out
  from code_quality.project_daily;
comment on view shared.project_daily is 'What opened and closed in a project, by UTC day.';

create view shared.daily_changes as
select seq, project_id, branch_class, counting, day, class, state, axis, raw_level, asset_type, part, opened, closed, joined, left_out
  from code_quality.daily_changes;
comment on view shared.daily_changes is 'Differences of project_daily that nobody has added up yet.';

create view shared.daily_known as select project_id, branch_class, counting, counted_from, read_from, is_split from code_quality.daily_known;
comment on view shared.daily_known is 'From when on the days of a project are known.';

create view shared.vulnerability_spans as select * from code_quality.vulnerability_spans;
create view shared.changed_projects as select seq, project_id from code_quality.changed_projects;
comment on view shared.changed_projects is 'Projects whose findings changed since somebody looked.';
