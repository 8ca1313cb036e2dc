create table deployments.organizations (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  name text,
  description text,
  tags jsonb not null,
  built_in boolean not null,
  created_at timestamptz,
  updated_at timestamptz,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (integration_id, source_key)
);
comment on table deployments.organizations is 'An organization of the account.';
comment on column deployments.organizations.source_key is 'Its identifier, which never changes.';
comment on column deployments.organizations.row_hash is 'Of the stored source columns.';
comment on column deployments.organizations.tags is 'Pairs of key and value.';
comment on column deployments.organizations.built_in is 'Harness made it itself.';
comment on column deployments.organizations.created_at is 'As Harness says.';
comment on column deployments.organizations.updated_at is 'As Harness says.';
comment on column deployments.organizations.deleted_at is 'When Harness was found not to have it any more.';

create table deployments.projects (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  organization text collate "C" not null,
  identifier text collate "C" not null,
  name text,
  description text,
  tags jsonb not null,
  modules text[] not null,
  created_at timestamptz,
  updated_at timestamptz,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  left_scope_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (integration_id, source_key)
);
comment on table deployments.projects is 'A project that the key of the integration sees and its settings ask for.';
comment on column deployments.projects.source_key is 'Its organization and its identifier, with a slash between them.';
comment on column deployments.projects.row_hash is 'Of the stored source columns.';
comment on column deployments.projects.organization is 'Identifier of its organization.';
comment on column deployments.projects.tags is 'Pairs of key and value.';
comment on column deployments.projects.modules is 'Parts of Harness that are used in it.';
comment on column deployments.projects.created_at is 'As Harness says.';
comment on column deployments.projects.updated_at is 'As Harness says.';
comment on column deployments.projects.deleted_at is 'When Harness was found not to have it any more, or the settings left it out.';
comment on column deployments.projects.left_scope_at is 'Since when the settings leave it out; null: they ask for it, or Harness has it no more.';

create table deployments.levels (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  slice text collate "C" not null,
  organization text collate "C",
  project text collate "C",
  unique (integration_id, slice)
);
comment on table deployments.levels is 'Where something is defined: in a project, for all of an organization, or for all of an account.';
comment on column deployments.levels.slice is 'As it is read.';
comment on column deployments.levels.organization is 'Its identifier; null: the account.';
comment on column deployments.levels.project is 'Its identifier; null: all of the organization.';

create table deployments.pipelines (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  level_id bigint not null references deployments.levels (id),
  source_key text collate "C" not null,
  row_hash uuid not null,
  name text,
  description text,
  tags jsonb not null,
  modules text[] not null,
  stages integer,
  store_type text,
  repository text,
  link text,
  created_at timestamptz,
  updated_at timestamptz,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (level_id, source_key)
);
comment on table deployments.pipelines is 'A pipeline of a project, as it is defined now.';
comment on column deployments.pipelines.source_key is 'Its identifier, unique in its project.';
comment on column deployments.pipelines.row_hash is 'Of the stored source columns.';
comment on column deployments.pipelines.tags is 'Pairs of key and value.';
comment on column deployments.pipelines.modules is 'Parts of Harness that its stages use.';
comment on column deployments.pipelines.stages is 'How many it has.';
comment on column deployments.pipelines.store_type is 'Where its definition lies: INLINE, REMOTE, or a newer word.';
comment on column deployments.pipelines.repository is 'Of its definition, not of what it builds.';
comment on column deployments.pipelines.deleted_at is 'When Harness was found not to have it any more.';
create index on deployments.pipelines (integration_id);

create table deployments.services (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  level_id bigint not null references deployments.levels (id),
  source_key text collate "C" not null,
  row_hash uuid not null,
  name text,
  description text,
  tags jsonb not null,
  created_at timestamptz,
  updated_at timestamptz,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (level_id, source_key)
);
comment on table deployments.services is 'Something that is deployed.';
comment on column deployments.services.source_key is 'Its identifier, unique where it is defined.';
comment on column deployments.services.row_hash is 'Of the stored source columns.';
comment on column deployments.services.tags is 'Pairs of key and value.';
comment on column deployments.services.deleted_at is 'When Harness was found not to have it any more.';
create index on deployments.services (integration_id);

create table deployments.environments (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  level_id bigint not null references deployments.levels (id),
  source_key text collate "C" not null,
  row_hash uuid not null,
  name text,
  description text,
  tags jsonb not null,
  type text,
  created_at timestamptz,
  updated_at timestamptz,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (level_id, source_key)
);
comment on table deployments.environments is 'Where services are deployed to.';
comment on column deployments.environments.source_key is 'Its identifier, unique where it is defined.';
comment on column deployments.environments.row_hash is 'Of the stored source columns.';
comment on column deployments.environments.tags is 'Pairs of key and value.';
comment on column deployments.environments.type is 'Production, PreProduction, or a newer word of Harness.';
comment on column deployments.environments.deleted_at is 'When Harness was found not to have it any more.';
create index on deployments.environments (integration_id);

create table deployments.executions (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  organization text collate "C" not null,
  project text collate "C" not null,
  pipeline text collate "C" not null,
  pipeline_name text,
  number bigint,
  status text not null,
  status_class text collate "C" not null,
  settled boolean not null,
  created_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  modules text[] not null,
  tags jsonb not null,
  mode text,
  trigger_type text,
  triggered_by text,
  triggered_by_email text,
  trigger text,
  is_rerun boolean not null,
  is_retry boolean not null,
  previous_execution text collate "C",
  root_execution text collate "C",
  parent_execution text collate "C",
  is_partial boolean not null,
  aborted_by text,
  failure_message text,
  failure_types text[] not null,
  rolled_back boolean not null,
  rollback_source text collate "C",
  is_build boolean not null,
  repository text,
  repository_url text,
  branch text,
  target_branch text,
  tag text,
  pull_request text,
  cut_off boolean not null,
  link text,
  first_seen_at timestamptz not null default now(),
  deleted_at timestamptz,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (integration_id, source_key)
);
comment on table deployments.executions is 'One run of a pipeline, as Harness told of it last.';
comment on column deployments.executions.source_key is 'Harness’s id of it.';
comment on column deployments.executions.row_hash is 'Of the record, with its stages, commits and deployments.';
comment on column deployments.executions.pipeline is 'Identifier of its pipeline, which may be gone.';
comment on column deployments.executions.number is 'Of the run, inside its pipeline.';
comment on column deployments.executions.status is 'Harness’s own word.';
comment on column deployments.executions.status_class is 'What the word means: success, failure, cancelled, neutral, running, waiting, unknown.';
comment on column deployments.executions.settled is 'It will not change any more, as far as is known.';
comment on column deployments.executions.tags is 'Pairs of key and value.';
comment on column deployments.executions.mode is 'NORMAL, POST_EXECUTION_ROLLBACK, or another word of Harness.';
comment on column deployments.executions.is_rerun is 'It runs again what ran before.';
comment on column deployments.executions.is_retry is 'It goes on from a failed stage, and takes the place of the earlier one in Harness’s list.';
comment on column deployments.executions.previous_execution is 'Id of what it runs again.';
comment on column deployments.executions.root_execution is 'Id of the first of its chain.';
comment on column deployments.executions.parent_execution is 'Id of the execution whose stage started it.';
comment on column deployments.executions.is_partial is 'Only some of the pipeline’s stages were asked for.';
comment on column deployments.executions.rolled_back is 'What it did was taken back, as far as the execution itself tells; steps of its stages may tell more.';
comment on column deployments.executions.rollback_source is 'What tells so: mode, stage.';
comment on column deployments.executions.is_build is 'Something was built.';
comment on column deployments.executions.repository_url is 'Address to clone from what was built.';
comment on column deployments.executions.pull_request is 'Number of the pull request that was built.';
comment on column deployments.executions.cut_off is 'There are more stages, commits or artifacts than are kept.';
comment on column deployments.executions.deleted_at is 'When Harness was asked for it and had it no more.';
create index executions_by_start on deployments.executions (integration_id, organization, project, started_at desc);
create index executions_of_pipeline on deployments.executions (integration_id, organization, project, pipeline, started_at desc);
create index executions_under_way on deployments.executions (integration_id, organization, project) where not settled;
create index executions_retried on deployments.executions (integration_id, previous_execution) where is_retry;

create table deployments.execution_stages (
  id bigint generated always as identity primary key,
  execution_id bigint not null references deployments.executions (id) on delete cascade,
  node text collate "C" not null,
  ordinal integer not null,
  identifier text,
  name text,
  type text,
  status text not null,
  status_class text collate "C" not null,
  started_at timestamptz,
  ended_at timestamptz,
  failure_message text,
  failure_types text[] not null,
  is_rollback boolean not null,
  unique (execution_id, node)
);
comment on table deployments.execution_stages is 'One stage of an execution.';
comment on column deployments.execution_stages.node is 'Unique inside its execution.';
comment on column deployments.execution_stages.ordinal is 'Its place among them, from 1.';
comment on column deployments.execution_stages.type is 'CI, Deployment, Approval, Custom, Pipeline, or another module’s word.';
comment on column deployments.execution_stages.is_rollback is 'It takes back what an earlier stage did.';

create table deployments.execution_commits (
  id bigint generated always as identity primary key,
  execution_id bigint not null references deployments.executions (id) on delete cascade,
  sha text collate "C" not null,
  ordinal integer not null,
  message text,
  author_name text,
  author_email text,
  committed_at timestamptz,
  link text,
  unique (execution_id, sha)
);
comment on table deployments.execution_commits is 'A commit that an execution built.';
comment on column deployments.execution_commits.ordinal is 'Its place among them, from 1: the head is first.';
create index on deployments.execution_commits (sha);

create table deployments.execution_deployments (
  id bigint generated always as identity primary key,
  execution_id bigint not null references deployments.executions (id) on delete cascade,
  node text collate "C" not null,
  ordinal integer not null,
  service text collate "C",
  service_name text,
  type text,
  git_ops boolean not null,
  environment text collate "C",
  environment_name text,
  environment_type text,
  infrastructure text,
  infrastructure_name text,
  status text not null,
  status_class text collate "C" not null,
  started_at timestamptz,
  ended_at timestamptz,
  frozen boolean not null,
  is_rollback boolean not null,
  artifact_type text,
  image text,
  tag text,
  digest text collate "C",
  version text,
  unique (execution_id, node)
);
comment on table deployments.execution_deployments is 'One stage that deployed: a service to an environment. A matrix has several.';
comment on column deployments.execution_deployments.node is 'Its stage; unique inside its execution.';
comment on column deployments.execution_deployments.ordinal is 'Its place among them, from 1.';
comment on column deployments.execution_deployments.service is 'As the execution names it: org.x and account.x are defined above the project.';
comment on column deployments.execution_deployments.type is 'Kubernetes, ECS, and so on.';
comment on column deployments.execution_deployments.environment is 'As the execution names it: org.x and account.x are defined above the project.';
comment on column deployments.execution_deployments.environment_type is 'Production, PreProduction, or a newer word of Harness.';
comment on column deployments.execution_deployments.frozen is 'A freeze kept it from deploying.';
comment on column deployments.execution_deployments.is_rollback is 'It takes back itself what was deployed.';
comment on column deployments.execution_deployments.image is 'Of the primary artifact, without its tag; the registry’s host only where Harness says it.';
comment on column deployments.execution_deployments.digest is 'As the execution says; steps of the stage may tell more.';
comment on column deployments.execution_deployments.version is 'What is deployed where it is no image.';
create index on deployments.execution_deployments (service, environment);

create table deployments.execution_artifacts (
  id bigint generated always as identity primary key,
  execution_id bigint not null references deployments.executions (id) on delete cascade,
  node text collate "C" not null,
  ordinal integer not null,
  role text collate "C" not null,
  type text,
  image text,
  tag text,
  digest text collate "C",
  version text,
  unique (execution_id, node, ordinal)
);
comment on table deployments.execution_artifacts is 'What was deployed in one stage.';
comment on column deployments.execution_artifacts.node is 'The stage; unique inside its execution.';
comment on column deployments.execution_artifacts.ordinal is 'Its place among those of the stage, from 1.';
comment on column deployments.execution_artifacts.role is 'primary, sidecar.';

create table deployments.stage_outcomes (
  id bigint generated always as identity primary key,
  integration_id bigint not null,
  source_key text collate "C" not null,
  row_hash uuid not null,
  execution text collate "C" not null,
  node text collate "C" not null,
  rolled_back boolean not null,
  commit text collate "C",
  branch text,
  repository_url text,
  images jsonb not null,
  synced_at timestamptz not null default now(),
  run_id bigint,
  unique (integration_id, source_key)
);
comment on table deployments.stage_outcomes is 'What only the steps of a stage tell, kept apart so that a list that says less takes nothing away.';
comment on column deployments.stage_outcomes.source_key is 'Id of the execution and the stage’s node.';
comment on column deployments.stage_outcomes.execution is 'Harness’s id of the execution.';
comment on column deployments.stage_outcomes.rolled_back is 'A rollback step ran.';
comment on column deployments.stage_outcomes.commit is 'What was built.';
comment on column deployments.stage_outcomes.images is 'Images that were deployed (in) and built (out), with tags and digests.';
create index on deployments.stage_outcomes (integration_id, execution);
