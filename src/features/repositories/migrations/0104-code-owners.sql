alter table repositories.repositories
  add column owners_file text,
  add column owners_rules jsonb not null default '[]',
  add column owners_not_understood integer not null default 0,
  add column owners_unread_since timestamptz default now();
comment on column repositories.repositories.owners_file is 'Path of its file of code owners, as it was read last; null: it had none.';
comment on column repositories.repositories.owners_rules is 'Rules of that file, in their order: line, pattern, owners.';
comment on column repositories.repositories.owners_not_understood is 'Lines of that file that nobody could make sense of.';
comment on column repositories.repositories.owners_unread_since is 'Since when it could not be read; the rest is what was read last. Null: it was read.';
