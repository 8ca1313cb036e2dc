create view shared.deployments as
select d.id, d.source, d.integration_id, d.place_id, d.status, d.rolled_back, d.takes_back, d.superseded, d.image, d.image_digest, d.commit,
       d.started_at, d.ended_at, d.at, p.service_name, p.environment_name, p.environment_type, p.running_id is not distinct from d.id as runs_now,
       p.service_scope, p.service, p.environment_scope, p.environment, p.infrastructure, d.source_key, d.rolled_back_at, d.execution_id,
       d.received_at, d.link, p.doubt,
       d.status = 'succeeded' and not d.rolled_back and not d.takes_back as took_effect
  from deployments.deployments d join deployments.places p on p.id = d.place_id;
comment on view shared.deployments is 'Deployments with what names their place.';

-- Not materialized, so that whoever asks for some places pays for these alone.
create view shared.deployment_periods as
with successes as not materialized (
  select id, place_id, at, coalesce(started_at, at) as begun_at, source_key,
         case when rolled_back then greatest(at, coalesce(rolled_back_at, at)) end as until
    from deployments.deployments where status = 'succeeded' and not takes_back),
moments as (
  select place_id, at as from_at from successes
  union
  select place_id, until from successes where until is not null),
spans as (
  select m.place_id, m.from_at, lead(m.from_at) over (partition by m.place_id order by m.from_at) as to_at, ran.id
    from moments m
    left join lateral (
      select s.id from successes s
       where s.place_id = m.place_id and s.at <= m.from_at and (s.until is null or s.until > m.from_at)
       order by s.at desc, s.begun_at desc, s.source_key desc, s.id desc limit 1) ran on true),
numbered as (
  select place_id, from_at, to_at, id,
         row_number() over (partition by place_id order by from_at)
           - row_number() over (partition by place_id, id order by from_at) as stretch
    from spans)
select id as deployment_id, place_id, min(from_at) as from_at,
       case when bool_or(to_at is null) then null else max(to_at) end as to_at
  from numbered where id is not null group by id, place_id, stretch;
comment on view shared.deployment_periods is 'What ran in each place from when to when; to_at null: until now. What was taken back gives way to what ran before it, which then has a second period.';

create view shared.deployment_derivation as
select version, done, total, finished_at from deployments.derivation;
comment on view shared.deployment_derivation is 'How far deployments are derived again after an upgrade that derives them otherwise.';

create view shared.harness_projects as
select id, integration_id, organization, identifier, name, deleted_at from deployments.projects;
comment on view shared.harness_projects is 'Projects of Harness.';

create view shared.harness_executions as
select e.id, e.integration_id, e.source_key, e.organization, e.project, e.pipeline, e.pipeline_name, e.number, e.status, e.status_class,
       e.settled, e.created_at, e.started_at, e.ended_at, e.mode, e.trigger_type, e.triggered_by, e.is_retry, e.previous_execution,
       e.root_execution, e.parent_execution, e.failure_message, e.repository, e.repository_url, e.branch, e.pull_request, e.link,
       e.deleted_at, e.synced_at, e.first_seen_at, later.id as superseded_by,
       e.rolled_back or exists (
         select from deployments.stage_outcomes o
          where o.integration_id = e.integration_id and o.execution = e.source_key and o.rolled_back) as rolled_back
  from deployments.executions e
  left join lateral (
    select r.id from deployments.executions r
     where r.integration_id = e.integration_id and r.is_retry and r.previous_execution = e.source_key and r.id <> e.id
     order by r.started_at desc nulls last, r.id desc limit 1) later on true;
comment on view shared.harness_executions is 'What ran in Harness, with what took the place of it and whether it was rolled back.';

create view shared.harness_execution_images as
select e.id as execution_id, o.node, i.image, i.tag, i.digest
  from deployments.stage_outcomes o
  join deployments.executions e on e.integration_id = o.integration_id and e.source_key = o.execution
 cross join lateral jsonb_to_recordset(o.images) as i (direction text, image text, tag text, digest text)
 where i.direction = 'out';
comment on view shared.harness_execution_images is 'Images that executions of Harness said they built.';

create view shared.harness_unasked_builds as
select e.id as execution_id, e.integration_id, s.node
  from deployments.executions e join deployments.execution_stages s on s.execution_id = e.id
 where e.settled and e.deleted_at is null and lower(s.type) = 'ci' and s.status_class in ('success', 'failure')
   and not exists (select from deployments.stage_outcomes o where o.integration_id = e.integration_id and o.source_key = e.source_key || ' ' || s.node);
comment on view shared.harness_unasked_builds is 'Stages that built something and were not asked yet what they pushed.';

create view shared.harness_execution_commits as
select c.execution_id, c.sha, c.ordinal from deployments.execution_commits c
union all
select e.id, o.commit, 1 from deployments.stage_outcomes o
  join deployments.executions e on e.integration_id = o.integration_id and e.source_key = o.execution
 where o.commit is not null and not exists (select from deployments.execution_commits c where c.execution_id = e.id);
comment on view shared.harness_execution_commits is 'Commits that executions of Harness built; the head has ordinal 1.';

-- What steps say of an image is believed where one image alone fits what the list named.
create view shared.harness_deployments as
select d.id, d.execution_id, e.integration_id, e.source_key as execution, e.organization, e.project, e.pipeline, d.node, d.ordinal,
       d.service, d.service_name, service.id as service_id, d.type, d.git_ops, d.environment, d.environment_name,
       environment.id as environment_id, coalesce(d.environment_type, environment.type) as environment_type, d.infrastructure,
       d.infrastructure_name, d.status, d.status_class, d.started_at, d.ended_at, d.frozen, d.is_rollback,
       coalesce(o.rolled_back, false) as rolled_back, d.artifact_type, coalesce(step.image, d.image) as image, d.tag,
       coalesce(d.digest, step.digest) as digest, d.version
  from deployments.execution_deployments d
  join deployments.executions e on e.id = d.execution_id
  left join deployments.stage_outcomes o
    on o.integration_id = e.integration_id and o.source_key = e.source_key || ' ' || d.node
  left join lateral (
    select min(i.image) as image, min(i.digest) as digest from jsonb_to_recordset(o.images) as i (direction text, image text, tag text, digest text)
     where i.direction = 'in' and i.tag is not distinct from d.tag and (i.image = d.image or right(i.image, length(d.image) + 1) = '/' || d.image)
    having count(distinct i.image) = 1 and count(distinct i.digest) <= 1) step on true
  left join deployments.levels above
    on above.integration_id = e.integration_id and above.slice = case
         when d.service like 'account.%' then 'account'
         when d.service like 'org.%' then 'organization:' || e.organization
         else 'project:' || e.organization || '/' || e.project end
  left join deployments.services service
    on service.level_id = above.id and service.source_key = regexp_replace(d.service, '^(account|org)\.', '')
  left join deployments.levels level
    on level.integration_id = e.integration_id and level.slice = case
         when d.environment like 'account.%' then 'account'
         when d.environment like 'org.%' then 'organization:' || e.organization
         else 'project:' || e.organization || '/' || e.project end
  left join deployments.environments environment
    on environment.level_id = level.id and environment.source_key = regexp_replace(d.environment, '^(account|org)\.', '');
comment on view shared.harness_deployments is 'Each stage of an execution that deployed: one service to one environment, with what only its steps told.';

create view shared.harness_people as
select integration_id, triggered_by_email as email, max(triggered_by) as name
  from deployments.executions where triggered_by_email is not null group by integration_id, triggered_by_email;
comment on view shared.harness_people is 'Who started executions of Harness.';

create view shared.harness_services as
select t.id, t.integration_id, l.organization, l.project, t.source_key as identifier, t.name, t.tags, t.deleted_at
  from deployments.services t join deployments.levels l on l.id = t.level_id;
comment on view shared.harness_services is 'Services of Harness.';

create view shared.harness_pipelines as
select t.id, t.integration_id, l.organization, l.project, t.source_key as identifier, t.name, t.tags, t.deleted_at
  from deployments.pipelines t join deployments.levels l on l.id = t.level_id;
comment on view shared.harness_pipelines is 'Pipelines of Harness.';

create view shared.harness_environments as
select t.id, t.integration_id, l.organization, l.project, t.source_key as identifier, t.name, t.tags, t.type, t.deleted_at
  from deployments.environments t join deployments.levels l on l.id = t.level_id;
comment on view shared.harness_environments is 'Environments of Harness.';

create view shared.harness_levels as
select id, integration_id, organization, project from deployments.levels;
comment on view shared.harness_levels is 'Where things of Harness are defined; project null: above projects.';

create view shared.running_places as
select p.id as place_id, p.integration_id, p.service_name, p.environment_name, p.environment_type, nullif(p.infrastructure, '') as infrastructure, p.doubt,
       d.id as deployment_id, d.source, d.at, d.image, d.image_digest, d.version, d.commit, d.received_at, d.changed_at,
       (select s.id from deployments.services s join deployments.levels l on l.id = s.level_id
         where s.integration_id = p.integration_id and s.source_key = p.service
           and concat_ws('/', nullif(l.organization, ''), nullif(l.project, '')) = p.service_scope limit 1 /* any: one level has one service of a key */) as service_id
  from deployments.places p join deployments.deployments d on d.id = p.running_id;
comment on view shared.running_places is 'What runs where now: of each place the newest deployment that succeeded and was not taken back.';
