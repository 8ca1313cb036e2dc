create view data.trace_links as
select l.id, l.kind, l.from_station, l.from_id, l.to_station, l.to_id, l.to_key, l.certainty, l.note, l.integration_id, l.stream, l.record,
       l.seen_at, l.valid_from, l.valid_to, l.valid_to is null as is_current, l.said_from as said_since
  from trace.links l;
comment on view data.trace_links is 'What one record says of two stations of a line from a commit to an environment. No link follows from another one.';
comment on column data.trace_links.id is 'Identity of the link, until the index is made anew.';
comment on column data.trace_links.kind is 'What it says, from its first station to its second: head, merge, analyzed, analysis_of, built_from, checked_out, built, ran_in, deployed, deployed_commit, into or set.';
comment on column data.trace_links.from_station is 'pull_request, analysis, image, execution or deployment.';
comment on column data.trace_links.from_id is 'Identity of that row, in the view of its kind: bitbucket_pull_requests, sonarqube_analyses, images, harness_executions, deployments.';
comment on column data.trace_links.to_station is 'commit, pull_request, image, execution or environment.';
comment on column data.trace_links.to_id is 'Identity of that row; null of a commit and of an environment.';
comment on column data.trace_links.to_key is 'The commit, or its beginning; or the environment, as trace_stations names it. Null where to_id says it.';
comment on column data.trace_links.certainty is 'signed: a verified signature says so; stated: an unsigned document of the builder, or the outside system; inferred: derived, for example from where a tag pointed; declared: a person or a pipeline told the hub.';
comment on column data.trace_links.note is 'What makes it less than it seems: tag_moved, several_periods, platform_digest, digest_elsewhere, short_commit or dirty.';
comment on column data.trace_links.integration_id is 'Where the record comes from: an integration, as in its address in the web application. Null: it was told to the hub itself.';
comment on column data.trace_links.stream is 'Stream of that integration; reported or environment where it was told to the hub.';
comment on column data.trace_links.record is 'The record in the words of its source.';
comment on column data.trace_links.seen_at is 'When the record was first seen; of an analysis: when it was made (UTC).';
comment on column data.trace_links.valid_from is 'Since when it holds (UTC).';
comment on column data.trace_links.valid_to is 'Until when it held (UTC); null: it holds.';
comment on column data.trace_links.is_current is 'True while it holds.';
comment on column data.trace_links.said_since is 'Since when the hub says exactly this (UTC); what was there before the history was kept has the time of its beginning.';

create view data.trace_link_history as
select l.id, l.kind, l.from_station, l.from_id, l.to_station, l.to_id, l.to_key, l.certainty, l.note, l.integration_id, l.stream, l.record,
       l.seen_at, l.valid_from, l.valid_to, l.said_from, null::timestamptz as said_to, true as is_said
  from trace.links l
union all
select l.id, l.kind, l.from_station, l.from_id, l.to_station, l.to_id, l.to_key, l.certainty, l.note, l.integration_id, l.stream, l.record,
       l.seen_at, l.valid_from, l.valid_to, l.said_from, l.said_to, false
  from trace.past_links l;
comment on view data.trace_link_history is 'Every link that the hub says or said, with the times between which it said so, which are others than those between which it held in the world. Nothing in it is ever changed: what is said otherwise ends what was said before.';
comment on column data.trace_link_history.id is 'Identity of the link: another one each time that something of it changes.';
comment on column data.trace_link_history.kind is 'What it says, as in trace_links.';
comment on column data.trace_link_history.from_station is 'pull_request, analysis, image, execution or deployment.';
comment on column data.trace_link_history.from_id is 'Identity of that row, which may be gone by now.';
comment on column data.trace_link_history.to_station is 'commit, pull_request, image, execution or environment.';
comment on column data.trace_link_history.to_id is 'Identity of that row, which may be gone by now; null of a commit and of an environment.';
comment on column data.trace_link_history.to_key is 'The commit, or its beginning; or the environment. Null where to_id says it.';
comment on column data.trace_link_history.certainty is 'signed, stated, inferred or declared.';
comment on column data.trace_link_history.note is 'What made it less than it seemed, as in trace_links.';
comment on column data.trace_link_history.integration_id is 'Where the record came from. Null: it was told to the hub itself.';
comment on column data.trace_link_history.stream is 'Stream of that integration; reported or environment where it was told to the hub.';
comment on column data.trace_link_history.record is 'The record in the words of its source.';
comment on column data.trace_link_history.seen_at is 'When the record was first seen; of an analysis: when it was made (UTC).';
comment on column data.trace_link_history.valid_from is 'Since when it held in the world (UTC).';
comment on column data.trace_link_history.valid_to is 'Until when it held in the world, as was said then (UTC); null: it held.';
comment on column data.trace_link_history.said_from is 'Since when the hub said so (UTC).';
comment on column data.trace_link_history.said_to is 'Until when it said so (UTC); null: it does.';
comment on column data.trace_link_history.is_said is 'True while the hub says so.';

create view data.trace_stations as
select 'commit' as station, null::bigint as station_id, c.key as station_key, null::bigint as integration_id, c.key as title,
       null::text as state, null::timestamptz as at
  from (select distinct to_key as key from trace.links where to_station = 'commit') c
union all
select 'environment', null, e.key, nullif(split_part(e.key, ':', 1), '')::bigint, ltrim(substring(e.key from position(':' in e.key) + 1), '/'), null, null
  from (select distinct to_key as key from trace.links where to_station = 'environment') e
union all
select 'pull_request', p.id, null, p.integration_id, r.project || '/' || r.slug || '#' || p.source_key, p.state, coalesce(p.closed_at, p.updated_at)
  from shared.pull_requests p join shared.code_repositories r on r.id = p.repository_id
union all
select 'analysis', a.id, null, a.integration_id, p.name,
       case when a.scope = 'companion' then coalesce((
              select case when bool_or(r.result = 'FAIL') then 'ERROR'
                          when bool_or(r.state = 'failed') then 'REPORT_FAILED'
                          when bool_and(coalesce(r.result = 'PASS' and r.state in ('published', 'skipped'), false)) then 'OK'
                          else 'NO_REPORT' end
                from shared.bindings b join shared.reports r on r.repository_id = b.repository_id and r.project_id = b.project_id and r.commit = a.revision
               where b.project_id = a.project_id), 'NO_REPORT')
            when a.gate_evaluated = false then 'NOT_EVALUATED' else coalesce(a.gate_status, 'NONE') end,
       a.analyzed_at
  from shared.analyses a join shared.projects p on p.id = a.project_id
union all
select 'image', i.id, null, i.integration_id, i.repository || '@' || i.digest,
       case when i.gone_at is not null then 'gone' when i.untagged_at is not null then 'untagged' else 'tagged' end, coalesce(i.created_at, i.first_seen_at)
  from shared.images i
union all
select 'execution', e.id, null, e.integration_id, coalesce(e.pipeline_name, e.pipeline) || coalesce(' #' || e.number, ''), e.status_class,
       coalesce(e.ended_at, e.started_at, e.created_at)
  from shared.harness_executions e
union all
select 'deployment', d.id, null, d.integration_id, d.service_name || ' to ' || d.environment_name,
       case when d.rolled_back then 'rolled_back' else d.status end, d.at
  from shared.deployments d;
comment on view data.trace_stations is 'What a line from a commit to an environment goes through, each once.';
comment on column data.trace_stations.station is 'commit, pull_request, analysis, image, execution, deployment or environment.';
comment on column data.trace_stations.station_id is 'Identity of the row in the view of its kind, as in trace_links; null of a commit and of an environment.';
comment on column data.trace_stations.station_key is 'The commit, or what names the environment; null of all others.';
comment on column data.trace_stations.integration_id is 'Where it comes from: an integration, as in its address in the web application. Null: of none, or told to the hub itself.';
comment on column data.trace_stations.title is 'What people call it.';
comment on column data.trace_stations.state is 'In a word: state of a pull request, gate of an analysis (of a companion what our report says: OK, ERROR, REPORT_FAILED, NO_REPORT), tagged, untagged or gone of an image, how an execution or a deployment ended. Null: it has none.';
comment on column data.trace_stations.at is 'When that came to be so (UTC).';
