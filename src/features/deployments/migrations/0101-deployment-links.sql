-- A person who has the address of a pipeline's page asks what it deployed.
create index on deployments.deployments using hash (link) where link is not null;
