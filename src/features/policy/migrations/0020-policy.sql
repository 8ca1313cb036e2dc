create schema policy;
comment on schema policy is 'The quality-gates policy on images: verdicts with their evidence, waivers, mappings, environments.';

create table policy.settings (
  policy text collate "C" primary key,
  settings jsonb not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);
comment on table policy.settings is 'How strict a policy is; without a row the defaults hold.';
comment on column policy.settings.policy is 'Name of the policy.';
comment on column policy.settings.settings is 'Switches and the integrations that take no part.';
comment on column policy.settings.updated_at is 'When they were changed.';
comment on column policy.settings.updated_by is 'By whom.';

create table policy.mapping_rules (
  id bigint generated always as identity primary key,
  kind text collate "C" not null check (kind in ('image', 'source')),
  registry_id bigint,
  pattern text collate "C",
  repository_key text collate "C",
  repository_url text,
  projects jsonb not null,
  origin text collate "C" not null check (origin in ('person', 'file')),
  created_by text not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz,
  ended_by text,
  check ((kind = 'image') = (pattern is not null)),
  check ((kind = 'source') = (repository_key is not null))
);
create index on policy.mapping_rules (kind) where valid_to is null;
comment on table policy.mapping_rules is 'What the operator says: which projects an image must have passed, and which repository a project is of. Never changed, only ended.';
comment on column policy.mapping_rules.id is 'Identity.';
comment on column policy.mapping_rules.kind is 'image: images to projects that are demanded. source: git repository to its projects.';
comment on column policy.mapping_rules.registry_id is 'Integration of the registry; null: any.';
comment on column policy.mapping_rules.pattern is 'Image repository, a name or a glob.';
comment on column policy.mapping_rules.repository_key is 'Git repository as repositories are compared.';
comment on column policy.mapping_rules.repository_url is 'The same as it was written, without credentials.';
comment on column policy.mapping_rules.projects is 'Project keys, each with the integration it is meant of and, of a repository, its directory.';
comment on column policy.mapping_rules.origin is 'file: from a plumbline.yaml, which may take it back.';
comment on column policy.mapping_rules.created_by is 'By whom.';
comment on column policy.mapping_rules.valid_from is 'Since when it holds.';
comment on column policy.mapping_rules.valid_to is 'When it was ended or replaced.';
comment on column policy.mapping_rules.ended_by is 'By whom.';

create table policy.results (
  id bigint generated always as identity primary key,
  policy text collate "C" not null,
  image_id bigint not null,
  registry_id bigint not null,
  repository_id bigint not null,
  platform_digest text collate "C",
  platform text,
  status text collate "C" not null check (status in ('passed', 'failed', 'no_data', 'error')),
  reason text collate "C" not null,
  message text not null,
  evidence jsonb not null,
  evidence_hash bytea not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
create unique index results_current on policy.results (image_id, policy, platform_digest) nulls not distinct where valid_to is null;
create index on policy.results (image_id, valid_from desc);
create index results_of_images on policy.results (status, repository_id) where valid_to is null and platform_digest is null;
create index results_times on policy.results (valid_from, valid_to) where platform_digest is null;
create index on policy.results (registry_id);
comment on table policy.results is 'What a policy said of an image and of each of its platforms, from when to when. Never changed, only ended.';
comment on column policy.results.id is 'Identity.';
comment on column policy.results.policy is 'Name of the policy.';
comment on column policy.results.image_id is 'The image.';
comment on column policy.results.registry_id is 'Integration of its registry.';
comment on column policy.results.repository_id is 'Its repository in the registry.';
comment on column policy.results.platform_digest is 'Manifest of the platform; null: the image as a whole.';
comment on column policy.results.platform is 'e.g. linux/arm64.';
comment on column policy.results.status is 'passed, failed, no_data or error.';
comment on column policy.results.reason is 'Reason code.';
comment on column policy.results.message is 'One sentence.';
comment on column policy.results.evidence is 'What it rests on, by value: claim, projects, analyses, conditions.';
comment on column policy.results.evidence_hash is 'Of status, reason and evidence, to recognise an unchanged one.';
comment on column policy.results.valid_from is 'Since when we say so.';
comment on column policy.results.valid_to is 'Until when we said so; null: now.';

create table policy.result_projects (
  id bigint generated always as identity primary key,
  result_id bigint not null references policy.results (id) on delete cascade,
  integration_id bigint,
  project_id bigint,
  project_key text collate "C" not null,
  analysis_id bigint,
  status text collate "C" not null,
  reason text collate "C" not null,
  scope text collate "C",
  branch text,
  revision text collate "C",
  gate_status text collate "C",
  analyzed_at timestamptz
);
create index on policy.result_projects (result_id);
create index on policy.result_projects (integration_id);
create index on policy.result_projects (project_id);
comment on table policy.result_projects is 'The projects a platform’s verdict was made of.';
comment on column policy.result_projects.id is 'Identity.';
comment on column policy.result_projects.result_id is 'The verdict.';
comment on column policy.result_projects.integration_id is 'SonarQube integration; null: a demanded project nobody has.';
comment on column policy.result_projects.project_id is 'The project.';
comment on column policy.result_projects.project_key is 'Its key.';
comment on column policy.result_projects.analysis_id is 'The analysis that counted.';
comment on column policy.result_projects.status is 'What this project alone comes to.';
comment on column policy.result_projects.reason is 'Reason code.';
comment on column policy.result_projects.scope is 'branch, pull_request or companion.';
comment on column policy.result_projects.branch is 'Branch, or key of the pull request.';
comment on column policy.result_projects.revision is 'Commit that was analysed.';
comment on column policy.result_projects.gate_status is 'As the server said then.';
comment on column policy.result_projects.analyzed_at is 'When it was analysed.';

create table policy.waivers (
  id bigint generated always as identity primary key,
  policy text collate "C" not null,
  registry_id bigint not null,
  repository_id bigint not null,
  image_id bigint,
  reason text not null,
  author text not null,
  author_user_id bigint,
  valid_from timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text
);
create index on policy.waivers (repository_id);
create index on policy.waivers (registry_id);
comment on table policy.waivers is 'A failed verdict that a person lets pass until a day. The verdict stays failed. Never changed, only ended.';
comment on column policy.waivers.id is 'Identity.';
comment on column policy.waivers.policy is 'Name of the policy.';
comment on column policy.waivers.registry_id is 'Integration of the registry.';
comment on column policy.waivers.repository_id is 'Repository of the images.';
comment on column policy.waivers.image_id is 'The one image; null: every image of the repository.';
comment on column policy.waivers.reason is 'Why.';
comment on column policy.waivers.author is 'Who.';
comment on column policy.waivers.author_user_id is 'Their account.';
comment on column policy.waivers.valid_from is 'Since when.';
comment on column policy.waivers.expires_at is 'Ends by itself then.';
comment on column policy.waivers.ended_at is 'When a person ended it before.';
comment on column policy.waivers.ended_by is 'Who ended it.';

create table policy.environment_images (
  id bigint generated always as identity primary key,
  environment text collate "C" not null,
  registry_id bigint not null,
  repository_id bigint not null,
  image_id bigint not null,
  reference text not null,
  tag text,
  set_by text not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz,
  ended_by text
);
create unique index environment_images_current on policy.environment_images (environment, image_id) where valid_to is null;
create index on policy.environment_images (registry_id);
comment on table policy.environment_images is 'Which images are in a named environment, from when to when. Several of one repository may be.';
comment on column policy.environment_images.id is 'Identity.';
comment on column policy.environment_images.environment is 'Name of the environment.';
comment on column policy.environment_images.registry_id is 'Integration of the registry.';
comment on column policy.environment_images.repository_id is 'Repository of the image.';
comment on column policy.environment_images.image_id is 'The image, by digest.';
comment on column policy.environment_images.reference is 'As it was named.';
comment on column policy.environment_images.tag is 'Tag it was named by.';
comment on column policy.environment_images.set_by is 'By whom.';
comment on column policy.environment_images.valid_from is 'Since when.';
comment on column policy.environment_images.valid_to is 'Until when; null: now.';
comment on column policy.environment_images.ended_by is 'Who removed it.';
