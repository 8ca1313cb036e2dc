create index on deployments.stage_outcomes (integration_id, run_id);
