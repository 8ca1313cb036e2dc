-- Not every outside system is reached from everywhere: a task says where it can be carried out.
alter table ingestion.hosts add column place text collate "C" not null default 'hub';
alter table ingestion.hosts drop constraint hosts_pkey, add primary key (place, host_key);
comment on column ingestion.hosts.place is 'From where it is called: the same address elsewhere may be another system.';

alter table ingestion.tasks add column place text collate "C" not null default 'hub';
comment on column ingestion.tasks.place is 'Where it can be carried out: hub, database for what calls nobody, or a place of which only its own workers know.';

drop index ingestion.tasks_due;
create index tasks_due on ingestion.tasks (place, host_key, integration_id, priority, id) where state = 'pending';
drop index ingestion.tasks_leased;
create index tasks_leased on ingestion.tasks (place, host_key) where state = 'leased';

update ingestion.tasks set place = 'database' where part = 'aggregate';
update ingestion.hosts set place = 'database' where host_key = 'local';
