alter table ingestion.slices add column history_from date;
comment on column ingestion.slices.history_from is 'How far back its past was read; null where an older version read it.';
