alter table trace.links drop column place_id;
alter table trace.links add column ended_by bigint;
comment on column trace.links.ended_by is 'Of a deployment into an environment: the next one there, where that ended it; when that changes, this is looked at again.';
create index on trace.links (ended_by) where ended_by is not null;
-- Everything is looked at again.
delete from trace.registry_hosts;
