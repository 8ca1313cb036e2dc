-- What a run counts is what its connector declares, not the findings of one kind of server.
alter table ingestion.tasks rename column findings_stored to headline_stored;
alter table ingestion.tasks rename column findings_source to headline_source;
alter table ingestion.tasks rename column findings_unproven to headline_unproven;
comment on column ingestion.tasks.headline_stored is 'Records of the headline streams stored after its publish; null when it read none of them.';
comment on column ingestion.tasks.headline_source is 'How many of them there were at the source, as far as it said.';
comment on column ingestion.tasks.headline_unproven is 'Listings of them that are not proven complete.';

-- No version ever made a run of the kind repair.
alter table ingestion.runs
  drop constraint runs_kind_check,
  add constraint runs_kind_check check (kind in ('backfill', 'full_sync', 'incremental_sync', 'webhook', 'aggregation', 'audit'));
