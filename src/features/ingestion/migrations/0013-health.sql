create table ingestion.health (
  integration_id bigint primary key,
  health text collate "C" not null,
  reasons jsonb not null default '[]',
  since timestamptz not null default now(),
  computed_at timestamptz not null default now()
);
comment on table ingestion.health is 'Health of each integration as it was last recorded.';
comment on column ingestion.health.integration_id is 'The integration.';
comment on column ingestion.health.health is 'HEALTHY, NEEDS_ATTENTION, CRITICAL, OFFLINE_SATELLITE, PAUSED, UNKNOWN or DELETING.';
comment on column ingestion.health.reasons is 'Why, as codes with sentences.';
comment on column ingestion.health.since is 'Since when it is so.';
comment on column ingestion.health.computed_at is 'When health or reasons last changed.';

create table ingestion.health_changes (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  before text collate "C",
  health text collate "C" not null,
  reasons jsonb not null,
  changed_at timestamptz not null default now()
);
create index on ingestion.health_changes (integration_id, id desc);
comment on table ingestion.health_changes is 'Every change of an integration’s health.';
comment on column ingestion.health_changes.id is 'Identity.';
comment on column ingestion.health_changes.integration_id is 'The integration.';
comment on column ingestion.health_changes.before is 'Health before; null for the first.';
comment on column ingestion.health_changes.health is 'Health since then.';
comment on column ingestion.health_changes.reasons is 'Why, as codes with sentences.';
comment on column ingestion.health_changes.changed_at is 'When it changed.';

create index runs_finished on ingestion.runs (integration_id, finished_at) where finished_at is not null;
