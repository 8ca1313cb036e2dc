alter table code_quality.projects
  add column left_scope_at timestamptz,
  add column duplicate_of bigint;
alter table code_quality.projects
  add column counts boolean not null generated always as (deleted_at is null and left_scope_at is null and duplicate_of is null) stored;
comment on column code_quality.projects.left_scope_at is 'Since when the settings of its integration leave it out; null while it is in scope.';
comment on column code_quality.projects.duplicate_of is 'The row of another integration that counts for the same project of the same server; null for a row that counts itself.';
comment on column code_quality.projects.counts is 'True for rows that organization-wide numbers are made of.';
create index projects_by_key on code_quality.projects (source_key);
create index projects_by_uuid on code_quality.projects (source_uuid) where source_uuid is not null;
