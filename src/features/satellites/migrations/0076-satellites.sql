create schema satellites;
comment on schema satellites is 'Keys of satellites, what is known of the satellites, and connection tests that they carry out.';

create table satellites.keys (
  id bigint generated always as identity primary key,
  name text not null,
  hash bytea not null unique,
  made_by text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);
comment on table satellites.keys is 'What satellites prove themselves by: each download of a file makes one.';
comment on column satellites.keys.id is 'Identity.';
comment on column satellites.keys.name is 'Integrations it was made for, for people.';
comment on column satellites.keys.hash is 'SHA-256 of the key, which is kept nowhere.';
comment on column satellites.keys.made_by is 'Who downloaded the file.';
comment on column satellites.keys.created_at is 'When.';
comment on column satellites.keys.last_used_at is 'Last call with it, to the minute.';
comment on column satellites.keys.revoked_at is 'Since when it opens nothing.';
comment on column satellites.keys.revoked_by is 'Who revoked it.';

create table satellites.key_integrations (
  key_id bigint not null references satellites.keys (id) on delete cascade,
  integration_id bigint not null,
  primary key (key_id, integration_id)
);
create index on satellites.key_integrations (integration_id);
comment on table satellites.key_integrations is 'What a key is good for.';
comment on column satellites.key_integrations.key_id is 'The key.';
comment on column satellites.key_integrations.integration_id is 'An integration that satellites with this key may read.';

create table satellites.satellites (
  id bigint generated always as identity primary key,
  key_id bigint not null references satellites.keys (id) on delete cascade,
  instance text collate "C" not null,
  name text not null,
  version text not null,
  protocol integer not null,
  address text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null default now(),
  clock_ahead_ms bigint not null default 0,
  state jsonb not null default '{}',
  unique (key_id, instance)
);
comment on table satellites.satellites is 'Programs that read for the hub what it cannot reach, as they said it last.';
comment on column satellites.satellites.id is 'Identity.';
comment on column satellites.satellites.key_id is 'The key it proves itself by.';
comment on column satellites.satellites.instance is 'What it calls itself, for as long as its state directory lives.';
comment on column satellites.satellites.name is 'Its machine.';
comment on column satellites.satellites.version is 'Of the program.';
comment on column satellites.satellites.protocol is 'Of what it says; too old ones are refused.';
comment on column satellites.satellites.address is 'Where its last call came from.';
comment on column satellites.satellites.started_at is 'By its own clock.';
comment on column satellites.satellites.seen_at is 'Its last call, by the clock of the database.';
comment on column satellites.satellites.clock_ahead_ms is 'How far its clock is ahead of the hub''s; behind when negative.';
comment on column satellites.satellites.state is 'Its last heartbeat: memory, tasks, what waits on its disk, errors.';

create table satellites.checks (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  holder text,
  taken_at timestamptz,
  results jsonb not null default '[]',
  report jsonb,
  ended_at timestamptz
);
create index on satellites.checks (integration_id) where ended_at is null;
comment on table satellites.checks is 'Connection tests that a satellite carries out while a person waits.';
comment on column satellites.checks.id is 'Identity.';
comment on column satellites.checks.integration_id is 'What is tested.';
comment on column satellites.checks.asked_by is 'Who waits for it.';
comment on column satellites.checks.asked_at is 'Since when.';
comment on column satellites.checks.holder is 'The satellite that carries it out.';
comment on column satellites.checks.taken_at is 'Since when it does.';
comment on column satellites.checks.results is 'Checks that ended, in their order.';
comment on column satellites.checks.report is 'What was found; null until it is known.';
comment on column satellites.checks.ended_at is 'When it was known, or nobody waited any more.';
