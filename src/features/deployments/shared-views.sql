create view shared.deployments as
select d.id, d.source, d.integration_id, d.place_id, d.status, d.rolled_back, d.takes_back, d.superseded, d.image, d.image_digest, d.commit,
       d.started_at, d.ended_at, d.at, p.service_name, p.environment_name, p.environment_type, p.running_id is not distinct from d.id as runs_now
  from deployments.deployments d join deployments.places p on p.id = d.place_id;
comment on view shared.deployments is 'Deployments with what names their place.';
