alter table ingestion.slices add column incomplete_since timestamptz;
comment on column ingestion.slices.incomplete_since is 'Since when its readings are not proven complete; null when the last one was.';
update ingestion.slices s set incomplete_since = s.current_published_at
 where exists (select from ingestion.tasks t where t.integration_id = s.integration_id and t.slice = s.slice and t.part = 'current' and t.state = 'partial'
                  and not exists (select from ingestion.tasks later where later.integration_id = t.integration_id and later.slice = t.slice
                                     and later.part = 'current' and later.state = 'success' and later.id > t.id));
