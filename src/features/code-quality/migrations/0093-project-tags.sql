-- A list for administrators names no tags: until a list that does was read, what tags a project has is not known.
alter table code_quality.projects add column tags_unread_since timestamptz default now();
comment on column code_quality.projects.tags_unread_since is 'Since when its tags could not be read; tags are those that were read last. Null: they were read.';
