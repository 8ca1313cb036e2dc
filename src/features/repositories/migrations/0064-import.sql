create table repositories.user_tokens (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  user_id bigint not null,
  sealed jsonb not null,
  account text not null,
  entered_at timestamptz not null default now(),
  refused_at timestamptz,
  unique (integration_id, user_id)
);
comment on table repositories.user_tokens is 'Access tokens with which people list and import repositories, one each for a server.';
comment on column repositories.user_tokens.user_id is 'Whose it is; it goes with the account.';
comment on column repositories.user_tokens.sealed is 'The token, encrypted; nobody is shown it again.';
comment on column repositories.user_tokens.account is 'User of the server that it is of.';
comment on column repositories.user_tokens.refused_at is 'Since when the server does not accept it.';

create table repositories.imports (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  repository_key text collate "C" not null,
  prefix text not null,
  sonarqube_id bigint not null,
  project_key text collate "C" not null,
  started_at timestamptz not null default now(),
  started_by text not null,
  unique (integration_id, repository_key, prefix)
);
comment on table repositories.imports is 'Repositories that are being set up: a row goes when the project is bound or taken back.';
comment on column repositories.imports.repository_key is 'The server’s number of the repository.';
comment on column repositories.imports.prefix is 'Folder of the repository, in a mono repository.';
comment on column repositories.imports.sonarqube_id is 'Integration of SonarQube that the project is made on.';
create index on repositories.imports (sonarqube_id);
