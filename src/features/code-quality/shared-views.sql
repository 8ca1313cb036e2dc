create view shared.projects as
select id, integration_id, source_key, name from code_quality.projects;
comment on view shared.projects is 'Every project ever read, whatever became of it.';

create view shared.analyses as
select a.id, a.integration_id, a.project_id, a.branch_id, b.name as branch, b.is_main, a.scope, a.revision, a.analyzed_at, a.changed_at,
       a.gate_status, a.gate_evaluated, a.ignored_conditions, a.deleted_at is null as counts
  from code_quality.analyses a join code_quality.branches b on b.id = a.branch_id;
comment on view shared.analyses is 'Analyses of commits with their gate.';
comment on column shared.analyses.counts is 'False once the server has it no more.';

create view shared.gate_conditions as
select c.id, c.analysis_id, m.source_key as metric, m.name, c.operator, c.threshold, c.actual_value, c.status
  from code_quality.gate_conditions c join code_quality.metrics m on m.id = c.metric_id;
