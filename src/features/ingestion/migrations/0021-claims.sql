-- Twenty thousand waiting tasks of one host: a claim looks up the next one, and does not sort them all.
drop index ingestion.tasks_due;
create index tasks_due on ingestion.tasks (host_key, integration_id, priority, id) where state = 'pending';
create index tasks_open_of_slice on ingestion.tasks (integration_id, slice) where state in ('pending', 'leased');
create index tasks_open_of_run on ingestion.tasks (run_id, id) where state in ('pending', 'leased');
