-- Runs are forgotten after a while: of a time of which none is kept any more, what was noted then is what there is.
alter table running.freshness add column stale_since timestamptz, add column was_read boolean;
comment on column running.freshness.stale_since is 'Since when it was too old to be believed, as it was noted then.';
comment on column running.freshness.was_read is 'Whether a good reading was known then; null: it was not noted.';
