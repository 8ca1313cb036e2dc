-- What a task carries out and a slice waits for is a phase of its run; the public view goes on calling it part.
alter table ingestion.tasks rename column part to phase;
alter table ingestion.sync_wants rename column part to phase;
comment on column ingestion.tasks.phase is 'discovery, current, history, count, audit or aggregate.';
comment on column ingestion.sync_wants.phase is 'current or history.';
