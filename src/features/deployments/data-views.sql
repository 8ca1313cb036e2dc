create view data.deployments as
select d.id, d.source, d.integration_id, d.source_key as deployment_key, p.service, p.service_name, nullif(p.service_scope, '') as service_scope,
       p.environment, p.environment_name, nullif(p.environment_scope, '') as environment_scope, p.environment_type,
       nullif(p.infrastructure, '') as infrastructure, d.status, d.raw_status, d.rolled_back, d.takes_back, d.superseded,
       p.running_id is not distinct from d.id as runs_now, d.image, d.image_digest, d.version, d.commit, d.link, d.reported_by,
       d.started_at, d.ended_at, d.rolled_back_at, d.at as effective_at, d.received_at, d.changed_at, d.execution_id,
       case when d.source = 'harness' then d.derivation end as derivation,
       d.execution_id is not null and d.derivation < v.version as outdated
  from deployments.deployments d join deployments.places p on p.id = d.place_id cross join deployments.derivation v;
comment on view data.deployments is 'Deployments of services into environments, read from Harness or reported by pipelines. One row each: a stage that deploys to several gives several.';
comment on column data.deployments.id is 'Identity of the deployment.';
comment on column data.deployments.source is 'harness: read from there; pushed: a pipeline reported it.';
comment on column data.deployments.integration_id is 'The Harness integration whose service it is, as in its address in the web application; null where only pipelines tell of the service.';
comment on column data.deployments.deployment_key is 'Of Harness: execution and stage; else the key that the pipeline gave it.';
comment on column data.deployments.service is 'Identifier of the service.';
comment on column data.deployments.service_name is 'Its name, as the newest deployment tells it.';
comment on column data.deployments.service_scope is 'Organization, or organization/project, that the service is defined in. Null: none.';
comment on column data.deployments.environment is 'Identifier of the environment.';
comment on column data.deployments.environment_name is 'Its name, as the newest deployment tells it.';
comment on column data.deployments.environment_scope is 'Organization, or organization/project, that the environment is defined in. Null: none.';
comment on column data.deployments.environment_type is 'production or pre_production, as the newest deployment that says it does; null: nobody said.';
comment on column data.deployments.infrastructure is 'Where the environment has several. Null: not told.';
comment on column data.deployments.status is 'How it ended by itself: waiting, running, succeeded, failed, aborted, skipped or unknown.';
comment on column data.deployments.raw_status is 'The word of Harness.';
comment on column data.deployments.rolled_back is 'True where it was taken back after whatever end it had.';
comment on column data.deployments.takes_back is 'True where it put back what ran before.';
comment on column data.deployments.superseded is 'True where a retry of the same pipeline run took its place.';
comment on column data.deployments.runs_now is 'True for the newest that succeeded and was not taken back, of its service, environment and infrastructure.';
comment on column data.deployments.image is 'Reference of the image, without its digest.';
comment on column data.deployments.image_digest is 'Digest of the image. Null: not told. Matches images.digest';
comment on column data.deployments.version is 'What was deployed where it is no image.';
comment on column data.deployments.commit is 'Commit it was built from, as the pipeline says.';
comment on column data.deployments.link is 'Page of the pipeline’s run.';
comment on column data.deployments.reported_by is 'Name of the token, or person, that reported it last.';
comment on column data.deployments.started_at is 'When it began (UTC).';
comment on column data.deployments.ended_at is 'When it ended (UTC); null: it has not, or nobody told.';
comment on column data.deployments.rolled_back_at is 'When it was taken back (UTC), where that is told.';
comment on column data.deployments.effective_at is 'When it took effect (UTC): its end, or its begin while it has none.';
comment on column data.deployments.received_at is 'When the hub knew of it first (UTC).';
comment on column data.deployments.changed_at is 'When what is known of it changed last (UTC).';
comment on column data.deployments.execution_id is 'The run of Harness whose stage it is; null where a pipeline reported it. [fk: harness_executions.id]';
comment on column data.deployments.derivation is 'Version of the rules by which it was made of its execution; null where a pipeline reported it.';
comment on column data.deployments.outdated is 'True while an upgrade has not made it again yet by its newer rules: until none is, neither counts nor what runs now are whole.';

create view data.deployment_periods as
select r.deployment_id, p.integration_id, p.service, p.service_name, nullif(p.service_scope, '') as service_scope, p.environment, p.environment_name,
       nullif(p.environment_scope, '') as environment_scope, p.environment_type, nullif(p.infrastructure, '') as infrastructure, r.from_at, r.to_at
  from shared.deployment_periods r join deployments.places p on p.id = r.place_id;
comment on view data.deployment_periods is 'What ran where from when to when, as far as deployments tell: no two periods of a service in an environment and infrastructure overlap. A deployment whose successor was taken back has two.';
comment on column data.deployment_periods.deployment_id is 'What ran: its image, version and commit. [fk: deployments.id]';
comment on column data.deployment_periods.integration_id is 'The Harness integration whose service it is, as in its address in the web application; null where only pipelines tell of the service.';
comment on column data.deployment_periods.service is 'Identifier of the service.';
comment on column data.deployment_periods.service_name is 'Its name, as the newest deployment tells it.';
comment on column data.deployment_periods.service_scope is 'Organization, or organization/project, that the service is defined in. Null: none.';
comment on column data.deployment_periods.environment is 'Identifier of the environment.';
comment on column data.deployment_periods.environment_name is 'Its name, as the newest deployment tells it.';
comment on column data.deployment_periods.environment_scope is 'Organization, or organization/project, that the environment is defined in. Null: none.';
comment on column data.deployment_periods.environment_type is 'production or pre_production, as the newest deployment that says it does; null: nobody said.';
comment on column data.deployment_periods.infrastructure is 'Where the environment has several. Null: not told.';
comment on column data.deployment_periods.from_at is 'When it began to run there (UTC).';
comment on column data.deployment_periods.to_at is 'When something else did, or nothing any more (UTC); null: it runs now.';

create view data.harness_organizations as
select id, integration_id, source_key as identifier, name, description, tags, built_in, created_at, updated_at, first_seen_at, deleted_at
  from deployments.organizations;
comment on view data.harness_organizations is 'Organizations of Harness.';
comment on column data.harness_organizations.id is 'Identity of the organization.';
comment on column data.harness_organizations.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_organizations.identifier is 'Harness’s identifier of it.';
comment on column data.harness_organizations.name is 'What people call it.';
comment on column data.harness_organizations.description is 'What it is for, as people wrote.';
comment on column data.harness_organizations.tags is 'Pairs of key and value.';
comment on column data.harness_organizations.built_in is 'Harness made it itself.';
comment on column data.harness_organizations.created_at is 'When it was made.';
comment on column data.harness_organizations.updated_at is 'When it was changed last.';
comment on column data.harness_organizations.first_seen_at is 'When it was first read.';
comment on column data.harness_organizations.deleted_at is 'When Harness was found not to have it any more.';

create view data.harness_projects as
select p.id, p.integration_id, o.id as organization_id, p.organization, p.identifier, p.name, p.description, p.tags, p.modules,
       p.created_at, p.updated_at, p.first_seen_at, p.deleted_at
  from deployments.projects p
  left join deployments.organizations o on o.integration_id = p.integration_id and o.source_key = p.organization;
comment on view data.harness_projects is 'Projects of Harness.';
comment on column data.harness_projects.id is 'Identity of the project.';
comment on column data.harness_projects.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_projects.organization_id is 'Its organization; null where the key may not see it. [fk: harness_organizations.id]';
comment on column data.harness_projects.organization is 'Identifier of its organization.';
comment on column data.harness_projects.identifier is 'Harness’s identifier of it, unique in its organization.';
comment on column data.harness_projects.name is 'What people call it.';
comment on column data.harness_projects.description is 'What it is for, as people wrote.';
comment on column data.harness_projects.tags is 'Pairs of key and value.';
comment on column data.harness_projects.modules is 'Parts of Harness that are used in it.';
comment on column data.harness_projects.created_at is 'When it was made.';
comment on column data.harness_projects.updated_at is 'When it was changed last.';
comment on column data.harness_projects.first_seen_at is 'When it was first read.';
comment on column data.harness_projects.deleted_at is 'When Harness was found not to have it any more, or the settings left it out.';

create view data.harness_pipelines as
select t.id, t.integration_id, p.id as project_id, t.source_key as identifier, t.name, t.description, t.tags, t.modules, t.stages,
       t.store_type, t.repository, t.link, t.created_at, t.updated_at, t.first_seen_at, t.deleted_at
  from deployments.pipelines t
  join deployments.levels l on l.id = t.level_id
  left join deployments.projects p on p.integration_id = t.integration_id and p.source_key = l.organization || '/' || l.project;
comment on view data.harness_pipelines is 'Pipelines of Harness, as they are defined now.';
comment on column data.harness_pipelines.id is 'Identity of the pipeline.';
comment on column data.harness_pipelines.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_pipelines.project_id is 'Its project. [fk: harness_projects.id]';
comment on column data.harness_pipelines.identifier is 'Harness’s identifier of it, unique in its project.';
comment on column data.harness_pipelines.name is 'What people call it.';
comment on column data.harness_pipelines.description is 'What it is for, as people wrote.';
comment on column data.harness_pipelines.tags is 'Pairs of key and value.';
comment on column data.harness_pipelines.modules is 'Parts of Harness that its stages use.';
comment on column data.harness_pipelines.stages is 'How many it has.';
comment on column data.harness_pipelines.store_type is 'Where its definition lies: INLINE, REMOTE, or a newer word of Harness.';
comment on column data.harness_pipelines.repository is 'Repository of its definition, not of what it builds.';
comment on column data.harness_pipelines.link is 'Its page in Harness.';
comment on column data.harness_pipelines.created_at is 'When it was made.';
comment on column data.harness_pipelines.updated_at is 'When it was changed last.';
comment on column data.harness_pipelines.first_seen_at is 'When it was first read.';
comment on column data.harness_pipelines.deleted_at is 'When Harness was found not to have it any more.';

create view data.harness_services as
select t.id, t.integration_id, p.id as project_id, l.organization, l.project, t.source_key as identifier, t.name, t.description, t.tags,
       t.created_at, t.updated_at, t.first_seen_at, t.deleted_at
  from deployments.services t
  join deployments.levels l on l.id = t.level_id
  left join deployments.projects p on p.integration_id = t.integration_id and p.source_key = l.organization || '/' || l.project;
comment on view data.harness_services is 'Services of Harness: what is deployed.';
comment on column data.harness_services.id is 'Identity of the service.';
comment on column data.harness_services.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_services.project_id is 'Its project; null where it is defined above projects. [fk: harness_projects.id]';
comment on column data.harness_services.organization is 'Identifier of its organization; null where it is defined for the whole account.';
comment on column data.harness_services.project is 'Identifier of its project; null where it is defined above projects.';
comment on column data.harness_services.identifier is 'Harness’s identifier of it, unique where it is defined.';
comment on column data.harness_services.name is 'What people call it.';
comment on column data.harness_services.description is 'What it is, as people wrote.';
comment on column data.harness_services.tags is 'Pairs of key and value.';
comment on column data.harness_services.created_at is 'When it was made.';
comment on column data.harness_services.updated_at is 'When it was changed last.';
comment on column data.harness_services.first_seen_at is 'When it was first read.';
comment on column data.harness_services.deleted_at is 'When Harness was found not to have it any more.';

create view data.harness_environments as
select t.id, t.integration_id, p.id as project_id, l.organization, l.project, t.source_key as identifier, t.name, t.type, t.description,
       t.tags, t.created_at, t.updated_at, t.first_seen_at, t.deleted_at
  from deployments.environments t
  join deployments.levels l on l.id = t.level_id
  left join deployments.projects p on p.integration_id = t.integration_id and p.source_key = l.organization || '/' || l.project;
comment on view data.harness_environments is 'Environments of Harness: where services are deployed to.';
comment on column data.harness_environments.id is 'Identity of the environment.';
comment on column data.harness_environments.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_environments.project_id is 'Its project; null where it is defined above projects. [fk: harness_projects.id]';
comment on column data.harness_environments.organization is 'Identifier of its organization; null where it is defined for the whole account.';
comment on column data.harness_environments.project is 'Identifier of its project; null where it is defined above projects.';
comment on column data.harness_environments.identifier is 'Harness’s identifier of it, unique where it is defined.';
comment on column data.harness_environments.name is 'What people call it.';
comment on column data.harness_environments.type is 'Production, PreProduction, or a newer word of Harness.';
comment on column data.harness_environments.description is 'What it is, as people wrote.';
comment on column data.harness_environments.tags is 'Pairs of key and value.';
comment on column data.harness_environments.created_at is 'When it was made.';
comment on column data.harness_environments.updated_at is 'When it was changed last.';
comment on column data.harness_environments.first_seen_at is 'When it was first read.';
comment on column data.harness_environments.deleted_at is 'When Harness was found not to have it any more.';

create view data.harness_executions as
select e.id, e.integration_id, p.id as project_id, t.id as pipeline_id, e.source_key as execution, e.organization, e.project, e.pipeline,
       e.pipeline_name, e.number, e.status, e.status_class, e.settled, e.created_at, e.started_at, e.ended_at, e.modules, e.tags, e.mode,
       e.trigger_type, e.triggered_by, e.triggered_by_email, e.trigger, e.is_rerun, e.is_retry, e.previous_execution, e.root_execution,
       s.superseded_by, e.parent_execution, e.is_partial, e.aborted_by, e.failure_message, e.failure_types, s.rolled_back,
       case when s.rolled_back then coalesce(e.rollback_source, 'steps') end as rollback_source, e.repository, e.repository_url, e.branch,
       e.target_branch, e.tag, e.pull_request, e.cut_off, e.link, e.first_seen_at, e.synced_at, e.deleted_at
  from deployments.executions e
  join shared.harness_executions s on s.id = e.id
  left join deployments.projects p on p.integration_id = e.integration_id and p.source_key = e.organization || '/' || e.project
  left join deployments.levels l on l.integration_id = e.integration_id and l.slice = 'project:' || e.organization || '/' || e.project
  left join deployments.pipelines t on t.level_id = l.id and t.source_key = e.pipeline;
comment on view data.harness_executions is 'What ran in Harness: one row for each run of a pipeline.';
comment on column data.harness_executions.id is 'Identity of the execution.';
comment on column data.harness_executions.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_executions.project_id is 'Its project. [fk: harness_projects.id]';
comment on column data.harness_executions.pipeline_id is 'Its pipeline; null where that is not there any more. [fk: harness_pipelines.id]';
comment on column data.harness_executions.execution is 'Harness’s id of it.';
comment on column data.harness_executions.organization is 'Identifier of its organization.';
comment on column data.harness_executions.project is 'Identifier of its project.';
comment on column data.harness_executions.pipeline is 'Identifier of its pipeline.';
comment on column data.harness_executions.pipeline_name is 'What its pipeline was called when it ran.';
comment on column data.harness_executions.number is 'Of the run, inside its pipeline.';
comment on column data.harness_executions.status is 'Harness’s own word.';
comment on column data.harness_executions.status_class is 'What the word means: success, failure, cancelled, neutral, running, waiting, unknown.';
comment on column data.harness_executions.settled is 'It will not change any more, as far as is known.';
comment on column data.harness_executions.created_at is 'When it was asked for.';
comment on column data.harness_executions.started_at is 'When it began; null while it is queued.';
comment on column data.harness_executions.ended_at is 'When it ended; null while it is under way.';
comment on column data.harness_executions.modules is 'Parts of Harness that its stages use: ci, cd and others.';
comment on column data.harness_executions.tags is 'Pairs of key and value.';
comment on column data.harness_executions.mode is 'NORMAL, POST_EXECUTION_ROLLBACK, or another word of Harness.';
comment on column data.harness_executions.trigger_type is 'What started it: MANUAL, WEBHOOK, SCHEDULER_CRON, and so on.';
comment on column data.harness_executions.triggered_by is 'Who started it, or the trigger.';
comment on column data.harness_executions.triggered_by_email is 'Address of who started it.';
comment on column data.harness_executions.trigger is 'Identifier of the trigger.';
comment on column data.harness_executions.is_rerun is 'It runs again what ran before.';
comment on column data.harness_executions.is_retry is 'It goes on from a failed stage of what ran before, and takes its place.';
comment on column data.harness_executions.previous_execution is 'Id of what it runs again.';
comment on column data.harness_executions.root_execution is 'Id of the first of its chain.';
comment on column data.harness_executions.superseded_by is 'The retry that took its place. [fk: harness_executions.id]';
comment on column data.harness_executions.parent_execution is 'Id of the execution whose stage started it.';
comment on column data.harness_executions.is_partial is 'Only some stages of the pipeline were asked for.';
comment on column data.harness_executions.aborted_by is 'Who aborted it.';
comment on column data.harness_executions.failure_message is 'Why it failed, in Harness’s words.';
comment on column data.harness_executions.failure_types is 'Kinds of its failure, in Harness’s words.';
comment on column data.harness_executions.rolled_back is 'What it deployed was taken back.';
comment on column data.harness_executions.rollback_source is 'What tells so: mode, stage, steps.';
comment on column data.harness_executions.repository is 'Repository that was built.';
comment on column data.harness_executions.repository_url is 'Address to clone from what was built.';
comment on column data.harness_executions.branch is 'Branch that was built.';
comment on column data.harness_executions.target_branch is 'Branch that the built pull request is to be merged into.';
comment on column data.harness_executions.tag is 'Tag that was built.';
comment on column data.harness_executions.pull_request is 'Number of the pull request that was built.';
comment on column data.harness_executions.cut_off is 'There are more stages, commits or artifacts than are kept.';
comment on column data.harness_executions.link is 'Its page in Harness.';
comment on column data.harness_executions.first_seen_at is 'When it was first read.';
comment on column data.harness_executions.synced_at is 'When what is stored of it changed last.';
comment on column data.harness_executions.deleted_at is 'When Harness was asked for it and had it no more.';

create view data.harness_execution_stages as
select s.id, e.integration_id, s.execution_id, s.node, s.ordinal, s.identifier, s.name, s.type, s.status, s.status_class, s.started_at,
       s.ended_at, s.failure_message, s.failure_types, s.is_rollback, d.service, d.service_id, d.environment, d.environment_id,
       d.environment_type, d.infrastructure, d.frozen, d.rolled_back
  from deployments.execution_stages s
  join deployments.executions e on e.id = s.execution_id
  left join shared.harness_deployments d on d.execution_id = s.execution_id and d.node = s.node;
comment on view data.harness_execution_stages is 'Stages of what ran in Harness; those that deploy say what they deploy where.';
comment on column data.harness_execution_stages.id is 'Identity of the stage.';
comment on column data.harness_execution_stages.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_execution_stages.execution_id is 'The execution. [fk: harness_executions.id]';
comment on column data.harness_execution_stages.node is 'Harness’s name of it, unique in its execution.';
comment on column data.harness_execution_stages.ordinal is 'Its place among the stages, from 1.';
comment on column data.harness_execution_stages.identifier is 'Identifier of the stage in the pipeline.';
comment on column data.harness_execution_stages.name is 'What people call it.';
comment on column data.harness_execution_stages.type is 'CI, Deployment, Approval, Custom, Pipeline, or another word of Harness.';
comment on column data.harness_execution_stages.status is 'Harness’s own word.';
comment on column data.harness_execution_stages.status_class is 'What the word means: success, failure, cancelled, neutral, running, waiting, unknown.';
comment on column data.harness_execution_stages.started_at is 'When it began.';
comment on column data.harness_execution_stages.ended_at is 'When it ended.';
comment on column data.harness_execution_stages.failure_message is 'Why it failed, in Harness’s words.';
comment on column data.harness_execution_stages.failure_types is 'Kinds of its failure, in Harness’s words.';
comment on column data.harness_execution_stages.is_rollback is 'It takes back what an earlier stage did.';
comment on column data.harness_execution_stages.service is 'What it deploys; org.x and account.x are defined above the project. Null: it deploys nothing.';
comment on column data.harness_execution_stages.service_id is 'The service, where it is known. [fk: harness_services.id]';
comment on column data.harness_execution_stages.environment is 'Where it deploys to; org.x and account.x are defined above the project.';
comment on column data.harness_execution_stages.environment_id is 'The environment, where it is known. [fk: harness_environments.id]';
comment on column data.harness_execution_stages.environment_type is 'Production, PreProduction, or a newer word of Harness.';
comment on column data.harness_execution_stages.infrastructure is 'Identifier of the infrastructure it deploys to.';
comment on column data.harness_execution_stages.frozen is 'A freeze kept it from deploying.';
comment on column data.harness_execution_stages.rolled_back is 'Its own rollback steps ran.';

create view data.harness_execution_commits as
select c.id * 2 as id, e.integration_id, c.execution_id, c.sha, c.ordinal, c.message, c.author_name, c.author_email, c.committed_at, c.link
  from deployments.execution_commits c join deployments.executions e on e.id = c.execution_id
union all
select o.id * 2 + 1, o.integration_id, e.id, o.commit, 1, null, null, null, null, null
  from deployments.stage_outcomes o
  join deployments.executions e on e.integration_id = o.integration_id and e.source_key = o.execution
 where o.commit is not null and not exists (select from deployments.execution_commits c where c.execution_id = e.id);
comment on view data.harness_execution_commits is 'Commits that were built in Harness.';
comment on column data.harness_execution_commits.id is 'Identity of the row.';
comment on column data.harness_execution_commits.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_execution_commits.execution_id is 'The execution that built it. [fk: harness_executions.id]';
comment on column data.harness_execution_commits.sha is 'The commit.';
comment on column data.harness_execution_commits.ordinal is 'Its place among the commits of the execution: the head is 1.';
comment on column data.harness_execution_commits.message is 'Its message.';
comment on column data.harness_execution_commits.author_name is 'Who wrote it.';
comment on column data.harness_execution_commits.author_email is 'Address of who wrote it.';
comment on column data.harness_execution_commits.committed_at is 'When it was made.';
comment on column data.harness_execution_commits.link is 'Its page.';

create view data.harness_execution_artifacts as
select a.id * 2 as id, e.integration_id, a.execution_id, a.node, 'in' as direction, a.role, a.type, coalesce(step.image, a.image) as image,
       a.tag, coalesce(a.digest, step.digest) as digest, a.version
  from deployments.execution_artifacts a
  join deployments.executions e on e.id = a.execution_id
  left join deployments.stage_outcomes o
    on o.integration_id = e.integration_id and o.source_key = e.source_key || ' ' || a.node
  left join lateral (
    select min(i.image) as image, min(i.digest) as digest from jsonb_to_recordset(o.images) as i (direction text, image text, tag text, digest text)
     where i.direction = 'in' and i.tag is not distinct from a.tag and (i.image = a.image or right(i.image, length(a.image) + 1) = '/' || a.image)
    having count(distinct i.image) = 1 and count(distinct i.digest) <= 1) step on true
union all
select (o.id * 64 + i.ordinal) * 2 + 1, o.integration_id, e.id, o.node, 'out', 'primary', null, i.value ->> 'image', i.value ->> 'tag',
       i.value ->> 'digest', null
  from deployments.stage_outcomes o
  join deployments.executions e on e.integration_id = o.integration_id and e.source_key = o.execution
 cross join lateral jsonb_array_elements(o.images) with ordinality i (value, ordinal)
 where i.value ->> 'direction' = 'out';
comment on view data.harness_execution_artifacts is 'What was deployed (in) and what was built (out), stage by stage.';
comment on column data.harness_execution_artifacts.id is 'Identity of the row.';
comment on column data.harness_execution_artifacts.integration_id is 'The account: an integration, as in its address in the web application.';
comment on column data.harness_execution_artifacts.execution_id is 'The execution. [fk: harness_executions.id]';
comment on column data.harness_execution_artifacts.node is 'The stage, as in harness_execution_stages.';
comment on column data.harness_execution_artifacts.direction is 'in: it was deployed; out: it was built.';
comment on column data.harness_execution_artifacts.role is 'primary, sidecar.';
comment on column data.harness_execution_artifacts.type is 'Kind of its source, in Harness’s word.';
comment on column data.harness_execution_artifacts.image is 'The image without its tag; the registry’s host only where Harness says it.';
comment on column data.harness_execution_artifacts.tag is 'Its tag.';
comment on column data.harness_execution_artifacts.digest is 'Its digest, where Harness says it.';
comment on column data.harness_execution_artifacts.version is 'What it is called where it is no image.';
