create table repositories.pull_request_heads (
  id bigint generated always as identity primary key,
  pull_request_id bigint not null references repositories.pull_requests (id) on delete cascade,
  commit text collate "C" not null,
  from_at timestamptz not null,
  to_at timestamptz
);
comment on table repositories.pull_request_heads is 'Which commit was the newest of a pull request, and from when to when it was seen to be: every push that was read.';
comment on column repositories.pull_request_heads.from_at is 'When it was first seen to be the head; of what was read before this was kept, when it was read last.';
comment on column repositories.pull_request_heads.to_at is 'When another one was seen to be. Null: it is the head, or was the last.';
create unique index on repositories.pull_request_heads (pull_request_id) where to_at is null;
create index on repositories.pull_request_heads (pull_request_id, from_at);
create index on repositories.pull_request_heads (commit);
insert into repositories.pull_request_heads (pull_request_id, commit, from_at) select id, head, synced_at from repositories.pull_requests order by id;
create index on repositories.pull_requests (merge_commit) where merge_commit is not null;
