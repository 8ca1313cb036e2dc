create view data.policy_results as
select r.id, r.policy, r.image_id, r.registry_id as integration_id, r.platform_digest, r.platform, r.status, r.reason, r.message,
       r.evidence, r.valid_from, r.valid_to, r.valid_to is null as is_current,
       r.status = 'failed' and exists (
         select from policy.waivers w
          where w.policy = r.policy and w.repository_id = r.repository_id and (w.image_id is null or w.image_id = r.image_id)
            and w.ended_at is null and w.expires_at > now()) as is_waived
  from policy.results r;
comment on view data.policy_results is 'What a policy said of each image and of each of its platforms, from when to when. Nothing in it is ever changed: a new verdict ends the one before.';
comment on column data.policy_results.id is 'Identity of the verdict.';
comment on column data.policy_results.policy is 'Name of the policy: sonarqube-quality-gates.';
comment on column data.policy_results.image_id is 'The image. [fk: images.id]';
comment on column data.policy_results.integration_id is 'The registry: an integration, as in its address in the web application.';
comment on column data.policy_results.platform_digest is 'Manifest of the platform it speaks of. Null: the image as a whole, the worst of its platforms.';
comment on column data.policy_results.platform is 'Platform. Example: linux/arm64. Null for the whole, and where the image does not say.';
comment on column data.policy_results.status is 'passed, failed, no_data or error.';
comment on column data.policy_results.reason is 'Reason code. Example: GATE_FAILED. The documentation lists all of them.';
comment on column data.policy_results.message is 'The reason in a sentence that names the platforms that deviate; empty on rows of platforms.';
comment on column data.policy_results.evidence is 'What it rests on, by value: claim, flags, projects with their analyses and conditions.';
comment on column data.policy_results.valid_from is 'Since when we say so (UTC).';
comment on column data.policy_results.valid_to is 'Until when we said so (UTC); null: now.';
comment on column data.policy_results.is_current is 'True for what is said now.';
comment on column data.policy_results.is_waived is 'True while a waiver lets this failed verdict pass now.';

create view data.policy_result_projects as
select p.id, p.result_id, r.image_id, p.integration_id, p.project_id, p.project_key, p.analysis_id, p.status, p.reason, p.scope,
       p.branch, p.revision, p.gate_status, p.analyzed_at
  from policy.result_projects p join policy.results r on r.id = p.result_id;
comment on view data.policy_result_projects is 'The projects each verdict on a platform was made of, one row each.';
comment on column data.policy_result_projects.id is 'Identity.';
comment on column data.policy_result_projects.result_id is 'The verdict. [fk: policy_results.id]';
comment on column data.policy_result_projects.image_id is 'The image. [fk: images.id]';
comment on column data.policy_result_projects.integration_id is 'SonarQube integration the project was read through; null for a demanded project that none has.';
comment on column data.policy_result_projects.project_id is 'The project. [fk: sonarqube_projects.id]';
comment on column data.policy_result_projects.project_key is 'Project key.';
comment on column data.policy_result_projects.analysis_id is 'The analysis that counted; null when the project was not analysed at the commit. [fk: sonarqube_analyses.id]';
comment on column data.policy_result_projects.status is 'What this project alone comes to: passed, failed or no_data.';
comment on column data.policy_result_projects.reason is 'Reason code of this project alone.';
comment on column data.policy_result_projects.scope is 'branch, pull_request or companion: what was analysed.';
comment on column data.policy_result_projects.branch is 'Branch, or key of the pull request.';
comment on column data.policy_result_projects.revision is 'Commit that was analysed.';
comment on column data.policy_result_projects.gate_status is 'What the server said of the gate then: OK, WARN, ERROR or NONE.';
comment on column data.policy_result_projects.analyzed_at is 'When it was analysed (UTC).';

create view data.policy_waivers as
select w.id, w.policy, w.registry_id as integration_id, repo.name as repository, w.image_id, w.reason, w.author, w.valid_from,
       w.expires_at, w.ended_at, w.ended_by, w.ended_at is null and w.expires_at > now() as in_force
  from policy.waivers w left join shared.image_repositories repo on repo.id = w.repository_id;
comment on view data.policy_waivers is 'Failed verdicts that a person let pass until a day. The verdicts themselves stay failed.';
comment on column data.policy_waivers.id is 'Identity of the waiver.';
comment on column data.policy_waivers.policy is 'Name of the policy.';
comment on column data.policy_waivers.integration_id is 'The registry: an integration, as in its address in the web application.';
comment on column data.policy_waivers.repository is 'Repository in the registry.';
comment on column data.policy_waivers.image_id is 'The one image it speaks of; null: every image of the repository. [fk: images.id]';
comment on column data.policy_waivers.reason is 'Why, in the words of its author.';
comment on column data.policy_waivers.author is 'Who granted it.';
comment on column data.policy_waivers.valid_from is 'Since when (UTC).';
comment on column data.policy_waivers.expires_at is 'When it ends by itself (UTC).';
comment on column data.policy_waivers.ended_at is 'When a person ended it before its time (UTC).';
comment on column data.policy_waivers.ended_by is 'Who ended it.';
comment on column data.policy_waivers.in_force is 'True while it lets verdicts pass.';

create view data.policy_environment_images as
select e.id, e.environment, e.registry_id as integration_id, e.image_id, e.reference, e.tag, e.set_by, e.valid_from, e.valid_to, e.ended_by,
       e.valid_to is null as is_current
  from policy.environment_images e;
comment on view data.policy_environment_images is 'What each environment ran, from when to when. Setting an image that is in it already begins another period.';
comment on column data.policy_environment_images.id is 'Identity of the period.';
comment on column data.policy_environment_images.environment is 'Name of the environment.';
comment on column data.policy_environment_images.integration_id is 'The registry: an integration, as in its address in the web application.';
comment on column data.policy_environment_images.image_id is 'The image. [fk: images.id]';
comment on column data.policy_environment_images.reference is 'As it was named.';
comment on column data.policy_environment_images.tag is 'Tag it was named by; null: by digest.';
comment on column data.policy_environment_images.set_by is 'Who set it.';
comment on column data.policy_environment_images.valid_from is 'Since when (UTC).';
comment on column data.policy_environment_images.valid_to is 'Until when (UTC); null: it runs now.';
comment on column data.policy_environment_images.ended_by is 'Who set it anew or took it out.';
comment on column data.policy_environment_images.is_current is 'True for what runs now.';
