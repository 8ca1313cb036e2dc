-- What a pipeline reports of a service and an environment of Harness stands in their place, and is of its integration.
alter table deployments.deployments drop constraint deployments_check;
alter table deployments.deployments add constraint deployments_of_harness check (source <> 'harness' or integration_id is not null);
comment on column deployments.deployments.integration_id is 'The Harness integration whose service it deployed; null: a service that only pipelines tell of.';
