create table ingestion.held_absences (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  slice text collate "C" not null,
  stream text collate "C" not null,
  scope text collate "C" not null,
  run_id bigint not null,
  missing bigint not null,
  before bigint not null,
  fingerprint text not null,
  examples text[] not null,
  held_at timestamptz not null default now(),
  listed_at timestamptz not null default now(),
  confirmed_at timestamptz,
  confirmed_by text,
  unique (integration_id, slice, stream, scope)
);
comment on table ingestion.held_absences is 'Large disappearances of which nothing was marked as gone; the row goes when that is settled.';
comment on column ingestion.held_absences.id is 'Identity.';
comment on column ingestion.held_absences.integration_id is 'The integration.';
comment on column ingestion.held_absences.slice is 'The slice.';
comment on column ingestion.held_absences.stream is 'The stream.';
comment on column ingestion.held_absences.scope is 'The scope inside the slice.';
comment on column ingestion.held_absences.run_id is 'The run that listed it last.';
comment on column ingestion.held_absences.missing is 'Rows that the listing leaves out.';
comment on column ingestion.held_absences.before is 'Rows that the scope had.';
comment on column ingestion.held_absences.fingerprint is 'Of the rows that are missing; a confirmation is about these.';
comment on column ingestion.held_absences.examples is 'Keys of the first of them.';
comment on column ingestion.held_absences.held_at is 'Since when the same rows are missing; the same an hour later confirms it.';
comment on column ingestion.held_absences.listed_at is 'When they were missing last.';
comment on column ingestion.held_absences.confirmed_at is 'When a person confirmed that they are gone.';
comment on column ingestion.held_absences.confirmed_by is 'Who.';

create table ingestion.rows_gone (
  integration_id bigint not null,
  stream text collate "C" not null,
  rows bigint not null,
  primary key (integration_id, stream)
);
comment on table ingestion.rows_gone is 'Rows ever marked as gone; outlives the runs that did it.';
comment on column ingestion.rows_gone.integration_id is 'The integration.';
comment on column ingestion.rows_gone.stream is 'The stream.';
comment on column ingestion.rows_gone.rows is 'How many.';

alter table ingestion.tasks add column rows_gone bigint not null default 0, add column rows_held bigint not null default 0;
comment on column ingestion.tasks.rows_gone is 'Rows its publish marked as gone.';
comment on column ingestion.tasks.rows_held is 'Rows missing at the source that its publish did not mark as gone.';

alter table ingestion.completeness add column missing bigint not null default 0;
comment on column ingestion.completeness.missing is 'Rows that disappeared and were held back.';

-- Held per slice, whichever rows were missing: what is missing now is held anew, where it is still missing.
alter table ingestion.slices drop column absence_held_at, drop column absence_fingerprint;
