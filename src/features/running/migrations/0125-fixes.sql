create table running.fixes (
  id bigint generated always as identity primary key,
  row_key text collate "C" not null,
  place_id bigint,
  repository_id bigint,
  registry_id bigint,
  integration_id bigint,
  service text not null,
  environment text not null,
  environment_type text collate "C",
  finding_id bigint not null,
  project_id bigint not null,
  sonarqube_id bigint not null,
  severity text collate "C" not null check (severity in ('critical', 'high', 'medium', 'low')),
  state text collate "C" not null check (state in ('open', 'waiting', 'unknown', 'accepted', 'gone', 'deployed')),
  detected_at timestamptz not null,
  runs_since timestamptz not null,
  fixed_at timestamptz,
  deployed_at timestamptz,
  deployment_id bigint,
  hash bytea not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  check ((place_id is null) <> (repository_id is null)),
  check ((state = 'deployed') = (deployed_at is not null))
);
comment on table running.fixes is 'Vulnerabilities in what runs, or ran, somewhere, and when the fix of each was deployed there. Never changed, only ended.';
comment on column running.fixes.row_key is 'The place, or the environment and the repository of the images that were set there.';
comment on column running.fixes.integration_id is 'What told of the deployments; null: they were told to the hub itself.';
comment on column running.fixes.state is 'open: it runs; waiting: it runs, and the code has it no more; unknown: of the commit that runs now it is not known; accepted: people accepted it or called it false; gone: nothing runs there any more; deployed: what runs has it no more.';
comment on column running.fixes.detected_at is 'When it was found first, as SonarQube says.';
comment on column running.fixes.runs_since is 'Since when something with it is known to have run there.';
comment on column running.fixes.fixed_at is 'Since when the code of its branch has it no more; null: it has.';
comment on column running.fixes.deployed_at is 'When the first image without it came that was proven to have none.';
create unique index fixes_current on running.fixes (row_key, finding_id) where valid_to is null;
create index fixes_of_places on running.fixes (place_id) where valid_to is null and place_id is not null;
create index fixes_of_repositories on running.fixes (repository_id, environment) where valid_to is null and repository_id is not null;
create index fixes_of_projects on running.fixes (project_id) where valid_to is null;
create index fixes_of_integrations on running.fixes (integration_id);
create index fixes_of_registries on running.fixes (registry_id);
create index fixes_of_servers on running.fixes (sonarqube_id);
