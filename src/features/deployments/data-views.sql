create view data.deployments as
select d.id, d.source, d.integration_id, d.source_key as deployment_key, p.service, p.service_name, nullif(p.service_scope, '') as service_scope,
       p.environment, p.environment_name, nullif(p.environment_scope, '') as environment_scope, p.environment_type,
       nullif(p.infrastructure, '') as infrastructure, d.status, d.raw_status, d.rolled_back, d.takes_back, d.superseded,
       p.running_id is not distinct from d.id as runs_now, d.image, d.image_digest, d.version, d.commit, d.link, d.reported_by,
       d.started_at, d.ended_at, d.rolled_back_at, d.at as effective_at, d.received_at, d.changed_at
  from deployments.deployments d join deployments.places p on p.id = d.place_id;
comment on view data.deployments is 'Deployments of services into environments, read from Harness or reported by pipelines. One row each: a stage that deploys to several gives several.';
comment on column data.deployments.id is 'Identity of the deployment.';
comment on column data.deployments.source is 'harness: read from there; pushed: a pipeline reported it.';
comment on column data.deployments.integration_id is 'The Harness integration, as in its address in the web application; null where a pipeline reported it.';
comment on column data.deployments.deployment_key is 'Of Harness: execution and stage; else the key that the pipeline gave it.';
comment on column data.deployments.service is 'Identifier of the service.';
comment on column data.deployments.service_name is 'Its name, as the newest deployment tells it.';
comment on column data.deployments.service_scope is 'Organization, or organization/project, that the service is defined in. Null: none.';
comment on column data.deployments.environment is 'Identifier of the environment.';
comment on column data.deployments.environment_name is 'Its name, as the newest deployment tells it.';
comment on column data.deployments.environment_scope is 'Organization, or organization/project, that the environment is defined in. Null: none.';
comment on column data.deployments.environment_type is 'production or pre_production, as the newest deployment that says it does; null: nobody said.';
comment on column data.deployments.infrastructure is 'Where the environment has several. Null: not told.';
comment on column data.deployments.status is 'How it ended by itself: waiting, running, succeeded, failed, aborted, skipped or unknown.';
comment on column data.deployments.raw_status is 'The word of Harness.';
comment on column data.deployments.rolled_back is 'True where it was taken back after whatever end it had.';
comment on column data.deployments.takes_back is 'True where it put back what ran before.';
comment on column data.deployments.superseded is 'True where a retry of the same pipeline run took its place.';
comment on column data.deployments.runs_now is 'True for the newest that succeeded and was not taken back, of its service, environment and infrastructure.';
comment on column data.deployments.image is 'Reference of the image, without its digest.';
comment on column data.deployments.image_digest is 'Digest of the image. Null: not told. Matches images.digest';
comment on column data.deployments.version is 'What was deployed where it is no image.';
comment on column data.deployments.commit is 'Commit it was built from, as the pipeline says.';
comment on column data.deployments.link is 'Page of the pipeline’s run.';
comment on column data.deployments.reported_by is 'Name of the token, or person, that reported it last.';
comment on column data.deployments.started_at is 'When it began (UTC).';
comment on column data.deployments.ended_at is 'When it ended (UTC); null: it has not, or nobody told.';
comment on column data.deployments.rolled_back_at is 'When it was taken back (UTC), where that is told.';
comment on column data.deployments.effective_at is 'When it took effect (UTC): its end, or its begin while it has none.';
comment on column data.deployments.received_at is 'When the hub knew of it first (UTC).';
comment on column data.deployments.changed_at is 'When what is known of it changed last (UTC).';
