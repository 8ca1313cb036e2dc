create view shared.projects as
select id, integration_id, source_key, name, counts, publishing_since, reliable_from, deleted_at, tags, tags_unread_since from code_quality.projects;
comment on view shared.projects is 'Every project ever read, whatever became of it.';
comment on column shared.projects.tags_unread_since is 'Since when nobody could read its tags; tags are those that were read last. Null: they were read.';
comment on column shared.projects.counts is 'False for one that is in no number: gone, out of scope, read by another integration.';

create view shared.code_authors as
select integration_id, name, id from code_quality.authors;
comment on view shared.code_authors is 'Whom findings name: authors of lines and assignees.';

create view shared.branches as
select id, integration_id, project_id, source_key, kind, name, is_main, analyzed_at, quality_gate, target, deleted_at from code_quality.branches;
comment on column shared.branches.target is 'Of a pull request: the branch that its newest analysis was made for, as the scanner was told.';
comment on column shared.branches.analyzed_at is 'Its newest analysis, as the list of branches says.';

create view shared.branch_readings as
select b.id as branch_id,
       (select (m.value ->> 'analyzedAt')::timestamptz from shared.bookmarks m
         where m.integration_id = b.integration_id and m.slice = 'project:' || p.source_key and m.stream = 'issues' and m.scope = b.source_key) as issues_of,
       (select c.outcome from shared.proofs c
         where c.integration_id = b.integration_id and c.slice = 'project:' || p.source_key and c.stream = 'hotspots' and c.scope = b.source_key
         order by c.id desc limit 1) as hotspots
  from code_quality.branches b join code_quality.projects p on p.id = b.project_id;
comment on view shared.branch_readings is 'How far the findings of a branch were read.';
comment on column shared.branch_readings.issues_of is 'The analysis whose issues were read last, proven to be all of them; null: nothing is proven.';
comment on column shared.branch_readings.hotspots is 'complete or unavailable, as they were read last; null: never.';

create view shared.current_measures as
select e.branch_id, m.source_key as metric, e.value, e.numeric_value
  from code_quality.measures e join code_quality.metrics m on m.id = e.metric_id where e.measured_at is null;
comment on view shared.current_measures is 'What was measured last, by branch.';

create view shared.analyses as
select a.id, a.integration_id, a.project_id, a.branch_id, b.name as branch, b.is_main, a.scope, a.revision, a.analyzed_at, a.changed_at,
       a.gate_status, a.gate_evaluated, a.ignored_conditions, a.deleted_at is null and a.scope <> 'companion' as counts, a.deleted_at is null as at_source,
       a.deleted_at, a.source_key
  from code_quality.analyses a join code_quality.branches b on b.id = a.branch_id;
comment on column shared.analyses.at_source is 'False once the server has it no more.';
comment on view shared.analyses is 'Analyses of commits with their gate.';
comment on column shared.analyses.counts is 'False once the server has it no more, and of a companion, whose gate is none of a commit that goes out.';

create view shared.gate_conditions as
select c.id, c.analysis_id, m.source_key as metric, m.name, m.type as metric_type, c.operator, c.threshold, c.actual_value, c.status
  from code_quality.gate_conditions c join code_quality.metrics m on m.id = c.metric_id;

create view shared.findings as
select id, integration_id, project_id, branch_id, source_key, message, class, axis, raw_level, standard_class, standard_axis, standard_level,
       counted_state, asset_type, opened_at, period_to, line, rule_id, path_id, kind, state, deleted_at, impact_security, impact_reliability,
       impact_maintainability, closed_at, content_hash, author_id
  from code_quality.findings;

create view shared.hotspot_conversions as
select finding_id, to_at from code_quality.finding_past_periods where ended_by = 'became_vulnerability';
comment on view shared.hotspot_conversions is 'When a hotspot became a vulnerability and kept its key.';

create view shared.rules as select id, source_key, name, cwe from code_quality.rules;
create view shared.paths as select id, project_id, path from code_quality.paths;

create view shared.metrics as select integration_id, source_key, name, type from code_quality.metrics;
create view shared.quality_gates as select id, integration_id, name, conditions, deleted_at from code_quality.quality_gates;
create view shared.companions as select project_id, pull_request_id, name from code_quality.companions where state <> 'deleted';
comment on view shared.companions is 'Projects that the hub made for pull requests.';

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
create view shared.vulnerability_periods as
select x.project_id, case when b.is_main then 'main' else 'branch' end as branch_class, n.counting,
       case when n.by_impact then x.axis else x.standard_axis end as axis, case when n.by_impact then x.raw_level else x.standard_level end as raw_level,
       x.asset_type, (x.opened_at at time zone 'UTC')::date as created_on, (x.from_at at time zone 'UTC')::date as from_day,
       coalesce((x.to_at at time zone 'UTC')::date, (coalesce(b.deleted_at, p.deleted_at, p.left_scope_at) at time zone 'UTC')::date, 'infinity') as to_day,
       coalesce((x.to_at at time zone 'UTC')::date, 'infinity') as ended_day
  from (
    -- What is no vulnerability by either reading is left out here, before anything is looked up.
    select f.integration_id, f.project_id, f.branch_id, f.asset_type, f.opened_at,
           f.class, f.axis, f.raw_level, f.standard_class, f.standard_axis, f.standard_level, f.period_from as from_at, f.period_to as to_at
      from code_quality.findings f
     where f.counted_state = 'open' and (f.class = 'vulnerability' or f.standard_class = 'vulnerability')
    union all
    select f.integration_id, f.project_id, f.branch_id, f.asset_type, f.opened_at,
           past.class, past.axis, past.raw_level, past.standard_class, past.standard_axis, past.standard_level, past.from_at, past.to_at
      from code_quality.finding_past_periods past join code_quality.findings f on f.id = past.finding_id
     where past.state = 'open' and (past.class = 'vulnerability' or past.standard_class = 'vulnerability')) x
  join code_quality.branches b on b.id = x.branch_id and b.kind = 'branch'
  join code_quality.projects p on p.id = x.project_id and p.duplicate_of is null
  left join code_quality.current_modes mode on mode.integration_id = x.integration_id
 cross join lateral (values ('server', coalesce(mode.mode, 'mqr') = 'mqr'), ('other', coalesce(mode.mode, 'mqr') <> 'mqr')) as n (counting, by_impact)
 where case when n.by_impact then x.class else x.standard_class end = 'vulnerability';
comment on view shared.vulnerability_periods is 'When each vulnerability was open, by UTC days, the last one left out; as the mode of its server counts now, and as the other would.';
comment on column shared.vulnerability_periods.to_day is 'When it ended, or its branch or project went.';
comment on column shared.vulnerability_periods.ended_day is 'When it ended itself, without a look at its branch and project; what is open after a day by to_day is so by this, too.';

create view shared.changed_projects as select seq, project_id from code_quality.changed_projects;
comment on view shared.changed_projects is 'Projects whose findings changed since somebody looked.';

create view shared.measure_history as
select e.project_id, e.branch_id, m.source_key as metric, e.measured_at, e.numeric_value
  from code_quality.measures e join code_quality.metrics m on m.id = e.metric_id;
comment on view shared.measure_history is 'What was measured, by branch and analysis.';
comment on column shared.measure_history.measured_at is 'The analysis; null: now.';

create view shared.new_code_values as
select n.project_id, n.branch_id, m.source_key as metric, n.analyzed_at, n.value
  from code_quality.new_code_values n join code_quality.metrics m on m.id = n.metric_id;
comment on view shared.new_code_values is 'What was measured of new code, by main branch and analysis that was read.';
