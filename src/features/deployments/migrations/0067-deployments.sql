create schema deployments;
comment on schema deployments is 'What was deployed where, and what runs where now.';

create table deployments.places (
  id bigint generated always as identity primary key,
  integration_id bigint,
  service_scope text collate "C" not null default '',
  service text collate "C" not null,
  environment_scope text collate "C" not null default '',
  environment text collate "C" not null,
  infrastructure text collate "C" not null default '',
  service_name text not null,
  environment_name text not null,
  environment_type text collate "C" check (environment_type in ('production', 'pre_production')),
  running_id bigint,
  previous_id bigint,
  newest_id bigint,
  doubt text collate "C" check (doubt in ('in_progress', 'aborted', 'unknown', 'failed', 'rollback_failed')),
  unique nulls not distinct (integration_id, service_scope, service, environment_scope, environment, infrastructure)
);
comment on table deployments.places is 'A service in an environment, and what runs there: told by the deployments alone, so that any order of reports ends the same.';
comment on column deployments.places.integration_id is 'Null: pipelines report it themselves.';
comment on column deployments.places.service_scope is 'Organization, or organization/project, that the service is defined in; empty: none.';
comment on column deployments.places.running_id is 'The newest deployment that succeeded and was not taken back.';
comment on column deployments.places.previous_id is 'What ran before it.';
comment on column deployments.places.newest_id is 'The newest attempt, whatever became of it.';
comment on column deployments.places.doubt is 'Why it is not certain that this still runs: what happened since.';
create index on deployments.places (service_name, id);
create index on deployments.places (environment_name);

create table deployments.deployments (
  id bigint generated always as identity primary key,
  source text collate "C" not null check (source in ('harness', 'pushed')),
  integration_id bigint,
  source_key text collate "C" not null,
  place_id bigint not null references deployments.places (id),
  status text collate "C" not null
    check (status in ('waiting', 'running', 'succeeded', 'failed', 'aborted', 'skipped', 'unknown')),
  raw_status text,
  rolled_back boolean not null default false,
  rolled_back_at timestamptz,
  takes_back boolean not null default false,
  superseded boolean not null default false,
  service_name text not null,
  environment_name text not null,
  environment_type text collate "C" check (environment_type in ('production', 'pre_production')),
  image text,
  image_digest text collate "C",
  version text,
  commit text collate "C",
  link text,
  reported_by text,
  started_at timestamptz,
  ended_at timestamptz,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  check ((source = 'harness') = (integration_id is not null)),
  unique nulls not distinct (source, integration_id, place_id, source_key)
);
comment on table deployments.deployments is 'One deployment of a service into an environment, read from Harness or reported by a pipeline.';
comment on column deployments.deployments.source_key is 'Of Harness: execution and stage. Reported: the key that the pipeline gave it.';
comment on column deployments.deployments.status is 'How it ended by itself; that it was taken back later is told apart.';
comment on column deployments.deployments.raw_status is 'The word of Harness.';
comment on column deployments.deployments.takes_back is 'It put back what ran before.';
comment on column deployments.deployments.superseded is 'A retry of the same pipeline run took its place.';
comment on column deployments.deployments.environment_type is 'As it was told with this deployment; the place knows the newest that was told.';
comment on column deployments.deployments.at is 'When it took effect: its end, or its begin while it has none.';
create index on deployments.deployments (place_id, at desc);
create index on deployments.deployments (at desc, id desc);
create index on deployments.deployments (image_digest) where image_digest is not null;
create index on deployments.deployments (commit) where commit is not null;
create index on deployments.deployments (integration_id) where integration_id is not null;
