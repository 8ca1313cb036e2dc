create schema running;
comment on schema running is 'What runs where, and what is said of it: now, and at any time before.';

create table running.verdicts (
  id bigint generated always as identity primary key,
  row_key text collate "C" not null,
  place_id bigint,
  deployment_id bigint,
  environment_image_id bigint,
  service text not null,
  environment text not null,
  environment_type text collate "C",
  infrastructure text,
  integration_id bigint,
  image_id bigint,
  registry_id bigint,
  repository_id bigint,
  repository text collate "C",
  digest text collate "C",
  reference text,
  commit text collate "C",
  certainty text collate "C" check (certainty in ('signed', 'stated', 'inferred', 'declared')),
  verdict text collate "C" not null check (verdict in ('passed', 'failed', 'no_verdict')),
  reason text collate "C" not null,
  said_by text collate "C" check (said_by in ('policy', 'gate')),
  doubt text collate "C",
  runs_since timestamptz not null,
  failing_since timestamptz,
  newest_fact_at timestamptz not null,
  critical integer,
  high integer,
  medium integer,
  low integer,
  criticals_since timestamptz,
  integration_ids bigint[] not null,
  project_ids bigint[] not null,
  team_ids bigint[] not null,
  teams text[] not null,
  evidence jsonb not null,
  hash bytea not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  check ((place_id is null) <> (environment_image_id is null))
);
comment on table running.verdicts is 'What is said of each image that runs somewhere, from when to when. Never changed, only ended.';
comment on column running.verdicts.row_key is 'The place or the entry of an environment, and the image.';
comment on column running.verdicts.place_id is 'A service in an environment, as deployments tell it; null: it was said with environment set.';
comment on column running.verdicts.image_id is 'Null: which image runs there is not known.';
comment on column running.verdicts.certainty is 'The least sure of the links it rests on; null: it rests on none.';
comment on column running.verdicts.said_by is 'policy: the verdict on the image; gate: the gate of the commit; null: nothing says anything.';
comment on column running.verdicts.critical is 'Open vulnerabilities of the commit; null: not known.';
comment on column running.verdicts.criticals_since is 'Since when a critical one runs: since it was found, or since the image came, whichever was later.';
comment on column running.verdicts.integration_ids is 'Integrations whose word it rests on: it is as old as the oldest reading of them.';
comment on column running.verdicts.evidence is 'What it rests on, by value: links, projects with analyses, conditions and counts.';
comment on column running.verdicts.valid_from is 'Since when the hub says so.';
comment on column running.verdicts.valid_to is 'Until when it said so; null: now.';
create unique index verdicts_current on running.verdicts (row_key) where valid_to is null;
create index verdicts_of_places on running.verdicts (place_id) where valid_to is null and place_id is not null;
create index verdicts_of_entries on running.verdicts (environment_image_id) where valid_to is null and environment_image_id is not null;
create index verdicts_of_images on running.verdicts (image_id) where valid_to is null and image_id is not null;
create index verdicts_of_commits on running.verdicts (commit) where valid_to is null and commit is not null;
create index verdicts_of_projects on running.verdicts using gin (project_ids) where valid_to is null;
create index verdicts_times on running.verdicts (valid_from, valid_to);
create index verdicts_by_place on running.verdicts (place_id, valid_from);
create index verdicts_of_integrations on running.verdicts (integration_id);
create index verdicts_of_registries on running.verdicts (registry_id);

create table running.freshness (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  interval_seconds integer,
  webhook_broken_since timestamptz,
  made_at timestamptz not null,
  valid_from timestamptz not null,
  valid_to timestamptz
);
comment on table running.freshness is 'By what the age of each integration’s word was judged, from when to when. Never changed, only ended.';
comment on column running.freshness.interval_seconds is 'How often it was meant to be read.';
comment on column running.freshness.webhook_broken_since is 'Since when one of its webhooks was broken then.';
create unique index freshness_current on running.freshness (integration_id) where valid_to is null;
create index freshness_times on running.freshness (integration_id, valid_from);
