create schema explorer;
comment on schema explorer is 'Saved queries and logins of SQL for people.';

create table explorer.saved_queries (
  id bigint generated always as identity primary key,
  slug text collate "C" not null unique,
  name text not null,
  description text not null default '',
  sql text not null,
  owner_key text collate "C" not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table explorer.saved_queries is 'Queries that people kept, each with an address.';
comment on column explorer.saved_queries.id is 'Identity.';
comment on column explorer.saved_queries.slug is 'Part of its address; never changes.';
comment on column explorer.saved_queries.name is 'Name shown.';
comment on column explorer.saved_queries.description is 'What it answers.';
comment on column explorer.saved_queries.sql is 'The statement; checked again at each run.';
comment on column explorer.saved_queries.owner_key is 'Who may change it beside administrators: user:<id>, token:<id> or local.';
comment on column explorer.saved_queries.created_by is 'Name of its maker.';
comment on column explorer.saved_queries.created_at is 'When it was made.';
comment on column explorer.saved_queries.updated_at is 'When it was last changed.';

create table explorer.analysts (
  id bigint generated always as identity primary key,
  name text not null,
  role_name text collate "C" not null unique,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create unique index on explorer.analysts (lower(name)) where revoked_at is null;
comment on table explorer.analysts is 'PostgreSQL logins of analysts; the password is kept by PostgreSQL only.';
comment on column explorer.analysts.id is 'Identity.';
comment on column explorer.analysts.name is 'Who it is for.';
comment on column explorer.analysts.role_name is 'The role in PostgreSQL.';
comment on column explorer.analysts.created_by is 'Administrator who made it.';
comment on column explorer.analysts.created_at is 'When it was made.';
comment on column explorer.analysts.expires_at is 'From then on PostgreSQL refuses the password.';
comment on column explorer.analysts.revoked_at is 'When it was taken away; null while it works.';
