create schema vault;
comment on schema vault is 'Which master keys the sealed secrets need; never a key itself.';

create table vault.keys (
  id text collate "C" primary key,
  check_value jsonb not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
comment on table vault.keys is 'Master keys by id, each with a sealed check value that proves whether a process holds it.';
comment on column vault.keys.id is 'Key id: the first 16 hex digits of the SHA-256 of the key.';
comment on column vault.keys.check_value is 'A known text sealed with the key.';
comment on column vault.keys.created_at is 'When it was made.';
comment on column vault.keys.retired_at is 'When nothing was sealed with it any more.';
