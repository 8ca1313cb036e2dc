-- A repository that the settings do not name any more is in no number, and is no repository that the registry lost.
alter table images.repositories add column left_scope_at timestamptz;
comment on column images.repositories.left_scope_at is 'Since when the settings leave it out; null: they ask for it, or the registry has it no more.';
