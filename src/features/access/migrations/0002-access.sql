create schema access;
comment on schema access is 'Users, sessions, API tokens, roles and the audit trail.';

create table access.users (
  id bigint generated always as identity primary key,
  email text collate "C" not null unique check (email = lower(email)),
  name text not null default '',
  role text not null check (role in ('admin', 'team_manager', 'viewer')),
  password_hash text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_sign_in_at timestamptz
);
comment on table access.users is 'People who sign in.';
comment on column access.users.id is 'Identity.';
comment on column access.users.email is 'Address in lower case; the name to sign in with.';
comment on column access.users.name is 'Name shown to others; empty when none was given.';
comment on column access.users.role is 'admin, team_manager or viewer.';
comment on column access.users.password_hash is 'argon2id in PHC form.';
comment on column access.users.created_at is 'When the account was made.';
comment on column access.users.updated_at is 'Last change of the account.';
comment on column access.users.last_sign_in_at is 'Last successful sign-in.';

create table access.sessions (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  user_id bigint not null references access.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on access.sessions (user_id);
create index on access.sessions (expires_at);
comment on table access.sessions is 'Browser sessions; removing the row ends the session.';
comment on column access.sessions.id is 'Identity.';
comment on column access.sessions.token_hash is 'SHA-256 of the cookie’s token.';
comment on column access.sessions.user_id is 'Whose session it is.';
comment on column access.sessions.created_at is 'Sign-in.';
comment on column access.sessions.last_seen_at is 'Last request, to the minute; 12 hours later the session has ended.';
comment on column access.sessions.expires_at is 'Latest end, 7 days after the sign-in.';

create table access.api_tokens (
  id bigint generated always as identity primary key,
  name text not null,
  token_hash bytea not null unique,
  prefix text not null,
  role text not null check (role in ('admin', 'team_manager', 'viewer')),
  user_id bigint references access.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz
);
create index on access.api_tokens (user_id);
comment on table access.api_tokens is 'API tokens; removing the row revokes the token.';
comment on column access.api_tokens.id is 'Identity.';
comment on column access.api_tokens.name is 'What it is for.';
comment on column access.api_tokens.token_hash is 'SHA-256 of the token.';
comment on column access.api_tokens.prefix is 'First characters, to recognise it by.';
comment on column access.api_tokens.role is 'Most rights it can have; never more than its maker has at the time of use.';
comment on column access.api_tokens.user_id is 'Who made it; null when it was made with the local token of the hub’s machine.';
comment on column access.api_tokens.created_at is 'When it was made.';
comment on column access.api_tokens.expires_at is 'Not valid from this time on; null: no end.';
comment on column access.api_tokens.last_used_at is 'Last use, to the minute.';

create table access.setup (
  only_row boolean primary key default true check (only_row),
  secret_hash bytea not null,
  expires_at timestamptz not null
);
comment on table access.setup is 'The one-time secret of the set-up link, while there is no administrator.';
comment on column access.setup.only_row is 'There is at most one.';
comment on column access.setup.secret_hash is 'SHA-256 of the secret.';
comment on column access.setup.expires_at is 'Not valid from this time on.';

create table access.sign_in_attempts (
  key text collate "C" primary key,
  attempts integer not null,
  window_started_at timestamptz not null default now()
);
create index on access.sign_in_attempts (window_started_at);
comment on table access.sign_in_attempts is 'Attempts to sign in per account and per address within 15 minutes.';
comment on column access.sign_in_attempts.key is 'What is counted: hashed account, address, or both.';
comment on column access.sign_in_attempts.attempts is 'Attempts since window_started_at.';
comment on column access.sign_in_attempts.window_started_at is 'First attempt counted.';

create table access.audit_events (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('user', 'token', 'local', 'system')),
  actor_name text not null,
  user_id bigint,
  token_id bigint,
  action text collate "C" not null,
  object_kind text collate "C" not null,
  object_id text collate "C",
  object_name text,
  details jsonb not null default '{}',
  remote_address text,
  request_id text
);
create index on access.audit_events (at);
create index on access.audit_events (object_kind, object_id, id desc);
create index on access.audit_events (action text_pattern_ops, id desc);
comment on table access.audit_events is 'Who changed what; rows are only added.';
comment on column access.audit_events.id is 'Identity, in the order of happening.';
comment on column access.audit_events.at is 'When.';
comment on column access.audit_events.actor_kind is 'user, token, local or system.';
comment on column access.audit_events.actor_name is 'Name at that time; stays when the account goes.';
comment on column access.audit_events.user_id is 'The user, or the maker of the token.';
comment on column access.audit_events.token_id is 'The API token used.';
comment on column access.audit_events.action is 'e.g. integration.created.';
comment on column access.audit_events.object_kind is 'Kind of thing changed.';
comment on column access.audit_events.object_id is 'Its id.';
comment on column access.audit_events.object_name is 'Its name at that time.';
comment on column access.audit_events.details is 'What changed; never a secret.';
comment on column access.audit_events.remote_address is 'Address the request came from.';
comment on column access.audit_events.request_id is 'The request, as in the log.';
