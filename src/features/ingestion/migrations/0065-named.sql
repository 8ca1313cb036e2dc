alter table ingestion.sync_wants add column named text[];
alter table ingestion.tasks add column named text[];
comment on column ingestion.sync_wants.named is 'Scopes of the slice that alone are wanted, in the words of its connector; null: everything.';
comment on column ingestion.tasks.named is 'Scopes of its slice, or slices of a discovery, that alone are read; null: everything.';
