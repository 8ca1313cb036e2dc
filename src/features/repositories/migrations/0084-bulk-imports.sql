create table repositories.bulk_imports (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  sonarqube_id bigint not null,
  user_id bigint not null,
  token_id bigint,
  started_by text not null,
  how jsonb not null,
  request_hash text collate "C" not null,
  state text collate "C" not null default 'running' check (state in ('running', 'token', 'done', 'cancelled', 'not_allowed')),
  started_at timestamptz not null default now(),
  cancel_asked_at timestamptz,
  ended_at timestamptz,
  due_at timestamptz not null default now(),
  lease_until timestamptz,
  fence bigint not null default 0
);
comment on table repositories.bulk_imports is 'Imports of many repositories at once, carried out one repository after the other.';
comment on column repositories.bulk_imports.user_id is 'Whose access token it is done with.';
comment on column repositories.bulk_imports.token_id is 'API token that it was begun with; null: signed in.';
comment on column repositories.bulk_imports.how is 'What is the same for each repository.';
comment on column repositories.bulk_imports.request_hash is 'Of all that was asked for: the same twice is one import while it is not ended.';
comment on column repositories.bulk_imports.state is 'token: stopped until its person enters an access token that works; not_allowed: its person may not import any more.';
comment on column repositories.bulk_imports.fence is 'Grows with each process that takes it: one that lost it stores nothing more.';
create unique index on repositories.bulk_imports (integration_id, user_id, request_hash) where ended_at is null;
create index on repositories.bulk_imports (due_at) where ended_at is null;
create index on repositories.bulk_imports (integration_id, user_id, id);
create index on repositories.bulk_imports (sonarqube_id);

create table repositories.bulk_import_items (
  bulk_id bigint not null references repositories.bulk_imports (id) on delete cascade,
  position integer not null,
  project text not null,
  slug text not null,
  state text collate "C" not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'left_out')),
  not_before timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  already boolean,
  binding_id bigint,
  project_key text,
  error jsonb,
  primary key (bulk_id, position)
);
comment on table repositories.bulk_import_items is 'Repositories of an import of many, in the order in which they are set up.';
comment on column repositories.bulk_import_items.state is 'running: begun, by whoever holds the import or held it last; left_out: the import was ended before.';
comment on column repositories.bulk_import_items.not_before is 'Somebody else is setting it up: when it is tried again.';
comment on column repositories.bulk_import_items.already is 'It was set up before.';
comment on column repositories.bulk_import_items.error is 'Code, message, remedy and the words of the other system.';
