-- Executions are proven complete for a window of time, not for ever.
alter table ingestion.completeness
  add column window_from timestamptz,
  add column window_to timestamptz;
comment on column ingestion.completeness.window_from is 'Only what is dated from here on was listed; null: everything.';
comment on column ingestion.completeness.window_to is 'Only what is dated before was listed; null: everything.';
