alter table deployments.executions add column derivation integer not null default 1;
comment on column deployments.executions.derivation is 'By which version its deployments were derived.';
alter table deployments.deployments add column derivation integer not null default 1;
comment on column deployments.deployments.derivation is 'By which version it was derived of its execution; says nothing of what pipelines reported.';

create table deployments.derivation (
  id boolean primary key default true check (id),
  version integer not null,
  after_id bigint not null default 0,
  done bigint not null default 0,
  total bigint not null default 0,
  started_at timestamptz,
  checked_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on table deployments.derivation is 'By which version deployments are derived, and how far the executions of older ones are derived again.';
comment on column deployments.derivation.after_id is 'Executions up to this one were looked at in this round.';
comment on column deployments.derivation.total is 'Executions that an older version had derived when it began.';
comment on column deployments.derivation.checked_at is 'When it was last looked whether a process of an older version wrote anything since.';
comment on column deployments.derivation.finished_at is 'Null: under way, and deployments are of two versions.';
insert into deployments.derivation (version, finished_at) values (1, now());
