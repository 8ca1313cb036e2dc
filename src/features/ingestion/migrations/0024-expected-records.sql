alter table ingestion.tasks add column expected_records bigint;
comment on column ingestion.tasks.expected_records is 'Of a discovery: how many records of its slices the source said there are.';
