create view shared.slices as
select integration_id, slice, current_published_at, history_published_at from ingestion.slices;
comment on view shared.slices is 'How far each slice was read: a project, a repository.';

-- Slices without a past are left out, and those whose past an older version read, which did not note how far.
create view shared.history_reach as
select w.integration_id, w.slice, s.history_from at time zone 'UTC' as read_from
  from ingestion.sync_wants w left join ingestion.slices s using (integration_id, slice)
 where w.phase = 'history' and (s.history_from is not null or s.history_published_at is null and coalesce(s.listed, true));
comment on view shared.history_reach is 'From when on the past of each slice is here; null: it was not read yet.';

create view shared.past_reach as
select integration_id, case when count(*) = count(read_from) then max(read_from) end as read_from from shared.history_reach group by integration_id;
comment on view shared.past_reach is 'From when on the whole past of each integration is here; null: of some of it nothing was read yet.';

create view shared.wanted_slices as
select integration_id, slice, current_published_at
  from ingestion.sync_wants w left join ingestion.slices s using (integration_id, slice)
 where w.phase = 'current' and w.slice <> 'discovery';
comment on view shared.wanted_slices is 'What there is to read, and when its present was read last; null: not yet.';

create view shared.staged_records as
select task_id, stream, scope, seq, source_key, record from ingestion.stage;
comment on view shared.staged_records is 'What a task has read and not published yet.';

create view shared.delivered_facts as
select integration_id, slice, stream, subject, about, changed_at, fact from ingestion.delivered;
comment on view shared.delivered_facts is 'What only a webhook tells, to complete the record it is about.';

create view shared.bookmarks as
select integration_id, slice, stream, scope, value, polled_at, saved_at, hash_version from ingestion.bookmarks;
comment on view shared.bookmarks is 'Up to where each scope was read, and when it was asked last.';

create view shared.proofs as
select id, integration_id, slice, stream, scope, outcome, source_count, stored_count, proof, method, measured_at, window_from, window_to
  from ingestion.completeness;
comment on view shared.proofs is 'How complete each reading of a stream was, the newest with the highest id.';

create view shared.tasks as
select id, integration_id, phase, state, created_at, not_before, lease_until from ingestion.tasks;

create view shared.runs as
select id, integration_id, kind, status, started_at, finished_at, error_code from ingestion.runs;

create view shared.integration_health as select integration_id, health from ingestion.health;

create view shared.paused_hosts as select host_key, paused_until from ingestion.hosts where paused_until > now();

create view shared.integration_freshness as
select f.integration_id, f.interval_seconds, f.last_good_at, f.webhook_broken_since, f.made_at,
       ingestion.stale_since(f.interval_seconds, f.last_good_at, f.webhook_broken_since, f.made_at, now()) as stale_since
  from (
    select s.integration_id, s.interval_seconds, i.created_at as made_at,
           (select r.finished_at from ingestion.runs r
             where r.integration_id = s.integration_id and r.status = 'success' and r.kind not in ('audit', 'aggregation')
               and r.finished_at is not null
             order by r.finished_at desc limit 1) as last_good_at,
           inbox.webhook_broken_since(s.integration_id) as webhook_broken_since
      from ingestion.schedules s join shared.integrations i on i.id = s.integration_id) f;
comment on view shared.integration_freshness is 'When each integration was last read without a gap, how often it is meant to be, and since when what it says is too old to be believed.';
