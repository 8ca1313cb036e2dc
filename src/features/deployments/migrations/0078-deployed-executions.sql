alter table deployments.deployments add column execution_id bigint references deployments.executions (id) on delete set null;
comment on column deployments.deployments.execution_id is 'The run of Harness whose stage it is; null: a pipeline reported it, or the run was forgotten.';
create index on deployments.deployments (execution_id) where execution_id is not null;
