create view shared.policy_settings as select policy, settings from policy.settings;
comment on view shared.policy_settings is 'How strict an installation wants to be; what nobody decided is left out.';

create view shared.environment_images as
select id, environment, registry_id, image_id, reference, set_by, valid_from, valid_to from policy.environment_images;
comment on view shared.environment_images is 'What was said to be in each environment, from when to when.';

create view shared.image_verdicts as
select r.id, r.policy, r.image_id, r.registry_id, r.repository_id, r.platform_digest, r.platform, r.status, r.reason, r.message, r.evidence,
       r.valid_from, r.valid_to
  from policy.results r;
comment on view shared.image_verdicts is 'What a policy said of images and of their platforms, from when to when.';

create view shared.image_waivers as
select w.id, w.policy, w.repository_id, w.image_id, w.reason, w.author, w.valid_from, w.expires_at, w.ended_at,
       least(w.expires_at, w.ended_at) as valid_to
  from policy.waivers w;
comment on view shared.image_waivers is 'Failed verdicts that a person lets pass, of one image or of a repository, from when to when.';
