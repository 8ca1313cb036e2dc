create table ingestion.delivered (
  integration_id bigint not null,
  slice text collate "C" not null,
  stream text collate "C" not null,
  subject text collate "C" not null,
  about text collate "C" not null,
  changed_at timestamptz not null,
  fact jsonb not null,
  delivered_at timestamptz not null default now(),
  primary key (integration_id, slice, stream, subject, about)
);
comment on table ingestion.delivered is 'Facts that only webhooks tell: they complete the record of the same thing at each publish of its slice.';
comment on column ingestion.delivered.integration_id is 'The integration.';
comment on column ingestion.delivered.slice is 'The slice.';
comment on column ingestion.delivered.stream is 'The stream whose record it completes.';
comment on column ingestion.delivered.subject is 'What it is about inside the slice, in the sender’s words.';
comment on column ingestion.delivered.about is 'Which record of it, e.g. the analysis’ instant.';
comment on column ingestion.delivered.changed_at is 'When it became true; of two facts the later is kept.';
comment on column ingestion.delivered.fact is 'The fact, in the words of the stream’s record.';
comment on column ingestion.delivered.delivered_at is 'When it was first delivered or last replaced.';
