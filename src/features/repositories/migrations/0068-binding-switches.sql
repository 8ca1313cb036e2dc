alter table repositories.bindings
  add column build_status boolean not null default false,
  add column summary_comment boolean not null default false;
comment on column repositories.bindings.build_status is 'The result of its reports is written as a build status of the commit, too.';
comment on column repositories.bindings.summary_comment is 'One comment of each pull request says what the report says, and is kept up to date.';
