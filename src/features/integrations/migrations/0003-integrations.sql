create schema integrations;
comment on schema integrations is 'Configured instances of connectors and their sealed credentials.';

create table integrations.integrations (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique check (char_length(name) between 1 and 100),
  kind text collate "C" not null,
  tags text[] not null default '{}',
  settings jsonb not null,
  state text not null default 'active' check (state in ('active', 'paused', 'deleting')),
  capabilities jsonb not null default '[]',
  facts jsonb not null default '{}',
  checks jsonb not null default '[]',
  checked_at timestamptz,
  server_id text,
  sync_interval_seconds integer not null default 900 check (sync_interval_seconds between 30 and 86400),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table integrations.integrations is 'One configured instance of a connector kind.';
comment on column integrations.integrations.id is 'Identity.';
comment on column integrations.integrations.name is 'Unique name; every command takes it or the id.';
comment on column integrations.integrations.kind is 'Connector kind, e.g. sonarqube.';
comment on column integrations.integrations.tags is 'Free tags.';
comment on column integrations.integrations.settings is 'Settings as the connector parsed them; never a secret.';
comment on column integrations.integrations.state is 'active, paused, or deleting while its rows are removed.';
comment on column integrations.integrations.capabilities is 'What this token can do on this server, by the last check.';
comment on column integrations.integrations.facts is 'Version, edition, mode and kind of token, by the last check.';
comment on column integrations.integrations.checks is 'Results of the last check, with the warnings it was saved with.';
comment on column integrations.integrations.checked_at is 'When it was last checked.';
comment on column integrations.integrations.server_id is 'Identity of the server, held from first sight.';
comment on column integrations.integrations.sync_interval_seconds is 'Time between two scheduled runs.';
comment on column integrations.integrations.version is 'Rises with each change, so that a change validated against an older state is refused.';
comment on column integrations.integrations.created_at is 'When it was made.';
comment on column integrations.integrations.updated_at is 'Last change by a person.';

create table integrations.credentials (
  id bigint generated always as identity primary key,
  integration_id bigint not null references integrations.integrations (id) on delete cascade,
  label text not null,
  kind text,
  sealed jsonb not null,
  last_four text,
  expires_at timestamptz,
  created_at timestamptz not null default now()
);
create index on integrations.credentials (integration_id);
comment on table integrations.credentials is 'Secrets of integrations, sealed before they reach the database.';
comment on column integrations.credentials.id is 'Identity; part of what each sealed value is bound to.';
comment on column integrations.credentials.integration_id is 'The integration.';
comment on column integrations.credentials.label is 'Name shown to people.';
comment on column integrations.credentials.kind is 'Kind of token as the check found it.';
comment on column integrations.credentials.sealed is 'Per field the sealed value; bound to table, row and field.';
comment on column integrations.credentials.last_four is 'Last four characters of a secret of 20 or more, to recognise it by.';
comment on column integrations.credentials.expires_at is 'End of the token, as the outside system told at validation.';
comment on column integrations.credentials.created_at is 'When it was entered.';
