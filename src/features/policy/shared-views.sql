create view shared.policy_settings as select policy, settings from policy.settings;
comment on view shared.policy_settings is 'How strict an installation wants to be; what nobody decided is left out.';

create view shared.environment_images as
select id, environment, registry_id, image_id, reference, set_by, valid_from, valid_to from policy.environment_images;
comment on view shared.environment_images is 'What was said to be in each environment, from when to when.';
