create schema trace;
comment on schema trace is 'How commits, pull requests, analyses, images, executions, deployments and environments hang together: an index of what other rooms hold.';

create table trace.links (
  id bigint generated always as identity primary key,
  owner text collate "C" not null
    check (owner in ('pull_request', 'analysis', 'image', 'execution', 'deployment', 'environment_image')),
  owner_id bigint not null,
  kind text collate "C" not null,
  from_station text collate "C" not null,
  from_id bigint not null,
  to_station text collate "C" not null,
  to_id bigint,
  to_key text collate "C",
  certainty text collate "C" not null check (certainty in ('signed', 'stated', 'inferred', 'declared')),
  note text collate "C",
  integration_id bigint,
  stream text collate "C" not null,
  record text collate "C" not null,
  seen_at timestamptz not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  place_id bigint,
  check ((to_id is null) = (to_station in ('commit', 'environment'))),
  check ((to_key is null) = (to_id is not null)),
  unique nulls not distinct (owner, owner_id, kind, from_id, to_id, to_key, valid_from)
);
comment on table trace.links is 'Links between two stations: each is what one record of a room says, and follows from no other link.';
comment on column trace.links.owner is 'Kind of the record that says so.';
comment on column trace.links.owner_id is 'The record, as its room knows it.';
comment on column trace.links.to_key is 'Of a commit: its id, or its beginning; of an environment: what names it.';
comment on column trace.links.certainty is 'signed: a verified signature says so; stated: an unsigned document or the outside system; inferred: derived; declared: a person or a pipeline told the hub.';
comment on column trace.links.note is 'What makes it less than it seems, in a word.';
comment on column trace.links.integration_id is 'Where the record comes from; null: it was told to the hub itself.';
comment on column trace.links.record is 'The record in the words of its source.';
comment on column trace.links.seen_at is 'When the record was first seen; of an analysis: when it was made.';
comment on column trace.links.valid_from is 'Since when it holds.';
comment on column trace.links.valid_to is 'Until when it held; null: it holds.';
comment on column trace.links.place_id is 'Of a deployment into an environment: the service there, whose next deployment ends it.';
create index on trace.links (to_station, to_key) where to_key is not null;
create index on trace.links (to_station, to_id) where to_id is not null;
create index on trace.links (from_station, from_id);
create index on trace.links (integration_id);

create table trace.mentions (
  owner text collate "C" not null,
  owner_id bigint not null,
  repository text collate "C",
  tag text collate "C",
  digest text collate "C",
  from_at timestamptz not null,
  to_at timestamptz not null,
  check (digest is not null or (repository is not null and tag is not null))
);
comment on table trace.mentions is 'Which images deployments and executions name, so that they are looked at again when such an image comes or a tag moves.';
comment on column trace.mentions.digest is 'Null: by tag alone.';
comment on column trace.mentions.from_at is 'Where the tag pointed since then matters.';
create index on trace.mentions (owner, owner_id);
create index on trace.mentions (digest) where digest is not null;
create index on trace.mentions (repository, tag, to_at) where tag is not null;

create table trace.registry_hosts (
  integration_id bigint primary key,
  host text collate "C" not null
);
comment on table trace.registry_hosts is 'By which host references name each registry, as the index was made. The row 0 says that it was begun.';
