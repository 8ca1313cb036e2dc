-- A crash of PostgreSQL empties unlogged tables and leaves no other trace of itself to a client that connects again.
create unlogged table ingestion.stage_epoch (
  single boolean primary key default true check (single),
  epoch uuid not null
);
comment on table ingestion.stage_epoch is 'Changes when a crash or failover has emptied ingestion.stage; unlogged as that is.';
comment on column ingestion.stage_epoch.single is 'Always true: one row at most.';
comment on column ingestion.stage_epoch.epoch is 'Drawn by the first task that stages after a crash.';

alter table ingestion.tasks add column stage_epoch uuid;
comment on column ingestion.tasks.stage_epoch is 'Epoch in which it staged; with another one now, its checkpoint counts for nothing.';
