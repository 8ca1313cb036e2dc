-- A discovery looks for a few of the projects that no list names; the next one goes on with the others.
alter table code_quality.projects add column looked_for_at timestamptz;
comment on column code_quality.projects.looked_for_at is 'When the server was last asked for it alone, as no list named it; null: never.';
