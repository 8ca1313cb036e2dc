-- What servers measure of new code, as it was at each analysis: they keep no history of it themselves.

create table code_quality.new_code_values (
  branch_id bigint not null,
  metric_id bigint not null,
  analyzed_at timestamptz not null,
  project_id bigint not null,
  value double precision not null,
  primary key (branch_id, metric_id, analyzed_at)
);
create index on code_quality.new_code_values (project_id);
comment on table code_quality.new_code_values is 'Measures of new code of main branches, one for each analysis that was read.';
comment on column code_quality.new_code_values.branch_id is 'The branch.';
comment on column code_quality.new_code_values.metric_id is 'The metric.';
comment on column code_quality.new_code_values.analyzed_at is 'The analysis that it was measured by.';
comment on column code_quality.new_code_values.project_id is 'The project of the branch.';
comment on column code_quality.new_code_values.value is 'What the server said.';

insert into code_quality.new_code_values (branch_id, metric_id, analyzed_at, project_id, value)
select e.branch_id, e.metric_id, b.analyzed_at, e.project_id, e.numeric_value
  from code_quality.measures e
  join code_quality.branches b on b.id = e.branch_id and b.kind = 'branch' and b.is_main
 where e.is_new_code and e.measured_at is null and e.numeric_value is not null and b.analyzed_at is not null;
