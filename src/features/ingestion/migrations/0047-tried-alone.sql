-- A stream that could not be read is tried again alone, ever more seldom: the rest of its slice is not listed because of it.
alter table ingestion.sync_wants
  add column unread jsonb,
  add column attempts smallint not null default 0;
comment on column ingestion.sync_wants.unread is 'Streams and scopes that alone kept the last reading from being complete. Null: something else did, or nothing.';
comment on column ingestion.sync_wants.attempts is 'Readings in a row that came to the same.';
