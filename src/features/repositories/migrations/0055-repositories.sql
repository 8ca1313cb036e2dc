create schema repositories;
comment on schema repositories is 'Code: repositories of Bitbucket Server and their pull requests.';

create table repositories.repositories (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  project text collate "C" not null,
  project_name text,
  slug text collate "C" not null,
  name text,
  archived boolean not null,
  is_public boolean not null,
  origin_key text collate "C",
  link text,
  clone_urls text[] not null,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (integration_id, source_key)
);
comment on table repositories.repositories is 'A repository that the token of the integration sees.';
comment on column repositories.repositories.source_key is 'The server’s number of it, which a rename or a move leaves as it is.';
comment on column repositories.repositories.row_hash is 'Of the stored source columns.';
comment on column repositories.repositories.project is 'Key of its project now; of a user’s own it begins with ~.';
comment on column repositories.repositories.slug is 'Its name in addresses now.';
comment on column repositories.repositories.archived is 'It is only read from.';
comment on column repositories.repositories.origin_key is 'Number of the repository it is a fork of; null for no fork.';
comment on column repositories.repositories.clone_urls is 'Addresses to clone it from, without a user.';
comment on column repositories.repositories.deleted_at is 'When the server was found not to have it any more.';
create index on repositories.repositories (integration_id, project, slug);

create table repositories.pull_requests (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  repository_id bigint not null references repositories.repositories (id),
  source_key text collate "C" not null,
  row_hash uuid not null,
  title text not null,
  state text collate "C" not null check (state in ('open', 'merged', 'declined', 'other')),
  draft boolean not null,
  source_branch text not null,
  source_repository_key text collate "C" not null,
  head text collate "C" not null,
  target_branch text not null,
  base text collate "C" not null,
  merge_commit text collate "C",
  author text,
  opened_at timestamptz not null,
  updated_at timestamptz not null,
  closed_at timestamptz,
  link text,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (repository_id, source_key)
);
comment on table repositories.pull_requests is 'A pull request, as it was read last.';
comment on column repositories.pull_requests.source_key is 'Its number in the repository it is to be merged into.';
comment on column repositories.pull_requests.row_hash is 'Of the stored source columns.';
comment on column repositories.pull_requests.state is 'other: a state that this version does not know.';
comment on column repositories.pull_requests.source_repository_key is 'Number of the repository it comes from; another one of a fork.';
comment on column repositories.pull_requests.head is 'Newest commit of its source branch.';
comment on column repositories.pull_requests.base is 'Newest commit of its target branch, when it was read.';
comment on column repositories.pull_requests.updated_at is 'As the server says.';
comment on column repositories.pull_requests.deleted_at is 'When the server was found not to have it any more.';
create index on repositories.pull_requests (integration_id);
create index on repositories.pull_requests (head);
create index on repositories.pull_requests (repository_id) where state = 'open' and deleted_at is null;
