alter table access.users alter column password_hash drop not null;
alter table access.users add column issuer text collate "C";
alter table access.users add column subject text collate "C";
alter table access.users add column break_glass boolean not null default false;
alter table access.users add column ended_at timestamptz;
alter table access.users add constraint users_identity check ((issuer is null) = (subject is null));
create unique index users_identity_key on access.users (issuer, subject) where subject is not null;
create unique index users_break_glass_key on access.users (break_glass) where break_glass;
comment on column access.users.password_hash is 'argon2id in PHC form; null: signs in with single sign-on only.';
comment on column access.users.issuer is 'Whose identity it is linked to; null: to none.';
comment on column access.users.subject is 'What the issuer calls this person, for good.';
comment on column access.users.break_glass is 'The one administrator who signs in with a password also where single sign-on is required.';
comment on column access.users.ended_at is 'Since when single sign-on gives it no role; its tokens do nothing since.';

alter table access.sessions add column remote_address text;
alter table access.sessions add column user_agent text;
alter table access.sessions add column issuer text collate "C";
alter table access.sessions add column subject text collate "C";
alter table access.sessions add column provider_session text collate "C";
alter table access.sessions add column sealed jsonb not null default '{}';
alter table access.sessions add column confirmed_at timestamptz;
alter table access.sessions add column asked_at timestamptz;
alter table access.sessions add column ask_after timestamptz;
create index on access.sessions (issuer, subject) where subject is not null;
create index on access.sessions (issuer, provider_session) where provider_session is not null;
comment on column access.sessions.remote_address is 'Where it was begun from.';
comment on column access.sessions.user_agent is 'What browser said it was.';
comment on column access.sessions.issuer is 'Who signed the person in; null: a password did.';
comment on column access.sessions.subject is 'What the issuer calls the person.';
comment on column access.sessions.provider_session is 'What the issuer calls its own session.';
comment on column access.sessions.sealed is 'Sealed tokens of the issuer, to ask it again and to sign out there.';
comment on column access.sessions.confirmed_at is 'When the issuer last said that the person may go on.';
comment on column access.sessions.asked_at is 'When somebody began to ask the issuer; null: nobody does just now.';
comment on column access.sessions.ask_after is 'The issuer did not answer, and is not asked before this time.';

create table access.single_sign_on (
  id bigint primary key default 1 check (id = 1),
  settings jsonb not null,
  sealed jsonb not null default '{}',
  version bigint not null default 1,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
comment on table access.single_sign_on is 'The provider that signs people in; no row: none.';
comment on column access.single_sign_on.id is 'There is at most one.';
comment on column access.single_sign_on.settings is 'Address, client, groups and what they give.';
comment on column access.single_sign_on.sealed is 'Sealed secret of the client.';
comment on column access.single_sign_on.version is 'Grows with each change.';
comment on column access.single_sign_on.updated_at is 'Last change.';
comment on column access.single_sign_on.updated_by is 'By whom.';

create table access.single_sign_on_starts (
  id bigint generated always as identity primary key,
  state_hash bytea not null unique,
  binding_hash bytea not null,
  version bigint not null,
  return_to text not null,
  sealed jsonb not null,
  expires_at timestamptz not null
);
create index on access.single_sign_on_starts (expires_at);
comment on table access.single_sign_on_starts is 'People who went to the provider and have not come back.';
comment on column access.single_sign_on_starts.id is 'Identity; part of what its sealed values are bound to.';
comment on column access.single_sign_on_starts.state_hash is 'SHA-256 of the state they come back with, once.';
comment on column access.single_sign_on_starts.binding_hash is 'SHA-256 of what only the browser that went there holds.';
comment on column access.single_sign_on_starts.version is 'Of the settings it was begun with.';
comment on column access.single_sign_on_starts.return_to is 'Page of ours to go on to.';
comment on column access.single_sign_on_starts.sealed is 'Sealed nonce and proof of the code (PKCE).';
comment on column access.single_sign_on_starts.expires_at is 'Not taken back after this time.';

create table access.logout_tokens (
  token_hash bytea primary key,
  expires_at timestamptz not null
);
create index on access.logout_tokens (expires_at);
comment on table access.logout_tokens is 'Logout tokens of the provider that were obeyed: none counts twice.';
comment on column access.logout_tokens.token_hash is 'SHA-256 of issuer and identity of the token.';
comment on column access.logout_tokens.expires_at is 'The token is too old by itself after this time.';

create table access.sign_in_rules (
  only_row boolean primary key default true check (only_row),
  rules jsonb not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
comment on table access.sign_in_rules is 'What is asked of people who sign in with a password; no row: the standard.';
comment on column access.sign_in_rules.only_row is 'There is at most one.';
comment on column access.sign_in_rules.rules is 'Length of passwords, who needs a second factor, who may use a password at all.';
comment on column access.sign_in_rules.updated_at is 'Last change.';
comment on column access.sign_in_rules.updated_by is 'By whom.';

create table access.second_factors (
  id bigint generated always as identity primary key,
  user_id bigint not null unique references access.users (id) on delete cascade,
  sealed jsonb not null,
  last_step bigint not null default 0,
  confirmed_at timestamptz,
  created_at timestamptz not null default now()
);
comment on table access.second_factors is 'Secrets of people’s authenticator apps.';
comment on column access.second_factors.id is 'Identity; part of what its sealed secret is bound to.';
comment on column access.second_factors.user_id is 'Whose it is.';
comment on column access.second_factors.sealed is 'Sealed secret.';
comment on column access.second_factors.last_step is 'Half minute of the last code that was taken: it and those before are not taken again.';
comment on column access.second_factors.confirmed_at is 'When the first code proved it; null: asked for and not proven.';
comment on column access.second_factors.created_at is 'When it was asked for.';

create table access.recovery_codes (
  id bigint generated always as identity primary key,
  user_id bigint not null references access.users (id) on delete cascade,
  code_hash bytea not null,
  unique (user_id, code_hash)
);
comment on table access.recovery_codes is 'Codes for who has lost the app; a used one is gone.';
comment on column access.recovery_codes.id is 'Identity.';
comment on column access.recovery_codes.user_id is 'Whose it is.';
comment on column access.recovery_codes.code_hash is 'SHA-256 of the code, which has 80 random bits.';
